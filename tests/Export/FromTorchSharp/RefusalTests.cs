using Denoise.Export.FromTorchSharp;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Sequence = TorchSharp.Modules.Sequential;

namespace Denoise.Tests.Export.FromTorchSharp;

/// <summary>What no layer can express is named, never passed over.</summary>
public class RefusalTests
{
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> Refused = new()
    {
        ["Module 'bad' (Conv2d) has dilation 2, expected 1."] = () => Conv2d(1, 1, 3, padding: 2, dilation: 2),
        ["Module 'bad' (Conv2d) has groups 2, expected 1."] = () => Conv2d(2, 2, 3, groups: 2),
        ["Module 'bad' (Conv2d) has kernel_size 3×5, expected one value for height and width."] = () => Conv2d(1, 1, (3, 5)),
        ["Module 'bad' (Conv2d) has stride 1×2, expected one value for height and width."] = () => Conv2d(1, 1, (3, 3), stride: (1, 2)),
        ["Module 'bad' (Conv2d) has padding 0×1, expected one value for height and width."] = () => Conv2d(1, 1, (3, 3), padding: (0, 1)),
        ["Module 'bad' (Conv2d) has padding_mode Reflect, expected Zeros."] =
            () => Conv2d(1, 1, 3, padding: 1, padding_mode: PaddingModes.Reflect),
        ["Module 'bad' (Conv2d) has padding Same, expected a number."] = () => Conv2d(1, 1, 3, Padding.Same),
        ["Module 'bad' (Conv2d) has weight in Float64, expected Float32: call to(ScalarType.Float32) on the whole first."] =
            () => Conv2d(1, 1, 1, bias: false, dtype: ScalarType.Float64),
        ["Module 'bad' (Conv2d) has bias with values that are infinite or not a number, expected finite ones."] = Infinite,
        ["Module 'bad' (ConvTranspose2d) has dilation 3, expected 1."] = () => ConvTranspose2d(1, 1, 3, dilation: 3),
        ["Module 'bad' (ConvTranspose2d) has output_padding 1×0, expected one value for height and width."] =
            () => ConvTranspose2d(1, 1, (3, 3), stride: (2, 2), output_padding: (1, 0)),
        ["Module 'bad' (MaxPool2d) has stride 1, expected 2."] = () => MaxPool2d(2, stride: 1),
        ["Module 'bad' (MaxPool2d) has padding 1, expected 0."] = () => MaxPool2d(2, padding: 1),
        ["Module 'bad' (MaxPool2d) has dilation 2, expected 1."] = () => MaxPool2d(2, dilation: 2),
        ["Module 'bad' (MaxPool2d) has ceil_mode true, expected false."] = () => MaxPool2d(2, ceil_mode: true),
        ["Module 'bad' (AvgPool2d) has divisor_override 3, expected none."] = () => AvgPool2d(2, divisor_override: 3),
        ["Module 'bad' (AvgPool2d) has ceil_mode true, expected false."] = () => AvgPool2d(2, ceil_mode: true),
        ["Module 'bad' (Upsample) has mode Bilinear, expected Nearest."] =
            () => Upsample(scale_factor: [2, 2], mode: UpsampleMode.Bilinear),
        ["Module 'bad' (Upsample) has align_corners true, expected none."] = () => Upsample(scale_factor: [2, 2], align_corners: true),
        ["Module 'bad' (Upsample) has a size, expected a scale_factor."] = () => Upsample(size: [8, 8]),
        ["Module 'bad' (Upsample) has scale_factor 1.5×2, expected one whole number."] = () => Upsample(scale_factor: [1.5, 2]),
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
        using Sequence module = Sequential(MaxPool2d(3, stride: 1, padding: 1), Softplus(), MaxPool2d(3, stride: 1, padding: 1));
        string[] lines = Refusal(module).Split('\n');
        Assert.Equal("Module '0' (MaxPool2d) has stride 1, expected 3.", lines[0]);
        Assert.Equal("Module '0' (MaxPool2d) has padding 1, expected 0.", lines[1]);
        Assert.StartsWith("Module '1' (Softplus) computes 1×16×17 values in a way that no layer knows", lines[2], StringComparison.Ordinal);
        Assert.Equal("Module '2' (MaxPool2d) has stride 1, expected 3.", lines[3]);
        Assert.Equal(5, lines.Length);
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
