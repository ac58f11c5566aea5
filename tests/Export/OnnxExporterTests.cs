namespace Denoise.Tests.Export;

public class OnnxExporterTests
{
    public static TheoryData<string> Networks => [.. Samples.Small.Keys];

    [Fact]
    public void OneNoiseLevelForAPictureIsThatOfEachOfItsPixels()
    {
        using var session = new InferenceSession(OnnxExporter.Export(Samples.Checkpoint("sigma")).ToBytes());
        float[] input = Samples.Image(2 * 3 * 8 * 6), levels = [0.1f, 0.25f], plane = [.. levels.SelectMany(v => Enumerable.Repeat(v, 48))];
        Assert.Equal(Run(session, input, [2, 3, 8, 6], plane), Run(session, input, [2, 3, 8, 6], levels, [2, 1, 1, 1]));
    }

    /// <param name="sigma">The noise level, N×1×H×W unless another shape is given; empty for a model without.</param>
    internal static float[] Run(InferenceSession session, float[] input, long[] shape, float[]? sigma = null, long[]? sigmaShape = null)
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using OrtValue? level = sigma is null or [] ? null
            : OrtValue.CreateTensorValueFromMemory(sigma, sigmaShape ?? [shape[0], 1, shape[2], shape[3]]);
        using var options = new RunOptions();
        using var outputs = level is null
            ? session.Run(options, ["noisy"], [value], ["denoised"])
            : session.Run(options, ["noisy", "sigma"], [value, level], ["denoised"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void TheSameCheckpointGivesTheSameBytes(string name)
    {
        byte[] Export() => OnnxExporter.Export(Samples.Checkpoint(name)).ToBytes();
        Assert.Equal(Export(), Export());
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
        var info = new Dictionary<string, string>();
        if (noise is not null)
            info["noise"] = noise;
        if (checkpointSays is not null)
            info["colour"] = checkpointSays;
        ModelProto model = OnnxExporter.Export(Samples.Checkpoint(network) with { Info = info }).Proto;
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
        Assert.Equal(("28", "36", "1E-05"), (metadata["verify_height"], metadata["verify_width"], metadata["verify_within"]));
        Assert.Equal(344, metadata["verify_output"].Length);
    }
}
