using TorchSharp;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Denoise.Tests.Export.FromTorchSharp;

/// <summary>Modules with a forward of their own compute the same as layers and as ONNX models.</summary>
[Collection(nameof(TorchSharpNumbers))]
public class CustomModuleTests
{
    private static readonly Dictionary<string, (Func<Module> Make, int Channels, string Layers)> Modules = new()
    {
        ["conv-denoiser"] = (() => new ConvDenoiser(), 1, "conv1 relu1 pool conv2 relu2 pool_2 conv3 relu3 pool_3 "
            + "t_conv1 relu4 t_conv2 relu5 t_conv3 relu6 conv_out sigmoid1"),
        ["dncnn"] = (() => new DnCnn(), 1,
            "body.0 body.1 body.2 body.3 body.4 body.5 body.6 body.7 body.8 body.9 body.10 body.11 subtract1"),
        ["unet"] = (() => new FunctionalUNet(), 3, "down1 leaky_relu1 max_pool1 down2 leaky_relu2 avg_pool1 middle leaky_relu3 upsample1 "
            + "concat1 up2 leaky_relu4 upsample2 concat2 up1"),
        ["in-place"] = (() => new InPlace(), 1, "conv1 relu conv2 relu1 add1 affine1 last add2"),
        ["recursive"] = (() => new Recursive(), 1, "first relu1 again relu2 add1 again_2 relu3 add2 again_3 relu4 add3 last"),
        ["attention"] = (() => new AttentionGate(), 1, "conv relu1 query key add1 relu2 weight sigmoid1 multiply1 last"),
        ["branches"] = (() => new TwoBranches(), 1, "near gelu1 far tanh1 concat1 both affine1"),
        ["scaled"] = (() => new Scaled(), 1, "affine1 net.0 net.1 net.2 affine2 add1 clamp1"),
        ["disposing"] = (() => new Disposing(), 1, "conv1 silu1 conv2 silu2 max_pool1 upsample1 last add1"),
        ["gated"] = (() => new Gated(), 3, "unshuffle1 first slice1 slice2 multiply1 last shuffle1 add1"),
        ["blocks"] = (() => new Blocks(), 1,
            "first blocks.0.conv1 relu1 blocks.0.conv2 scale1 add1 blocks.1.conv1 relu2 blocks.1.conv2 scale2 "
            + "add2 blocks.2.conv1 relu3 blocks.2.conv2 scale3 add3 last sigmoid1"),
        ["nafnet"] = (() => new NafNet(), 1, "intro " + NafBlock(0) + NafBlock(1) + "ending add5"),
        ["squeeze"] = (() => new SqueezeAndExcitation(), 3,
            "conv mean1 flatten1 squeeze relu1 excite sigmoid1 unflatten1 multiply1 last"),
        ["borders"] = (() => new Borders(), 1, "pad1 conv1 max_pool1 pad2 conv2 avg_pool1 upsample1 concat1 last"),
        ["fully-connected"] = (() => new FullyConnected(), 1, "flatten1 Fc1 leaky_relu1 Fc2 sigmoid1 unflatten1"),
    };

    private static string NafBlock(int i) => $"layer_norm{2 * i + 1} blocks.{i}.conv1 blocks.{i}.conv2 slice{4 * i + 1} slice{4 * i + 2} "
        + $"multiply{3 * i + 1} blocks.{i}.attention.0 blocks.{i}.attention.1 multiply{3 * i + 2} blocks.{i}.conv3 scale{2 * i + 1} "
        + $"add{2 * i + 1} layer_norm{2 * i + 2} blocks.{i}.conv4 slice{4 * i + 3} slice{4 * i + 4} multiply{3 * i + 3} blocks.{i}.conv5 "
        + $"scale{2 * i + 2} add{2 * i + 2} ";

    public static TheoryData<string> Names => [.. Modules.Keys];

    private static Module Make(string name)
    {
        random.manual_seed(1);
        Module module = Modules[name].Make();
        foreach (var norm in module.modules().OfType<TorchSharp.Modules.BatchNorm2d>())
        {
            nn.init.uniform_(norm.weight, 0.5, 1.5);
            nn.init.uniform_(norm.running_mean!, -0.5, 0.5);
            nn.init.uniform_(norm.running_var!, 0.5, 1.5);
        }
        return module;
    }

    private static int[]? InputSize(string name) => name == "fully-connected" ? [8, 9] : null;

    private static Checkpoint Convert(string name, Module module) =>
        TorchSharpNetwork.FromModule(module, name, Modules[name].Channels, InputSize(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void ModuleLayersAndModelAgree(string name)
    {
        using var scope = NewDisposeScope();
        using Module module = Make(name);
        Checkpoint network = Convert(name, module);
        Agreement.Holds(module, network, batch: 2, Sizes(name, network.Architecture.Sizes));
    }

    private static (int Height, int Width)[] Sizes(string name, ValidSizes sizes) => InputSize(name) is [var height, var width]
        ? [(height, width)]
        : [(sizes.Next(28), sizes.Next(41)), (sizes.Next(19), sizes.Next(19)), (sizes.Next(50), sizes.Next(33))];

    [Theory]
    [MemberData(nameof(Names))]
    public void LayersAreCalledAfterTheirModules(string name)
    {
        using Module module = Make(name);
        Assert.Equal(Modules[name].Layers, string.Join(' ', Convert(name, module).Architecture.Layers.Select(layer => layer.Name)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheModuleIsLeftAsItWas(string name)
    {
        using Module module = Make(name);
        float[] Weights() => [.. module.state_dict().Values.Where(IsFloat).SelectMany(t => t.data<float>().ToArray())];
        static bool IsFloat(Tensor t) => t.dtype == ScalarType.Float32;
        float[] before = Weights();
        using var scope = NewDisposeScope();

        Convert(name, module);

        Assert.Equal(0, scope.DisposablesCount);
        Assert.Equal(before, Weights());
        Assert.True(module.training);
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void AModuleThatIsCalledAgainKeepsItsWeights()
    {
        using Module module = Make("recursive");
        IReadOnlyDictionary<string, ParameterValues> parameters = Convert("recursive", module).Parameters;
        Assert.Equal(parameters["again.weight"].Values, parameters["again_3.weight"].Values);
        Assert.Equal(module.state_dict()["again.bias"].data<float>().ToArray(), parameters["again_2.bias"].Values);
    }

    [Fact]
    public void APartThatHardlyDoesAnythingIsKept()
    {
        // With weights as they are drawn, 17 layers make almost the same of any picture: near enough to a number.
        random.manual_seed(1);
        using var module = new DnCnn(depth: 17, width: 16);
        Checkpoint network = TorchSharpNetwork.FromModule(module, "deep");
        Assert.Equal(1 + 2 * 16 + 15 + 1, network.Architecture.Layers.Count);
        Assert.Equal(module.parameters().Sum(p => p.numel()), network.Architecture.ParameterCount);
    }
}
