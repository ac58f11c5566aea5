namespace Denoise.Tests.Network;

public class ArchitectureTests
{
    [Fact]
    public void ConvDenoiserIsTheNotebooksNetwork()
    {
        Architecture network = Catalogue.Get("conv-denoiser");
        Assert.Equal(9585, network.ParameterCount);
        string[] parameters =
        [
            "conv1.weight 32×1×3×3", "conv1.bias 32", "conv2.weight 16×32×3×3", "conv2.bias 16",
            "conv3.weight 8×16×3×3", "conv3.bias 8", "t_conv1.weight 8×8×3×3", "t_conv1.bias 8",
            "t_conv2.weight 8×16×2×2", "t_conv2.bias 16", "t_conv3.weight 16×32×2×2", "t_conv3.bias 32",
            "conv_out.weight 1×32×3×3", "conv_out.bias 1",
        ];
        Assert.Equal(parameters, network.Parameters.Select(p => $"{p.Name} {p.ShapeText}"));
        Assert.Equal(new Shape(8, 3, 3), network.ShapesAt(28, 28)[8]);
    }

    [Theory]
    [InlineData("conv-denoiser", 8, 4, 12)]
    [InlineData("unet", 4, 0, 4)]
    [InlineData("shuffled", 2, 0, 2)]
    [InlineData("up3", 3, 0, 3)]
    [InlineData("odd", 2, 0, 2)]
    public void ValidSizesAreDerivedFromTheLayers(string name, int multiple, int remainder, int minimum) =>
        Assert.Equal(new ValidSizes(multiple, remainder, minimum), Samples.Network(name).Sizes);

    [Theory]
    [InlineData("conv-denoiser")]
    [InlineData("unet")]
    [InlineData("up3")]
    [InlineData("odd")]
    public void ValidSizesAreExactlyThoseThatComeBack(string name)
    {
        Architecture network = Samples.Network(name);
        for (int size = 1; size < 80; size++)
            Assert.Equal(size == network.Sizes.Next(size), ComesBack(network, size));
    }

    private static bool ComesBack(Architecture network, int size)
    {
        try
        {
            return network.ShapesAt(size, size)[^1].Height == size;
        }
        catch (ArchitectureException)
        {
            return false;
        }
    }

    [Fact]
    public void AFileWithoutEndIsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A device of Linux has no end.");
        Assert.Equal("/dev/zero describes no network: it has more than 16777216 letters.",
            Assert.Throws<ArchitectureException>(() => ArchitectureFile.Load("/dev/zero")).Message);
    }

    public static TheoryData<string, Func<Architecture>> Impossible => new()
    {
        { "The architecture needs a name", () => new("", 1, [new ReLU("a")]) },
        { "Architecture name '../x' must be made of", () => new("../x", 1, [new ReLU("a")]) },
        { "Architecture name '/tmp/x' must be made of", () => new("/tmp/x", 1, [new ReLU("a")]) },
        { "Architecture name 'x\" }' must be made of", () => new("x\" }", 1, [new ReLU("a")]) },
        { "Architecture name 'x\ny' must be made of", () => new("x\ny", 1, [new ReLU("a")]) },
        { "Architecture name 'x\x1B[31m' must be made of", () => new("x\x1B[31m", 1, [new ReLU("a")]) },
        { $"Architecture name '{new string('x', 200)}…' must be made of", () => new(new string('x', 201), 1, [new ReLU("a")]) },
        { $"Layer name '{new string('a', 200)}…' must be made of", () => new("x", 1, [new ReLU(new string('a', 201))]) },
        { "channels must be 1 (grey) or 3 (RGB), found 2", () => new("x", 2, [new ReLU("a")]) },
        { "expected 1 to 10000 layers", () => new("x", 1, []) },
        { "'a' is taken", () => new("x", 1, [new ReLU("a"), new ReLU("a")]) },
        { "'input' is taken", () => new("x", 1, [new ReLU("input")]) },
        { "must be made of letters", () => new("x", 1, [new ReLU("a..b")]) },
        { "it reads 'b', which is not an earlier layer", () => new("x", 1, [new ReLU("a") { Inputs = ["b"] }, new ReLU("b")]) },
        { "it reads 'a', which is not an earlier layer", () => new("x", 1, [new ReLU("a") { Inputs = ["a"] }]) },
        { "name at least two inputs", () => new("x", 1, [new Add("a")]) },
        { "it takes one input", () => new("x", 1, [new ReLU("a"), new ReLU("b") { Inputs = ["a", "input"] }]) },
        { "Layer 'b' (Conv2d): expected 3 channels, found 2×", () => new("x", 1, [new Conv2d("a", 1, 2, 1), new Conv2d("b", 3, 1, 1)]) },
        { "kernel, stride and dilation must be at least 1", () => new("x", 1, [new Conv2d("a", 1, 1, 0)]) },
        { "kernel, stride and dilation must be at least 1", () => new("x", 1, [new Conv2d("a", -1, 1, 3)]) },
        { "padding must be at least 0 and less than the kernel", () => new("x", 1, [new Conv2d("a", 1, 1, 3, Padding: 3)]) },
        { "output_padding must be less than the stride", () => new("x", 1, [new ConvTranspose2d("a", 1, 1, 3, 2, OutputPadding: 2)]) },
        { "a denoiser gives back its input's shape", () => new("x", 1, [new Conv2d("a", 1, 1, 3)]) },
        { "a denoiser gives back its input's shape", () => new("x", 1, [new Conv2d("a", 1, 2, 1)]) },
        {
            "it takes one size only: say which with input_size",
            () => new("x", 1, [new Flatten("f"), new Linear("l", 4, 4), new Unflatten("u", 1, 2, 2)])
        },
        { "found 9", () => new("x", 1, [new Flatten("f"), new Linear("l", 4, 4), new Unflatten("u", 1, 2, 2)], [3, 3]) },
        { "put a flatten layer before it", () => new("x", 1, [new Linear("l", 4, 4)], [2, 2]) },
        { "put an unflatten layer before it", () => new("x", 1, [new Flatten("f"), new Conv2d("c", 1, 1, 1)], [2, 2]) },
        {
            "expected inputs of one shape",
            () => new("x", 3, [new Conv2d("a", 3, 2, 1), new Add("b") { Inputs = ["a", "input"] }, new Conv2d("c", 3, 3, 1)])
        },
        { "name two inputs", () => new("x", 1, [new Subtract("a") { Inputs = ["input", "input", "input"] }]) },
        { "expected at least 3 channels, found 2", () => new("x", 1, [new Conv2d("a", 1, 2, 1), new Slice("b", 1, 2)]) },
        { "groups must divide both numbers of channels, 2 and 3", () => new("x", 1, [new Conv2d("a", 2, 3, 1, Groups: 2)]) },
        {
            "the kernel with its dilation may be 1048576 pixels long at most",
            () => new("x", 1, [new Conv2d("a", 1, 1, 50_000, Dilation: 50_000)])
        },
        { "scale must be from 1 to 1048576", () => new("x", 1, [new Upsample("a", int.MaxValue, Interpolation.Bilinear)]) },
        { "dilation must be at least 1", () => new("x", 1, [new Conv2d("a", 1, 1, 3, Dilation: new(1, 0))]) },
        { "padding must be at least 0 and at most half the kernel", () => new("x", 1, [new MaxPool2d("a", 3, 1, Padding: 2)]) },
        { "align_corners is for the mode bilinear alone", () => new("x", 1, [new Upsample("a", 2, AlignCorners: true)]) },
        { "left, right, top and bottom must be from 0 to 1048576", () => new("x", 1, [new Pad("a", Left: -1)]) },
        {
            "expected more than 1 pixels a side to reflect, found 1×1×2",
            () => Fixed(new Conv2d("a", 1, 1, 3, Padding: 1, PaddingMode: PaddingMode.Reflect))
        },
        {
            "expected sides longer than the reflected border, found 1×1×2",
            () => Fixed(new Pad("a", Top: 1, Mode: PaddingMode.Reflect))
        },
        { "expected more than one pixel", () => new("x", 1, [new GlobalAvgPool2d("a"), new InstanceNorm2d("b", 1)]) },
        { "min at most max", () => new("x", 1, [new Clamp("a", 1, 0)]) },
        { "at most 1,000,000,000 are supported", Huge },
        { "more than 4096 times", () => new("x", 1, [new MaxPool2d("a", 5000), new Upsample("b", 5000)]) },
        { "padding", () => new("x", 1, [new Conv2d("a", 1, 1, 3, Padding: -1)]) },
    };

    private static Architecture Fixed(Layer layer) => new("x", 1, [layer], inputSize: [1, 2]);

    private static Architecture Huge()
    {
        const int channels = 2_000_000_000;
        return new("x", 1, [new Conv2d("a", 1, channels, 1), new Conv2d("b", channels, channels, 1), new Conv2d("c", channels, 1, 1)]);
    }

    [Theory]
    [MemberData(nameof(Impossible))]
    public void ImpossibleArchitecturesAreRefusedWithAReason(string reason, Func<Architecture> make)
    {
        var e = Assert.Throws<ArchitectureException>(make);
        Assert.Contains(reason.Replace("The architecture", "An architecture"), e.Message);
    }

    [Theory]
    [InlineData("", "The architecture is not valid JSON, or has a property twice: line 1, byte 1.")]
    [InlineData("{\n  x", "The architecture is not valid JSON, or has a property twice: line 2, byte 3.")]
    [InlineData("""{"name":"x","name":"y"}""", "The architecture is not valid JSON, or has a property twice.")]
    [InlineData("""{"name":"\ud800"}""", "The architecture is not valid JSON: a name is not Unicode.")]
    [InlineData("[]", "The architecture is a list, expected a JSON object.")]
    [InlineData("null", "The architecture is null, expected a JSON object.")]
    [InlineData("""{"size":[1,1]}""", "The architecture has no setting 'size', only name, channels, layers, input_size.")]
    [InlineData("""{"name":"x","layers":[]}""", "The architecture: channels is missing.")]
    [InlineData("""{"name":"x","channels":"1","layers":[]}""", "The architecture: channels is \"1\", expected a whole number.")]
    [InlineData("""{"name":"x","channels":1,"layers":{}}""", "The architecture: layers is an object, expected a list.")]
    public void JsonThatIsNoArchitectureIsRefused(string json, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ArchitectureException>(() => ArchitectureJson.Read(json)).Message);

    private static Architecture WithLayers(string json) => ArchitectureJson.Read($$"""{"name":"x","channels":1,"layers":[{{json}}]}""");

    [Theory]
    [InlineData("null", "Layer 1 is null, expected a JSON object.")]
    [InlineData("""{"name":"a"}""", "Layer 1: type is missing.")]
    [InlineData("""{"type":"relu"}""", "Layer 1 (relu): name is missing.")]
    [InlineData("""{"type":"relu","name":"a","colour":1}""", "Layer 1 (relu) has no setting 'colour', only type, name, inputs.")]
    [InlineData("""{"type":"add","name":"a","inputs":[1]}""", "Layer 1 (add): inputs is 1, expected a text.")]
    [InlineData("""{"type":"leaky_relu","name":"a","slope":true}""", "Layer 1 (leaky_relu): slope is true, expected a number.")]
    [InlineData("""{"type":"relu","name":"a"},{"type":"max_pool2d","name":"b","kernel":1.5}""",
        "Layer 2 (max_pool2d): kernel is 1.5, expected a whole number, or two in a list for height and width.")]
    [InlineData("""{"type":"upsample","name":"a","scale":[2,2,2]}""",
        "Layer 1 (upsample): scale is a list, expected a whole number, or two in a list for height and width.")]
    [InlineData("""{"type":"pad","name":"a","mode":"mirror"}""",
        "Layer 1 (pad): mode is \"mirror\", expected zeros or reflect or replicate.")]
    [InlineData("""{"type":"pad","name":"a","mode":1}""", "Layer 1 (pad): mode is 1, expected zeros or reflect or replicate.")]
    public void ALayerThatIsWrongIsNamedWithWhatWasExpected(string layers, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ArchitectureException>(() => WithLayers(layers)).Message);

    [Fact]
    public void AnUnknownLayerIsAnsweredWithAllOfThemAndTheNearest()
    {
        string message = Assert.Throws<ArchitectureException>(() => WithLayers("""{"type":"selu2","name":"a"}""")).Message;
        Assert.Equal("Layer 1: no layer has the type 'selu2'. The nearest is selu; the types are add, affine, avg_pool2d, batch_norm2d, "
            + "clamp, concat, conv2d, conv_transpose2d, dropout, elu, flatten, gelu, global_avg_pool2d, identity, "
            + "instance_norm2d, layer_norm2d, leaky_relu, linear, max_pool2d, multiply, pad, pixel_shuffle, pixel_unshuffle, prelu, relu, "
            + "scale, selu, sigmoid, silu, slice, subtract, tanh, unflatten, upsample.", message);
    }

    /// <summary>Earlier versions wrote the layers' parameters down too.</summary>
    [Fact]
    public void AnArchitectureOfAnEarlierVersionIsRead() => Assert.Equal([new BatchNorm2d("a", 1)],
        WithLayers("""{"type":"batch_norm2d","channels":1,"epsilon":1E-05,"parameters":[{"name":"a.weight"}],"name":"a"}""").Layers);

    [Fact]
    public void AnUnknownNameIsAnsweredWithTheNearest()
    {
        var e = Assert.Throws<ArchitectureException>(() => Catalogue.Get("conv-denoisr"));
        Assert.Equal(
            "No network is called 'conv-denoisr'. The nearest names are: conv-denoiser, conv-autoencoder, photo-colour.", e.Message);
    }
}
