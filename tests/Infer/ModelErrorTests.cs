using static Denoise.Tests.Infer.Protos;

namespace Denoise.Tests.Infer;

/// <summary>Files that are no denoiser: each is refused with one sentence that says what was found.</summary>
public class ModelErrorTests
{
    internal static ModelProto Model() => ModelProto.Parser.ParseFrom(OnnxExporter.Export(Samples.ConvDenoiser()).ToBytes());

    internal static string Refusal(byte[] model) =>
        Assert.Throws<InvalidDataException>(() => Denoiser.Load(model, new() { Device = "cpu" }).Dispose()).Message;

    private static string RefusalOf(Action<ModelProto> change)
    {
        ModelProto model = Model();
        change(model);
        return Refusal(model.ToByteArray());
    }

    [Fact]
    public void AMissingFileIsNamed()
    {
        var exception = Assert.Throws<FileNotFoundException>(() => Denoiser.Load("none.onnx"));
        Assert.Equal("There is no model none.onnx.", exception.Message);
    }

    [Fact]
    public void WhatIsNotOnnxIsRefused()
    {
        byte[] whole = Model().ToByteArray();
        Assert.All(new byte[][] { [], "This is not a model."u8.ToArray(), whole[..(whole.Length / 2)], whole[..^1] },
            bytes => Assert.StartsWith("The model is not an ONNX model that can be run: ", Refusal(bytes)));
    }

    [Fact]
    public void ATruncatedFileIsNamed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["m.onnx"], Model().ToByteArray()[..1000]);
        var exception = Assert.Throws<InvalidDataException>(() => Denoiser.Load(folder["m.onnx"], new() { Device = "cpu" }));
        Assert.StartsWith($"{folder["m.onnx"]} is not an ONNX model that can be run: ", exception.Message);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void AModelWithOtherShapesIsDescribed()
    {
        // A classifier: one vector for each picture.
        ModelProto model = Protos.Model(Value("image", "N", 3, 8, 8), Value("scores", "N", 192), Node("Flatten", ["image"], "scores"));
        string message = Refusal(model.ToByteArray());
        Assert.Equal("The model is not a denoiser, which has one input N x C x H x W or N x H x W x C of float, float16 or uint8 with "
            + "1 or 3 channels, or N x F, and one output of the same shape: "
            + "it takes image (Float N x 3 x 8 x 8) and gives scores (Float N x 192).", message);
    }

    [Fact]
    public void AModelThatGivesAnotherTypeThanItTakesIsDescribed()
    {
        ModelProto model = Model();
        model.Graph.Node[^1].Output[0] = "floats";
        const long half = (long)TensorProto.Types.DataType.Float16;
        model.Graph.Node.Add(Node("Cast", ["floats"], "denoised", Long("to", half)));
        model.Graph.Output[0].Type.TensorType.ElemType = TensorProto.Types.DataType.Float16;
        string message = Refusal(model.ToByteArray());
        Assert.Contains("it takes noisy (Float ", message);
        Assert.Contains("and gives denoised (Float16 ", message);
    }

    [Theory]
    [InlineData("size_multiple", "0", "size_multiple is '0', expected a whole number from 1 to 1048576")]
    [InlineData("size_remainder", "8", "size_remainder is '8', expected less than size_multiple, 8")]
    [InlineData("size_minimum", "twelve", "size_minimum is 'twelve', expected a whole number from 1 to 1048576")]
    public void MetadataWithoutSenseIsRefused(string key, string value, string clause) => Assert.Equal(
        $"The model has metadata without sense: {clause}.",
        RefusalOf(model => model.MetadataProps.Single(p => p.Key == key).Value = value));

    [Fact]
    public void ASizeThatFailsIsNamed()
    {
        using Denoiser denoiser = Denoisers.Load(Model().ToByteArray(), new() { SizeMultiple = 1, Overlap = 0 });
        denoiser.Denoised(new float[28 * 28], 28, 28);
        var exception = Assert.Throws<InvalidDataException>(() => denoiser.Denoised(new float[29 * 30], 29, 30));
        Assert.Equal("The model gives 1 x 1 x 28 x 28 for a 1 x 1 x 29 x 30 input, and a denoiser gives a result of the same shape.",
            exception.Message);
    }

    [Fact]
    public void AModelOfOnePictureAtATimeServesBatches()
    {
        ModelProto model = Model();
        foreach (ValueInfoProto value in model.Graph.Input.Concat(model.Graph.Output))
            value.Type.TensorType.Shape.Dim[0] = new() { DimValue = 1 };
        using Denoiser one = Denoisers.Load(model.ToByteArray()), many = Denoisers.Load("conv-denoiser");
        float[] noisy = Samples.Image(3 * 20 * 20);
        Assert.Equal(many.Denoised(noisy, 20, 20, 3), one.Denoised(noisy, 20, 20, 3));
    }

    [Fact]
    public void MetadataWithoutNumberAreRefused()
    {
        ModelProto model = Model();
        Load(1000 - model.MetadataProps.Count);
        Assert.Equal("The model is not an ONNX model that can be run: it has more than 1000 entries of metadata.",
            Assert.Throws<InvalidDataException>(() => Load(1)).Message);

        void Load(int more)
        {
            for (int i = 0; i < more; i++)
                model.MetadataProps.Add(new StringStringEntryProto { Key = $"key {model.MetadataProps.Count}", Value = "value" });
            Denoisers.Load(model.ToByteArray()).Dispose();
        }
    }

    [Fact]
    public void GraphsNestedTooDeeplyAreRefused()
    {
        GraphProto graph = new() { Name = "innermost" };
        for (int i = 0; i < 50; i++)
            graph = new() { Name = "outer", Node = { new NodeProto { Attribute = { new AttributeProto { G = graph } } } } };
        Assert.Equal("The model is not an ONNX model that can be run: its graphs are nested too deeply.",
            Refusal(new ModelProto { Graph = graph }.ToByteArray()));
    }

    /// <summary>A stream without an end.</summary>
    private sealed class Endless : MemoryStream
    {
        internal long BytesRead { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            buffer.Clear();
            BytesRead += buffer.Length;
            return buffer.Length;
        }
    }

    [Fact]
    public void AStreamIsReadNoFurtherThanAllowed()
    {
        using var endless = new Endless();
        Assert.Throws<InvalidDataException>(() => Denoiser.Load(endless, new() { Device = "cpu", MaxModelBytes = 1_000_000 }));
        Assert.InRange(endless.BytesRead, 1_000_001, 1_100_000);
    }
}
