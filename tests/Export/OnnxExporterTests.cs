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
                float[] sigma = Samples.Sigma(network, batch, height, width);
                double[] expected = reference.Run(input, batch, height, width, sigma);
                float[] actual = Run(session, input, [batch, network.Channels, height, width], sigma);
                Assert.Equal(expected.Length, actual.Length);
                Assert.InRange(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), 0, 1e-5);
            }
    }

    private static IEnumerable<(int, int)> SizesOf(Architecture network) => network.InputSize is [var height, var width]
        ? [(height, width)]
        : [(network.Sizes.Minimum, network.Sizes.Minimum), (network.Sizes.Next(28), network.Sizes.Next(41)), (network.Sizes.Next(100), network.Sizes.Next(35))];

    [Fact]
    public void OneNoiseLevelForAPictureIsThatOfEachOfItsPixels()
    {
        using var session = new InferenceSession(OnnxExporter.Export(Samples.Checkpoint(Samples.Small["sigma"]())).ToBytes());
        float[] input = Samples.Image(2 * 3 * 8 * 6), levels = [0.1f, 0.25f];
        float[] one = Run(session, input, [2, 3, 8, 6], levels, [2, 1, 1, 1]), each = Run(session, input, [2, 3, 8, 6], [.. levels.SelectMany(v => Enumerable.Repeat(v, 48))]);
        Assert.Equal(each, one);
    }

    /// <param name="sigma">The noise level, N×1×H×W unless another shape is given; empty for a model without.</param>
    internal static float[] Run(InferenceSession session, float[] input, long[] shape, float[]? sigma = null, long[]? sigmaShape = null)
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using OrtValue level = OrtValue.CreateTensorValueFromMemory(sigma ?? [], sigma is null or [] ? [0] : sigmaShape ?? [shape[0], 1, shape[2], shape[3]]);
        using var options = new RunOptions();
        using var outputs = sigma is null or []
            ? session.Run(options, ["noisy"], [value], ["denoised"])
            : session.Run(options, ["noisy", "sigma"], [value, level], ["denoised"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void TheSameCheckpointGivesTheSameBytes(string name)
    {
        Architecture network = Samples.Small[name]();
        Assert.Equal(OnnxExporter.Export(Samples.Checkpoint(network)).ToBytes(), OnnxExporter.Export(Samples.Checkpoint(network)).ToBytes());
    }

    [Theory]
    [InlineData("unet", "gaussian:0.5", "luminance-chroma", "luminance-chroma")]
    [InlineData("unet", "gaussian:0..0.2", "channels", "channels")]
    // From before checkpoints said it.
    [InlineData("unet", "gaussian:0..0.2,clip=off", null, "luminance-chroma")]
    [InlineData("unet", "camera:0..0.04 or gaussian:0..0.2", null, "luminance-chroma")]
    [InlineData("unet", "gaussian:0.1..0.2", null, null)]
    [InlineData("unet", "gaussian:0.5", null, null)]
    [InlineData("unet", "speckle:0..0.5", null, null)]
    [InlineData("unet", null, null, null)]
    [InlineData("shuffled", "gaussian:0..0.2", null, null)]
    public void AGreyNetworksModelSaysHowItIsGivenColours(string network, string? noise, string? checkpointSays, string? modelSays)
    {
        var info = new Dictionary<string, string?> { ["noise"] = noise, ["colour"] = checkpointSays }.Where(entry => entry.Value is not null);
        Checkpoint checkpoint = Samples.Checkpoint(Samples.Small[network]()) with { Info = info.ToDictionary(entry => entry.Key, entry => entry.Value!) };
        ModelProto model = OnnxExporter.Export(checkpoint).Proto;
        Assert.Equal(modelSays, model.MetadataProps.SingleOrDefault(p => p.Key == "colour")?.Value);
    }

    [Fact]
    public void TheModelSaysHowToUseIt()
    {
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(Samples.ConvDenoiser()).ToBytes());
        Assert.Equal((8, 17), (model.IrVersion, model.OpsetImport.Single().Version));
        var metadata = model.MetadataProps.ToDictionary(p => p.Key, p => p.Value);
        Assert.Equal(("8", "4", "12"), (metadata["size_multiple"], metadata["size_remainder"], metadata["size_minimum"]));
        Assert.Equal("test", metadata["recipe"]);
        Assert.Equal(("28", "36", 344, "1E-05"), (metadata["verify_height"], metadata["verify_width"], metadata["verify_output"].Length, metadata["verify_within"]));
    }
}
