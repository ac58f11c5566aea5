using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Sequence = TorchSharp.Modules.Sequential;

namespace Denoise.Tests.Export.FromTorchSharp;

/// <summary>Modules made with TorchSharp compute the same as layers and as ONNX models.</summary>
[Collection(nameof(TorchSharpNumbers))]
public class SequentialTests
{
    private static readonly Dictionary<string, (int Channels, int[]? InputSize, Func<Sequence> Make)> Modules = new()
    {
        ["convolutions"] = (1, null, () => Sequential(
            Conv2d(1, 4, 3, padding: 1), Conv2d(4, 4, 5, stride: 2, padding: 2, bias: false),
            ConvTranspose2d(4, 2, 3, stride: 2, padding: 1, output_padding: 1), ConvTranspose2d(2, 1, 3, padding: 1, bias: false))),
        ["resizing"] = (3, null, () => Sequential(
            MaxPool2d(2), AvgPool2d(3), Upsample(scale_factor: [2, 2]), Upsample(scale_factor: [3, 3]))),
        ["pairs"] = (1, null, () => Sequential(
            Conv2d(1, 2, (3, 3), padding: (1, 1)), MaxPool2d((2, 2)), AvgPool2d((3, 3), (3, 3)),
            ConvTranspose2d(2, 1, (6, 6), stride: (6, 6)))),
        ["dilation and groups"] = (3, null, () => Sequential(
            Conv2d(3, 4, 3, padding: 2, dilation: 2), Conv2d(4, 4, 3, padding: 1, groups: 4), Conv2d(4, 6, 3, Padding.Same, groups: 2),
            ConvTranspose2d(6, 4, 3, padding: 2, dilation: 2, groups: 2), Conv2d(4, 3, 3, Padding.Valid), ZeroPad2d(1))),
        ["sides"] = (1, null, () => Sequential(
            Conv2d(1, 2, (3, 5), stride: (2, 1), padding: (1, 2)), Conv2d(2, 2, (1, 3), padding: (0, 2), dilation: (1, 2)),
            ConvTranspose2d(2, 1, (4, 3), stride: (2, 1), padding: (1, 1)))),
        ["borders"] = (1, null, () => Sequential(
            Conv2d(1, 2, 3, padding: 1, padding_mode: PaddingModes.Reflect), ReflectionPad2d((1, 2, 0, 1)),
            Conv2d(2, 2, (2, 4)), ReplicationPad2d(1), Conv2d(2, 2, 3), Conv2d(2, 1, 5, padding: 2, padding_mode: PaddingModes.Replicate))),
        ["pools"] = (3, null, () => Sequential(
            MaxPool2d(3, stride: 1, padding: 1), AvgPool2d(3, stride: 1, padding: 1), MaxPool2d((3, 2), (2, 2), (1, 0)),
            Upsample(scale_factor: [2, 2], mode: UpsampleMode.Bilinear), AvgPool2d(4, stride: 2, padding: 1),
            Upsample(scale_factor: [2, 2], mode: UpsampleMode.Bilinear, align_corners: true))),
        ["instance norm"] = (3, null, () => Sequential(InstanceNorm2d(3), Conv2d(3, 3, 1), InstanceNorm2d(3, affine: true))),
        ["shuffles"] = (1, null, () => Sequential(PixelUnshuffle(2), Conv2d(4, 4, 1), PixelShuffle(2))),
        ["activations"] = (1, null, () => Sequential(
            Conv2d(1, 4, 3, padding: 1), BatchNorm2d(4, eps: 1e-3), LeakyReLU(0.2), Dropout2d(), Conv2d(4, 4, 1), ReLU(inplace: true),
            Dropout(), Identity(), Conv2d(4, 1, 1), Sigmoid())),
        ["more activations"] = (3, null, () => Sequential(
            PReLU(1), PReLU(3), ELU(0.5), SELU(), GELU(), SiLU(), Tanh(), ReLU6())),
        ["linear"] = (1, [5, 6], () => Sequential(
            Flatten(), Linear(30, 7), LeakyReLU(inplace: true), Linear(7, 30, hasBias: false), Unflatten(1, [1, 5, 6]))),
        ["nested"] = (1, null, () => Sequential(
            ("encoder", Sequential(
                ("encoder", Sequential(Conv2d(1, 4, 3, padding: 1), ReLU())), ("nothing", Sequential()), ("norm", BatchNorm2d(4)))),
            ("decoder", Sequential(Conv2d(4, 1, 3, padding: 1))))),
    };

    public static TheoryData<string> Names => [.. Modules.Keys];

    private static Sequence Make(string name)
    {
        Sequence module = Modules[name].Make();
        foreach (var norm in module.modules().OfType<TorchSharp.Modules.BatchNorm2d>())
        {
            init.uniform_(norm.weight, 0.5, 1.5);
            init.uniform_(norm.bias!, -0.5, 0.5);
            init.uniform_(norm.running_mean!, -0.5, 0.5);
            init.uniform_(norm.running_var!, 0.5, 1.5);
        }
        return module;
    }

    private static Checkpoint Convert(string name, Sequence module) =>
        TorchSharpNetwork.FromModule(module, name, Modules[name].Channels, Modules[name].InputSize);

    [Theory]
    [MemberData(nameof(Names))]
    public void ModuleLayersAndModelAgree(string name)
    {
        using var scope = NewDisposeScope();
        using Sequence module = Make(name);
        Checkpoint network = Convert(name, module);
        int[] size = Modules[name].InputSize ?? [network.Architecture.Sizes.Next(28), network.Architecture.Sizes.Next(41)];
        Agreement.Holds(module, network, batch: 3, (size[0], size[1]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ParametersKeepTheirNamesAndValues(string name)
    {
        using Sequence module = Make(name);

        Checkpoint network = Convert(name, module);

        Dictionary<string, Tensor> state = module.state_dict();
        var saved = state.Keys.Where(key => !key.EndsWith("num_batches_tracked", StringComparison.Ordinal));
        Assert.Equal(saved.Order(), network.Parameters.Keys.Order());
        Assert.Equal(network.Architecture.Parameters.Select(p => p.Name).Order(), network.Parameters.Keys.Order());
        Assert.All(network.Parameters, p => Assert.Equal(state[p.Key].data<float>().ToArray(), p.Value.Values));
    }

    [Fact]
    public void LayersAreCalledByTheirPath()
    {
        Assert.Equal(["encoder.encoder.0", "encoder.encoder.1", "encoder.norm", "decoder.0"], Layers("nested"));
        Assert.Equal(["0", "1", "2", "4", "5", "8", "9"], Layers("activations"));

        static IEnumerable<string> Layers(string name)
        {
            using Sequence module = Make(name);
            return Convert(name, module).Architecture.Layers.Select(layer => layer.Name);
        }
    }

    [Fact]
    public void TheModuleIsLeftAsItWas()
    {
        using Sequence module = Make("nested");
        // A frozen part.
        ((Module)module[0]).eval();
        bool[] Training() => [.. module.modules().Prepend(module).Select(m => m.training)];
        bool[] before = Training();
        float[] weights = Values(module);
        using var scope = NewDisposeScope();

        Convert("nested", module);

        Assert.Equal(before, Training());
        Assert.Equal(weights, Values(module));
        Assert.Equal(0, scope.DisposablesCount);
        Assert.True(is_grad_enabled());
        Assert.All(module.parameters(), p => Assert.True(p.requires_grad));
    }

    private static float[] Values(Sequence module) =>
        [.. module.state_dict().Values.Where(t => t.dtype == ScalarType.Float32).SelectMany(t => t.data<float>().ToArray())];

    [Fact]
    public void WhatIsTrainedLaterDoesNotReachTheNetwork()
    {
        using Sequence module = Make("shuffles");
        Checkpoint network = Convert("shuffles", module);
        float before = network.Parameters["1.bias"].Values[0];

        init.constant_(module.get_parameter("1.bias")!, 7);

        Assert.Equal(before, network.Parameters["1.bias"].Values[0]);
    }
}
