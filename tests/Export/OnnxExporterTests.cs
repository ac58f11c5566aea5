using Denoise.Export;
using Denoise.Export.Onnx;
using Denoise.Network;
using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace Denoise.Tests.Export;

public class OnnxExporterTests
{
    public static TheoryData<string> Networks => [.. Samples.Small.Keys];

    [Theory]
    [MemberData(nameof(Networks))]
    public void OnnxRuntimeAgreesWithTheReferenceEvaluator(string name)
    {
        Checkpoint checkpoint = Samples.Checkpoint(Samples.Small[name]());
        Architecture network = checkpoint.Architecture;
        using var session = new InferenceSession(OnnxExporter.Export(checkpoint).ToBytes());
        var reference = new ReferenceEvaluator(network, checkpoint.Parameters);
        foreach (int batch in new[] { 1, 3 })
            foreach (var (height, width) in SizesOf(network))
            {
                float[] input = Samples.Image(batch * network.Channels * height * width, seed: height);
                double[] expected = reference.Run(input, batch, height, width);
                float[] actual = Run(session, input, [batch, network.Channels, height, width]);
                Assert.Equal(expected.Length, actual.Length);
                Assert.InRange(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), 0, 1e-5);
            }
    }

    private static IEnumerable<(int, int)> SizesOf(Architecture network) => network.InputSize is [var height, var width]
        ? [(height, width)]
        : [(network.Sizes.Minimum, network.Sizes.Minimum), (network.Sizes.Next(28), network.Sizes.Next(41)), (network.Sizes.Next(100), network.Sizes.Next(35))];

    internal static float[] Run(InferenceSession session, float[] input, long[] shape)
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, ["noisy"], [value], ["denoised"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void TheSameCheckpointGivesTheSameBytes(string name)
    {
        Architecture network = Samples.Small[name]();
        Assert.Equal(OnnxExporter.Export(Samples.Checkpoint(network)).ToBytes(), OnnxExporter.Export(Samples.Checkpoint(network)).ToBytes());
    }

    [Fact]
    public void TheConvDenoisersGraphIsAsWrittenDown()
    {
        // One line a node with the shape of what it makes: the golden form of the graph.
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(Samples.ConvDenoiser()).ToBytes());
        var shapes = model.Graph.ValueInfo.Concat(model.Graph.Output).ToDictionary(v => v.Name, ShapeText);
        Assert.Equal("noisy: N,1,H,W", $"{model.Graph.Input.Single().Name}: {ShapeText(model.Graph.Input.Single())}");
        Assert.Equal(
        [
            "Conv(noisy, conv1.weight, conv1.bias) -> conv1: N,32,H,W",
            "Relu(conv1) -> relu1: N,32,H,W",
            "MaxPool(relu1) -> pool1: N,32,H/2,W/2",
            "Conv(pool1, conv2.weight, conv2.bias) -> conv2: N,16,H/2,W/2",
            "Relu(conv2) -> relu2: N,16,H/2,W/2",
            "MaxPool(relu2) -> pool2: N,16,H/4,W/4",
            "Conv(pool2, conv3.weight, conv3.bias) -> conv3: N,8,H/4,W/4",
            "Relu(conv3) -> relu3: N,8,H/4,W/4",
            "MaxPool(relu3) -> pool3: N,8,(H-4)/8,(W-4)/8",
            "ConvTranspose(pool3, t_conv1.weight, t_conv1.bias) -> t_conv1: N,8,H/4,W/4",
            "Relu(t_conv1) -> relu4: N,8,H/4,W/4",
            "ConvTranspose(relu4, t_conv2.weight, t_conv2.bias) -> t_conv2: N,16,H/2,W/2",
            "Relu(t_conv2) -> relu5: N,16,H/2,W/2",
            "ConvTranspose(relu5, t_conv3.weight, t_conv3.bias) -> t_conv3: N,32,H,W",
            "Relu(t_conv3) -> relu6: N,32,H,W",
            "Conv(relu6, conv_out.weight, conv_out.bias) -> conv_out: N,1,H,W",
            "Sigmoid(conv_out) -> denoised: N,1,H,W",
        ], model.Graph.Node.Select(n => $"{n.OpType}({string.Join(", ", n.Input)}) -> {n.Output[0]}: {shapes[n.Output[0]]}"));
    }

    private static string ShapeText(ValueInfoProto value) =>
        string.Join(',', value.Type.TensorType.Shape.Dim.Select(d => d.DimParam.Length > 0 ? d.DimParam : $"{d.DimValue}"));

    [Fact]
    public void TheModelSaysHowToUseIt()
    {
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(Samples.ConvDenoiser()).ToBytes());
        Assert.Equal((8, 17), (model.IrVersion, model.OpsetImport.Single().Version));
        var metadata = model.MetadataProps.ToDictionary(p => p.Key, p => p.Value);
        Assert.Equal(("8", "4", "12"), (metadata["size_multiple"], metadata["size_remainder"], metadata["size_minimum"]));
        Assert.Equal("test", metadata["recipe"]);
        Assert.Equal(9585, ArchitectureJson.Read(metadata["architecture"]).ParameterCount);
    }
}
