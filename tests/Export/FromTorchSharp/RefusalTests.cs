using Denoise.Export.FromTorchSharp;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Sequence = TorchSharp.Modules.Sequential;

namespace Denoise.Tests.Export.FromTorchSharp;

/// <summary>Anything that no layer can express is named, never passed over.</summary>
[Collection(nameof(TorchSharpNumbers))]
public class RefusalTests
{
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> Refused = new()
    {
        ["Module 'bad' (Conv2d) has padding_mode Circular, expected Zeros, Reflect or Replicate."] =
            () => Conv2d(1, 1, 3, padding: 1, padding_mode: PaddingModes.Circular),
        ["Module 'bad' (Conv2d) has padding Same with a kernel of 3×4, expected an odd one."] = () => Conv2d(1, 1, (3, 4), Padding.Same),
        ["Module 'bad' (Conv2d) has weight in Float64, expected Float32: call to(ScalarType.Float32) on the whole first."] =
            () => Conv2d(1, 1, 1, bias: false, dtype: ScalarType.Float64),
        ["Module 'bad' (Conv2d) has bias with values that are infinite or not a number, expected finite ones."] = Infinite,
        ["Module 'bad' (MaxPool2d) has dilation 2, expected 1."] = () => MaxPool2d(2, dilation: 2),
        ["Module 'bad' (MaxPool2d) has ceil_mode true, expected false."] = () => MaxPool2d(2, ceil_mode: true),
        ["Module 'bad' (AvgPool2d) has divisor_override 3, expected none."] = () => AvgPool2d(2, divisor_override: 3),
        ["Module 'bad' (AvgPool2d) has ceil_mode true, expected false."] = () => AvgPool2d(2, ceil_mode: true),
        ["Module 'bad' (AvgPool2d) has count_include_pad false, expected true."] =
            () => AvgPool2d(2, padding: 1, count_include_pad: false),
        ["Module 'bad' (AdaptiveAvgPool2d) has output_size 2×3, expected 1."] = () => AdaptiveAvgPool2d((2, 3)),
        ["Module 'bad' (ZeroPad2d) has padding 1×-1×0×0, expected numbers of pixels to add."] = () => ZeroPad2d((1, -1, 0, 0)),
        ["Module 'bad' (InstanceNorm2d) has track_running_stats true, expected false."] =
            () => InstanceNorm2d(1, track_running_stats: true),
        ["Module 'bad' (Upsample) has mode Bicubic, expected Nearest."] = () => Upsample(scale_factor: [2, 2], mode: UpsampleMode.Bicubic),
        ["Module 'bad' (Upsample) has a size, expected a scale_factor."] = () => Upsample(size: [8, 8]),
        ["Module 'bad' (Upsample) has scale_factor 1.5×2, expected whole numbers."] = () => Upsample(scale_factor: [1.5, 2]),
        ["Module 'bad' (GELU) has approximate tanh, expected none."] = () => GELU(TorchSharp.Modules.GELU.Approximate.tanh),
        ["Module 'bad' (BatchNorm2d) has affine false, expected true."] = () => BatchNorm2d(1, affine: false),
        ["Module 'bad' (BatchNorm2d) has track_running_stats false, expected true."] = () => BatchNorm2d(1, track_running_stats: false),
        ["Module 'bad' (Flatten) has start_dim 2, expected 1."] = () => Flatten(2),
        ["Module 'bad' (Flatten) has end_dim 2, expected -1."] = () => Flatten(1, 2),
        ["Module 'bad' (Unflatten) has dim 0, expected 1."] = () => Unflatten(0, [1, 8, 8]),
        ["Module 'bad' (Unflatten) has unflattened_size 8×8, expected channels, height and width."] = () => Unflatten(1, [8, 8]),
    };

    public static TheoryData<string> Sentences => [.. Refused.Keys];

    private static Module<Tensor, Tensor> Infinite()
    {
        var conv = Conv2d(1, 1, 1);
        init.constant_(conv.bias!, double.PositiveInfinity);
        return conv;
    }

    private static string Refusal(Sequence module) =>
        Assert.Throws<ArchitectureException>(() => TorchSharpNetwork.FromModule(module, "mine")).Message;

    [Theory]
    [MemberData(nameof(Sentences))]
    public void SettingsWithoutACounterpartAreRefused(string sentence)
    {
        using Sequence module = Sequential(("good", Conv2d(1, 1, 1)), ("bad", Refused[sentence]()));
        Assert.Equal(sentence, Refusal(module));
    }

    [Fact]
    public void EverythingWrongIsListedAtOnce()
    {
        using Sequence module = Sequential(MaxPool2d(1, dilation: 2, ceil_mode: true), Softplus(), MaxPool2d(1, dilation: 2));
        string[] lines = Refusal(module).Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Equal("Module '0' (MaxPool2d) has dilation 2, expected 1.", lines[0]);
        Assert.Equal("Module '0' (MaxPool2d) has ceil_mode true, expected false.", lines[1]);
        Assert.StartsWith(
            "Module '1' (Softplus) computes 1×16×17 values in a way that no layer knows", lines[2], StringComparison.Ordinal);
        Assert.Equal("Module '2' (MaxPool2d) has dilation 2, expected 1.", lines[3]);
    }

    [Fact]
    public void ANetworkThatGivesAnotherShapeIsRefused()
    {
        using Sequence smaller = Sequential(Conv2d(1, 1, 3));
        Assert.Equal("A denoiser gives back its input's shape; the module does so at no size from 16 to 128 pixels. At 1×16×16, "
            + "it gives 1×14×14. For a module that takes one size only, say which with inputSize.", Refusal(smaller));
        using Sequence linear = Sequential(Flatten(), Linear(784, 784), Unflatten(1, [1, 28, 28]));
        Assert.StartsWith("A denoiser gives back its input's shape; the module does so only at 28×28, of sizes from 16 to 128 pixels.",
            Refusal(linear), StringComparison.Ordinal);
    }

    [Fact]
    public void NoLayerIsLeftOut()
    {
        using Sequence nothing = Sequential(Identity(), Dropout());
        Assert.Equal("The module gives back its input: there is nothing to export.", Refusal(nothing));
    }

    private sealed class Residual(params Module<Tensor, Tensor>[] modules) : Sequence(modules)
    {
        public override Tensor forward(Tensor tensor) => tensor + base.forward(tensor);
    }

    [Fact]
    public void ASequentialThatDoesMoreIsExportedWithIt()
    {
        using Sequence module = Sequential(("first", Conv2d(1, 1, 1)), ("second", new Residual(Conv2d(1, 1, 3, padding: 1), ReLU())));
        IEnumerable<string> names = TorchSharpNetwork.FromModule(module, "mine").Architecture.Layers.Select(layer => layer.Name);
        Assert.Equal(["first", "second.0", "second.1", "add1"], names);
    }
}
