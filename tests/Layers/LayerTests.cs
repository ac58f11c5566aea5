using Denoise.Export.Tool;
using Denoise.Tests.Export;
using Denoise.Tests.Infer;
using Denoise.Tests.Train;

namespace Denoise.Tests.Layers;

/// <summary>Every kind of layer with its settings, from one table.</summary>
public sealed class LayerTests : FolderTest
{
    public static TheoryData<string> Names => [.. LayerTable.Names];
    public static TheoryData<string> Networks => [.. Samples.Small.Keys, .. LayerTable.Names];

    [Fact]
    public void TheTableAndTheSamplesHaveEveryKindOfLayer()
    {
        var kinds = typeof(Layer).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Layer)) && !t.IsAbstract).Select(t => t.Name);
        var networks = LayerTable.Names.Select(LayerTable.Network).Concat(Samples.Small.Values.Select(make => make()));
        Assert.Equal(kinds.Order(), networks.SelectMany(network => network.Layers).Select(layer => layer.Kind).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void TorchEvaluatorAndOnnxRuntimeAgree(string name)
    {
        Checkpoint checkpoint = Samples.Checkpoint(name);
        Architecture network = checkpoint.Architecture;
        var evaluator = new ReferenceEvaluator(network, checkpoint.Parameters);
        using var session = new InferenceSession(OnnxExporter.Export(checkpoint).ToBytes());
        foreach (int batch in new[] { 1, 3 })
            foreach (var (height, width) in Sizes(network))
            {
                long[] shape = [batch, network.Channels, height, width];
                float[] input = Samples.Image(batch * network.Channels * height * width, seed: height);
                float[] sigma = Samples.Sigma(network, batch, height, width);
                double[] expected = evaluator.Run(input, batch, height, width, sigma);
                AssertClose(expected, OnnxExporterTests.Run(session, input, shape, sigma), 1e-5);
                AssertClose(expected, ParityTests.RunTorch(checkpoint, input, sigma, shape), 1e-5);
            }
    }

    /// <summary>The smallest, odd ones as far as the network takes them, and larger ones.</summary>
    private static IEnumerable<(int Height, int Width)> Sizes(Architecture network) => network.InputSize is [var height, var width]
        ? [(height, width)]
        : new[] { (1, 1), (7, 13), (28, 41), (100, 36) }.Select(size => (network.Sizes.Next(size.Item1), network.Sizes.Next(size.Item2)));

    private static void AssertClose(IEnumerable<double> expected, float[] actual, double within)
    {
        Assert.Equal(expected.Count(), actual.Length);
        Assert.InRange(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), 0, within);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void EveryOperatorSetRunsInBothPrecisions(string name)
    {
        Checkpoint checkpoint = Samples.Checkpoint(name);
        for (int opset = Opsets.Lowest; opset <= Opsets.Highest; opset++)
            foreach (var (precision, pixels) in new[]
                { (Precision.Float32, PixelType.Float32), (Precision.Float16, PixelType.Float32), (Precision.Float16, PixelType.UInt8) })
                ExportOptionsTests.Agrees(checkpoint, new() { Opset = opset, Precision = precision, Pixels = pixels }, _folder["x.onnx"]);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void JsonGivesTheSameNetwork(string name)
    {
        Architecture network = Samples.Network(name), back = ArchitectureJson.Read(ArchitectureJson.Write(network));
        Assert.Equal(network.Layers.Select(layer => layer with { Inputs = [] }), back.Layers.Select(layer => layer with { Inputs = [] }));
        Assert.Equal(ArchitectureJson.Write(network), ArchitectureJson.Write(back));
        Assert.Equal(network.Sizes, back.Sizes);
    }

    [Fact]
    public void SidesAreOneNumberInJsonOrTwo()
    {
        Architecture network = ArchitectureJson.Read("""
            {"name":"x","channels":1,"layers":[{"type":"conv2d","name":"a","in_channels":1,"out_channels":1,"kernel":[3,5],"stride":1,
            "padding":[1,2],"padding_mode":"reflect"}]}
            """);
        Assert.Equal([new Conv2d("a", 1, 1, new(3, 5), 1, new(1, 2), PaddingMode: PaddingMode.Reflect)], network.Layers);
        string written = ArchitectureJson.Write(network);
        Assert.Contains("""
            "kernel":[3,5],"stride":1,"padding":[1,2],"bias":true,"dilation":1,"groups":1,"padding_mode":"reflect"
            """, written);
    }

    [Theory]
    [InlineData("attention to channels", true)]
    [InlineData("squeeze and excitation", true)]
    [InlineData("instance norm", true)]
    [InlineData("bilinear from corner to corner", true)]
    [InlineData("bilinear", false)]
    [InlineData("layer norm", false)]
    public void AModelThatNeedsTheWholePictureSaysSo(string name, bool needsIt)
    {
        OnnxModel model = OnnxExporter.Export(Samples.Checkpoint(name));
        var metadata = model.Proto.MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value);
        Assert.Equal(needsIt ? "whole" : null, metadata.GetValueOrDefault("context"));
        Assert.Equal(!needsIt, metadata.ContainsKey("context_before") && metadata.ContainsKey("context_after"));
        using Denoiser denoiser = Denoisers.Load(model.ToBytes(), new() { TileSize = 16 });
        Assert.Equal((true, needsIt ? int.MaxValue : 16), (denoiser.IsContextKnown, denoiser.TileSize));
    }

    [Fact]
    public void AModelOfFixedSizeThatNeedsTheWholePictureRefusesLargerOnes()
    {
        Checkpoint checkpoint = Samples.Checkpoint("attention to channels");
        using Denoiser denoiser = Denoisers.Load(OnnxExporter.Export(checkpoint, new() { InputShape = new("N", 3, 32, 32) }).ToBytes());
        var error = Assert.Throws<ArgumentException>(() => denoiser.Denoised(Samples.Image(3 * 33 * 20), 33, 20));
        Assert.Equal("A side of 33 pixels is more than this network takes: 32.", error.Message);
    }

    /// <summary>Without that, a pixel at the border would need more of the picture than the smallest tile has.</summary>
    [Fact]
    public void TheContextHoldsWhatIsReadInPlaceOfPixelsBeyondTheBorder()
    {
        Architecture plain = Shifted(PaddingMode.Zeros), mirrored = Shifted(PaddingMode.Reflect);
        Assert.Equal((10, 0), (plain.Context.Before, plain.Context.After));
        Assert.Equal((10, 10), (mirrored.Context.Before, mirrored.Context.After));

        static Architecture Shifted(PaddingMode mode) => new("shifted", 1,
            [new Conv2d("c", 1, 1, 11), new Pad("p", Left: 10, Top: 10, Mode: mode)]);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void AValueThatChangesChangesOthersWithinItsReachOnly(string name)
    {
        Checkpoint checkpoint = Samples.Checkpoint(name);
        Architecture network = checkpoint.Architecture;
        var evaluator = new ReferenceEvaluator(network, checkpoint.Parameters);
        int height = network.InputSize?[0] ?? network.Sizes.Next(41), width = network.InputSize?[1] ?? height;
        float[] image = Samples.Image(network.Channels * height * width), sigma = Samples.Sigma(network, 1, height, width);
        double[] before = evaluator.Run(image, 1, height, width, sigma);
        image[height / 2 * width + width / 2] += 1;
        double[] after = evaluator.Run(image, 1, height, width, sigma);
        int[] changed = [.. Enumerable.Range(0, before.Length).Where(i => before[i] != after[i])];
        Assert.NotEmpty(changed);
        if (network.Context.IsWhole)
            return;
        Assert.All(changed, i => Assert.InRange(i / width % height - height / 2, -network.Context.After, network.Context.Before));
        Assert.All(changed, i => Assert.InRange(i % width - width / 2, -network.Context.After, network.Context.Before));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TorchFindsGradients(string name)
    {
        foreach (var precision in new[] { TorchSharp.torch.ScalarType.Float32, TorchSharp.torch.ScalarType.BFloat16 })
            foreach (var (parameter, gradient) in ParityTests.Gradients(Samples.Checkpoint(name), precision))
                Assert.True(gradient.All(float.IsFinite) && gradient.Any(v => v != 0), $"{name}: {parameter} in {precision}");
    }
}
