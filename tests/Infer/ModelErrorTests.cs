using Denoise.Export;
using Denoise.Export.Onnx;
using Denoise.Infer;
using Google.Protobuf;
using Xunit;

namespace Denoise.Tests.Infer;

/// <summary>Files that are no denoiser: each is refused with one sentence that says what was found.</summary>
public class ModelErrorTests
{
    private static ModelProto Model() => ModelProto.Parser.ParseFrom(OnnxExporter.Export(Samples.ConvDenoiser()).ToBytes());

    private static string Refusal(byte[] model) =>
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
        string message = Refusal(Classifier().ToByteArray());
        Assert.Equal("The model is not a denoiser, which has one input N x C x H x W of float, float16 or uint8 with 1 or 3 channels, or N x F, and one output of the same shape: "
            + "it takes image (Float N x 3 x 8 x 8) and gives scores (Float N x 192).", message);
    }

    [Fact]
    public void AModelThatGivesAnotherTypeThanItTakesIsDescribed()
    {
        ModelProto model = Model();
        model.Graph.Node[^1].Output[0] = "floats";
        model.Graph.Node.Add(new NodeProto { OpType = "Cast", Input = { "floats" }, Output = { "denoised" },
            Attribute = { new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (long)TensorProto.Types.DataType.Float16 } } });
        model.Graph.Output[0].Type.TensorType.ElemType = TensorProto.Types.DataType.Float16;
        string message = Refusal(model.ToByteArray());
        Assert.Contains("it takes noisy (Float ", message);
        Assert.Contains("and gives denoised (Float16 ", message);
    }

    private static ModelProto Classifier()
    {
        ModelProto model = new() { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = new GraphProto { Name = "classifier" } };
        model.Graph.Node.Add(new NodeProto { OpType = "Flatten", Input = { "image" }, Output = { "scores" } });
        model.Graph.Input.Add(Value("image", "N", 3, 8, 8));
        model.Graph.Output.Add(Value("scores", "N", 192));
        return model;
    }

    private static ValueInfoProto Value(string name, string batch, params int[] sizes)
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = batch } } };
        shape.Dim.AddRange(sizes.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        return new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = TensorProto.Types.DataType.Float, Shape = shape } } };
    }

    [Theory]
    [InlineData("size_multiple", "0", "size_multiple 0, size_remainder 4, size_minimum 12")]
    [InlineData("size_remainder", "8", "size_multiple 8, size_remainder 8, size_minimum 12")]
    [InlineData("size_minimum", "twelve", "size_minimum is 'twelve', not a whole number")]
    public void MetadataWithoutSenseIsRefused(string key, string value, string clause) => Assert.Equal(
        $"The model has metadata without sense: {clause}.",
        RefusalOf(model => model.MetadataProps.Single(p => p.Key == key).Value = value));

    [Fact]
    public void WithoutMetadataASizeThatFailsIsNamed()
    {
        ModelProto model = Model();
        model.MetadataProps.Clear();
        using Denoiser denoiser = Denoiser.Load(model.ToByteArray(), new() { Device = "cpu" });
        float[] picture = new float[28 * 28], odd = new float[29 * 30];
        denoiser.Denoise(picture, picture, 28, 28);
        var exception = Assert.Throws<InvalidDataException>(() => denoiser.Denoise(odd, odd, 29, 30));
        Assert.StartsWith("The model failed on a 1 x 1 x 29 x 30 input: ", exception.Message);
    }

    [Fact]
    public void AModelOfOnePictureAtATimeServesBatches()
    {
        ModelProto model = Model();
        foreach (ValueInfoProto value in model.Graph.Input.Concat(model.Graph.Output))
            value.Type.TensorType.Shape.Dim[0] = new() { DimValue = 1 };
        using Denoiser one = Denoiser.Load(model.ToByteArray(), new() { Device = "cpu" }), many = Denoiser.Load(Model().ToByteArray(), new() { Device = "cpu" });
        float[] noisy = Samples.Image(3 * 20 * 20), a = new float[noisy.Length], b = new float[noisy.Length];
        one.Denoise(noisy, a, 20, 20, 3);
        many.Denoise(noisy, b, 20, 20, 3);
        Assert.Equal(b, a);
    }
}
