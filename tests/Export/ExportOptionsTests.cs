using Denoise.Export.Tool;
using static Denoise.Export.Onnx.TensorProto.Types;

namespace Denoise.Tests.Export;

/// <summary>Every option of the exporter, each model run in ONNX Runtime and compared with the reference evaluator.</summary>
public sealed class ExportOptionsTests : FolderTest
{
    public static TheoryData<string> Networks => [.. Samples.Small.Keys];

    private void Agrees(Checkpoint checkpoint, ExportOptions options) => Agrees(checkpoint, options, _folder["model.onnx"]);

    /// <summary>The model, which is written to a path, gives what the reference evaluator gives.</summary>
    internal static void Agrees(Checkpoint checkpoint, ExportOptions options, string path)
    {
        OnnxExporter.Export(checkpoint, options).Save(path);
        Verification verification = Verifier.Verify(path, checkpoint, options);
        Assert.True(verification.Passed, $"{checkpoint.Architecture.Name}, {options}: {verification.Worst}");
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void EveryTypeOfArithmeticAndPixelsRuns(string name)
    {
        foreach (var (precision, pixels) in new[]
        {
            (Precision.Float16, PixelType.Float32), (Precision.Float16, PixelType.Float16), (Precision.Float16, PixelType.UInt8),
            (Precision.Float32, PixelType.UInt8), (Precision.Float32, PixelType.Float16),
        })
            Agrees(Samples.Checkpoint(name), new() { Precision = precision, Pixels = pixels });
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void AFixedShapeRuns(string name)
    {
        Architecture network = Samples.Network(name);
        bool isOpen = network.InputSize is null;
        var (height, width) = isOpen ? (network.Sizes.Next(40), network.Sizes.Next(61)) : (network.InputSize![0], network.InputSize[1]);
        Agrees(Samples.Checkpoint(network), new() { InputShape = new(2, network.Channels, height, width) });
        Agrees(Samples.Checkpoint(network), new() { InputShape = new("batch", network.Channels, height, isOpen ? "columns" : width) });
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void WithoutFoldingItRunsToo(string name) => Agrees(Samples.Checkpoint(name), new() { FoldBatchNorm = false });

    [Fact]
    public void BatchNormalisationsBehindConvolutionsAndLinearLayersAreFolded()
    {
        Architecture network = new("normed", 1,
        [
            new Conv2d("conv", 1, 3, 3, Padding: 1, Bias: false), new BatchNorm2d("norm1", 3), new ReLU("relu"),
            new ConvTranspose2d("grow", 3, 4, 3, Padding: 1), new BatchNorm2d("norm2", 4), new BatchNorm2d("again", 4),
            new Conv2d("shared", 4, 1, 1), new BatchNorm2d("kept", 1), new Add("sum") { Inputs = ["kept", "shared"] },
            new Flatten("flat"), new Linear("fc", 20, 20), new Unflatten("map", 1, 4, 5), new BatchNorm2d("norm3", 1),
        ], inputSize: [4, 5]);
        Checkpoint checkpoint = Samples.Checkpoint(network), folded = BatchNormFolding.Fold(checkpoint);
        string[] left = ["conv", "relu", "grow", "shared", "kept", "sum", "flat", "fc", "map"];
        Assert.Equal(left, folded.Architecture.Layers.Select(l => l.Name));
        Assert.Equal(folded.Architecture.Parameters.Select(p => p.Name).Order(), folded.Parameters.Keys.Order());
        float[] input = Samples.Image(20);
        double[] before = new ReferenceEvaluator(network, checkpoint.Parameters).Run(input, 1, 4, 5);
        double[] after = new ReferenceEvaluator(folded.Architecture, folded.Parameters).Run(input, 1, 4, 5);
        Assert.InRange(before.Zip(after, (b, a) => Math.Abs(b - a)).Max(), 0, 1e-6);
        Agrees(checkpoint, ExportOptions.Default);
    }

    [Fact]
    public void ALayerThatReadTheNormalisationByNameReadsTheConvolution()
    {
        Checkpoint folded = BatchNormFolding.Fold(Samples.Checkpoint("unet"));
        Assert.DoesNotContain(folded.Architecture.Layers, l => l is BatchNorm2d { Name: "norm1" });
        // In this network a LeakyReLU is between convolution and normalisation, so there is nothing to fold.
        Assert.Contains(folded.Architecture.Layers, l => l is BatchNorm2d);

        Checkpoint skip = Samples.Checkpoint(new Architecture("skip", 1,
        [
            new Conv2d("conv", 1, 2, 3, Padding: 1), new BatchNorm2d("norm", 2), new Sigmoid("sigmoid"),
            new Concat("both") { Inputs = ["norm", "sigmoid", Architecture.InputName] }, new Conv2d("out", 5, 1, 1),
        ]));
        Layer both = BatchNormFolding.Fold(skip).Architecture.Layers.Single(l => l.Name == "both");
        Assert.Equal(["conv", "sigmoid", Architecture.InputName], both.Inputs);
        Agrees(skip, ExportOptions.Default);
    }

    [Fact]
    public void NamesThatAreTakenAreAvoided()
    {
        Architecture network = new("names", 1,
        [
            new Conv2d("noisy", 1, 4, 1), new Upsample("denoised"), new PixelUnshuffle("denoised.scales"), new Conv2d("out", 16, 4, 1),
            new PixelShuffle("noisy.weight"), new MaxPool2d("pool"),
        ]);
        Agrees(Samples.Checkpoint(network), ExportOptions.Default);
        Agrees(Samples.Checkpoint(network), new() { InputName = "denoised", OutputName = "out.weight", Pixels = PixelType.UInt8 });
        ModelProto model = OnnxExporter.Export(Samples.Checkpoint(network)).Proto;
        string[] names = [.. model.Graph.Node.SelectMany(n => n.Output), .. model.Graph.Initializer.Select(i => i.Name), "noisy"];
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public void EveryValueHasItsTypeAndShape()
    {
        (PixelType, DataType)[] both =
            [(PixelType.Float32, DataType.Float), (PixelType.Float16, DataType.Float16), (PixelType.UInt8, DataType.Uint8)];
        foreach (string network in Samples.Small.Keys)
            foreach (var (pixels, type) in both)
            {
                ExportOptions options = new() { Precision = Precision.Float16, Pixels = pixels };
                GraphProto graph = OnnxExporter.Export(Samples.Checkpoint(network), options).Proto.Graph;
                var described = graph.ValueInfo.Concat(graph.Output).Select(v => v.Name);
                Assert.Equal(graph.Node.SelectMany(n => n.Output).Order(), described.Order());
                var outside = graph.Input.Where(v => v.Name != Architecture.SigmaName).Concat(graph.Output);
                Assert.All(outside, v => Assert.Equal(type, TypeOf(v)));
                Assert.All(graph.ValueInfo.Where(v => TypeOf(v) != DataType.Int64), v => Assert.Equal(DataType.Float16, TypeOf(v)));
                // Whatever the arithmetic, the scales of Resize are float32.
                var scales = graph.Initializer.Where(i => i.Name.EndsWith(".scales", StringComparison.Ordinal));
                Assert.All(scales, i => Assert.Equal(DataType.Float, i.DataType));
            }

        static DataType TypeOf(ValueInfoProto value) => value.Type.TensorType.ElemType;
    }

    [Fact]
    public void AFixedShapeIsInEveryValue()
    {
        GraphProto graph = OnnxExporter.Export(Samples.ConvDenoiser(), new() { InputShape = InputShape.Parse("n, 1, 44, w") }).Proto.Graph;
        string[] types = [.. graph.ValueInfo.Concat(graph.Output).Select(v => $"{v.Name}: {ModelText.Type(v)}")];
        foreach (string type in new[] { "pool3: float[n,8,5,(w-4)/8]", "t_conv2: float[n,16,22,w/2]", "denoised: float[n,1,44,w]" })
            Assert.Contains(type, types);
    }

    [Theory]
    [InlineData("1,1,30,28", "its H is 8k + 4, at least 12; the next is 36")]
    [InlineData("1,1,28,4", "its W is 8k + 4, at least 12; the next is 12")]
    [InlineData("N,3,H,W", "its C is 1")]
    [InlineData("N,C,H,W", "its C is 1")]
    public void AShapeThatTheNetworkDoesNotTakeIsRefused(string shape, string expected)
    {
        ExportOptions options = new() { InputShape = InputShape.Parse(shape) };
        Assert.Contains(expected, Assert.Throws<FormatException>(() => OnnxExporter.Export(Samples.ConvDenoiser(), options)).Message);
    }

    [Theory]
    [InlineData("1,1,28")]
    [InlineData("1,1,28,28,1")]
    [InlineData("0,1,28,28")]
    [InlineData("-1,1,28,28")]
    [InlineData("N,1,,28")]
    [InlineData("N,1,H-4,28")]
    [InlineData("N,1,99999999999,28")]
    public void WhatIsNoShapeIsRefused(string text) => Assert.Throws<FormatException>(() => InputShape.Parse(text));

    [Fact]
    public void AWeightThatFloat16CannotHoldIsNamed()
    {
        Checkpoint checkpoint = Samples.ConvDenoiser();
        checkpoint.Parameters["conv2.weight"].Values[3] = 70_000;
        var error = Assert.Throws<OverflowException>(() => OnnxExporter.Export(checkpoint, new() { Precision = Precision.Float16 }));
        Assert.Equal("conv2.weight holds 70000, and float16 ends at 65504; export it in float32.", error.Message);
    }

    [Fact]
    public void WeightsGoToAFileOfTheirOwn()
    {
        Checkpoint checkpoint = Samples.Checkpoint(Catalogue.Get("unet"));
        OnnxModel model = OnnxExporter.Export(checkpoint);
        model.Save(_folder["model.onnx"], externalData: true);
        Assert.InRange(new FileInfo(_folder["model.onnx"]).Length, 1, 40_000);
        Assert.True(Verifier.Verify(_folder["model.onnx"], checkpoint, ExportOptions.Default).Passed);

        ModelProto outside = ModelProto.Parser.ParseFrom(File.ReadAllBytes(_folder["model.onnx"]));
        byte[] data = File.ReadAllBytes(_folder["model.onnx.data"]);
        Assert.Contains(outside.Graph.Initializer, t => t.DataLocation == DataLocation.External);
        foreach (var (tensor, original) in outside.Graph.Initializer.Zip(model.Proto.Graph.Initializer))
        {
            if (tensor.DataLocation != DataLocation.External)
                continue;
            var entries = tensor.ExternalData.ToDictionary(e => e.Key, e => e.Value);
            int offset = int.Parse(entries["offset"]), length = int.Parse(entries["length"]);
            Assert.Equal(("model.onnx.data", 0), (entries["location"], offset % 64));
            Assert.Equal(original.RawData, ByteString.CopyFrom(data, offset, length));
        }
    }
}
