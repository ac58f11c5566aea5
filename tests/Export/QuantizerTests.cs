using Denoise.Export.Tool;
using Denoise.Tests.Layers;

namespace Denoise.Tests.Export;

public sealed class QuantizerTests : FolderTest
{
    public static TheoryData<string> Networks =>
        [.. Samples.Small.Keys, "groups", "transposed groups", "reflected", "pad by replication", "drunet", "nafnet"];

    [Theory]
    [InlineData(0, 1, 1f / 255, 0)]
    [InlineData(0.5f, 1, 1f / 255, 0)] // 0 is always within
    [InlineData(-1, 1, 2f / 255, 128)]
    [InlineData(-2.55f, 0, 0.01f, 255)]
    [InlineData(-3, -1, 3f / 255, 255)]
    [InlineData(0, 0, 1, 0)]
    public void TheStepsSpanTheRangeAndHoldZero(float min, float max, float scale, int zeroPoint)
    {
        var steps = new ValueRange(min, max).Steps();
        Assert.Equal(scale, steps.Scale, 1e-6f);
        Assert.Equal(zeroPoint, steps.ZeroPoint);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void TheQuantisedNetworkIsCloseToTheOriginal(string name)
    {
        Checkpoint checkpoint = Samples.Checkpoint(name);
        foreach (PixelType pixels in new[] { PixelType.Float32, PixelType.UInt8 })
        {
            var options = new ExportOptions { Pixels = pixels, Opset = Opsets.LowestQuantized };
            OnnxModel model = OnnxExporter.Export(checkpoint, options);
            TestInput[] inputs = [.. TestInput.For(checkpoint.Architecture, options).Where(i => i.What == "random")];
            var ranges = Ranges(model, options, inputs);
            foreach (FloatLayers choice in FloatLayers.Choices(model))
                AssertClose(Quantizer.Quantize(model, ranges, choice.Floats), checkpoint, options, inputs);
        }
    }

    private void AssertClose(OnnxModel quantised, Checkpoint checkpoint, ExportOptions options, TestInput[] inputs)
    {
        quantised.Save(_folder["int8.onnx"]);
        using var session = new ModelSession(_folder["int8.onnx"], options);
        var reference = new ReferenceEvaluator(checkpoint.Architecture, checkpoint.Parameters);
        foreach (TestInput input in inputs)
        {
            double[] expected = reference.Run(input.Values, input.Batch, input.Height, input.Width, input.Sigma);
            double[] actual = session.Run(input);
            if (options.Pixels == PixelType.UInt8)
                expected = [.. expected.Select(v => Math.Clamp(v, 0, 1))];
            double scale = expected.Max(Math.Abs) + 0.1;
            Assert.InRange(Math.Sqrt(expected.Zip(actual, (e, a) => (e - a) * (e - a)).Average()) / scale, 0, 0.02);
        }
    }

    [Theory]
    [InlineData("photo-colour", "26 22 14")] // first, last and two enlargements; then the eight layers of blocks at half the size
    [InlineData("conv-denoiser", "7 2")]
    [InlineData("averaged", "4 1")]
    [InlineData("linear", "2")]
    public void LayersGoBackToFloatsStepByStep(string name, string expected) => Assert.Equal(
        expected, string.Join(' ', FloatLayers.Choices(OnnxExporter.Export(Samples.Checkpoint(name))).Select(choice => choice.Rounded)));

    [Fact]
    public void AConvolutionInIntegersIsRoundedForASumInFloats()
    {
        OnnxModel model = OnnxExporter.Export(Samples.Checkpoint("photo-colour"));
        var ranges = Quantizer.Calibrated(model).ToDictionary(v => v, _ => new ValueRange(0, 1));
        GraphProto graph = Quantizer.Quantize(model, ranges, FloatLayers.Choices(model).Last().Floats).Proto.Graph;
        string[] Inputs(string value) => [.. graph.Node.Single(n => n.Output[0] == value).Input];
        Assert.Equal(["middle.block1.conv2.dequantized", "reduce2.dequantized"], Inputs("middle.block1.add"));
        Assert.Equal("middle.block1.add.dequantized", Inputs("middle.block2.conv1")[0]);
        // At the highest resolution nothing is rounded.
        Assert.Equal(["down1.block1.conv2", "first"], Inputs("down1.block1.add"));
        Assert.Equal(["down1.block1.relu", "down1.block1.conv2.weight", "down1.block1.conv2.bias"], Inputs("down1.block1.conv2"));
        Assert.Equal("down1.block2.add.dequantized", Inputs("reduce1")[0]);
    }

    private Dictionary<string, ValueRange> Ranges(OnnxModel model, ExportOptions options, TestInput[] inputs)
    {
        string[] names = [.. Quantizer.Calibrated(model)], made = [.. names.Except([options.InputName])];
        model.Giving(made).Save(_folder["giving.onnx"]);
        using var session = new ModelSession(_folder["giving.onnx"], options);
        var ranges = names.ToDictionary(name => name, _ => new ValueRange(0, 1));
        foreach (TestInput input in inputs)
            foreach (var (name, values) in made.Zip(session.Run(input, made)))
                ranges[name] = ranges[name].Union(new((float)values.Min(), (float)values.Max()));
        return ranges;
    }

    [Fact]
    public void WeightsAreInt8WithAScaleForEachChannelAndValuesAreFusable()
    {
        OnnxModel model = OnnxExporter.Export(Samples.ConvDenoiser());
        var ranges = Quantizer.Calibrated(model).ToDictionary(v => v, _ => new ValueRange(0, 1));
        GraphProto graph = Quantizer.Quantize(model, ranges).Proto.Graph;
        TensorProto Initializer(string name) => graph.Initializer.Single(i => i.Name == name);
        Assert.Equal(TensorProto.Types.DataType.Int8, Initializer("conv2.weight.quantized").DataType);
        Assert.Equal(TensorProto.Types.DataType.Int32, Initializer("conv2.bias.quantized").DataType);
        Assert.Equal([16L], Initializer("conv2.weight.scale").Dims);
        // The second dimension of a transposed convolution's weight is its outputs.
        Assert.Equal([8L, 16L, 2L, 2L], Initializer("t_conv2.weight.quantized").Dims);
        Assert.Equal([16L], Initializer("t_conv2.weight.scale").Dims);
        Assert.Equal(1, graph.Node.Single(n => n.Output[0] == "t_conv2.weight.dequantized").Attribute.Single().I);
        Assert.DoesNotContain(graph.Initializer, i => i.DataType == TensorProto.Types.DataType.Float && i.RawData.Length > 256);

        NodeProto Maker(string value) => graph.Node.Single(n => n.Output[0] == value);
        // Convolution, Relu and one rounding; the pooling keeps the steps; the output stays float.
        Assert.Equal(["conv1"], Maker("relu1").Input);
        Assert.Equal("relu1", Maker("relu1.quantized").Input[0]);
        Assert.Equal(Maker("relu1.quantized").Input.Skip(1), Maker("pool1.quantized").Input.Skip(1));
        Assert.Equal(["conv_out"], Maker("denoised").Input);
    }
}
