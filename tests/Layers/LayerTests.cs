using Denoise.Export.Tool;
using Denoise.Tests.Export;
using Denoise.Tests.Infer;
using Denoise.Tests.Train;

namespace Denoise.Tests.Layers;

/// <summary>Every kind of layer with its settings, from one table.</summary>
public sealed class LayerTests : FolderTest
{
    public static TheoryData<string> Names => [.. LayerTable.Names];

    [Fact]
    public void TheTableAndTheSamplesHaveEveryKindOfLayer()
    {
        var kinds = typeof(Layer).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Layer)) && !t.IsAbstract).Select(t => t.Name);
        var networks = LayerTable.Names.Select(LayerTable.Network).Concat(Samples.Small.Values.Select(make => make()));
        Assert.Equal(kinds.Order(), networks.SelectMany(network => network.Layers).Select(layer => layer.Kind).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TorchEvaluatorAndOnnxRuntimeAgree(string name)
    {
        Checkpoint checkpoint = LayerTable.Checkpoint(name);
        using var session = new InferenceSession(OnnxExporter.Export(checkpoint).ToBytes());
        foreach (var (height, width) in Sizes(checkpoint.Architecture))
        {
            float[] input = Samples.Image(2 * 3 * height * width);
            double[] expected = new ReferenceEvaluator(checkpoint.Architecture, checkpoint.Parameters).Run(input, 2, height, width);
            AssertClose(expected, OnnxExporterTests.Run(session, input, [2, 3, height, width]), 1e-5);
            AssertClose(expected, ParityTests.RunTorch(checkpoint, input, [], [2, 3, height, width]), 1e-5);
        }
    }

    /// <summary>The smallest, and odd ones as far as the network takes them.</summary>
    private static IEnumerable<(int Height, int Width)> Sizes(Architecture network) =>
        new[] { (1, 1), (7, 13), (25, 9) }.Select(size => (network.Sizes.Next(size.Item1), network.Sizes.Next(size.Item2)));

    private static void AssertClose(IEnumerable<double> expected, float[] actual, double within)
    {
        Assert.Equal(expected.Count(), actual.Length);
        Assert.InRange(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), 0, within);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryOperatorSetRunsInBothPrecisions(string name)
    {
        Checkpoint checkpoint = LayerTable.Checkpoint(name);
        for (int opset = Opsets.Lowest; opset <= Opsets.Highest; opset++)
            foreach (Precision precision in Enum.GetValues<Precision>())
                ExportOptionsTests.Agrees(checkpoint, new() { Opset = opset, Precision = precision }, _folder["model.onnx"]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void JsonGivesTheSameNetwork(string name)
    {
        Architecture network = LayerTable.Network(name), back = ArchitectureJson.Read(ArchitectureJson.Write(network));
        Assert.Equal(network.Layers.Select(layer => layer with { Inputs = [] }), back.Layers.Select(layer => layer with { Inputs = [] }));
        Assert.Equal(ArchitectureJson.Write(network), ArchitectureJson.Write(back));
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
    [MemberData(nameof(Names))]
    public void TilesGiveTheWholePicture(string name)
    {
        byte[] model = OnnxExporter.Export(LayerTable.Checkpoint(name)).ToBytes();
        var layout = new ImageLayout(61, 45) { Channels = 3 };
        float[] noisy = Samples.Image((int)layout.Length);
        using Denoiser whole = Denoisers.Load(model, new() { TileSize = 10_000 });
        double[] expected = [.. whole.Denoised(noisy, layout).Select(v => (double)v)];
        foreach (int tile in new[] { 1, 16, 27 })
        {
            using Denoiser tiled = Denoisers.Load(model, new() { TileSize = tile });
            AssertClose(expected, tiled.Denoised(noisy, layout), 2e-6);
        }
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
        OnnxModel model = OnnxExporter.Export(LayerTable.Checkpoint(name));
        var metadata = model.Proto.MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value);
        Assert.Equal(needsIt ? "whole" : null, metadata.GetValueOrDefault("context"));
        Assert.Equal(!needsIt, metadata.ContainsKey("context_before") && metadata.ContainsKey("context_after"));
        using Denoiser denoiser = Denoisers.Load(model.ToBytes(), new() { TileSize = 16 });
        Assert.Equal((true, needsIt ? int.MaxValue : 16), (denoiser.IsContextKnown, denoiser.TileSize));
    }

    [Fact]
    public void AModelOfFixedSizeThatNeedsTheWholePictureRefusesLargerOnes()
    {
        Checkpoint checkpoint = LayerTable.Checkpoint("attention to channels");
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
    [MemberData(nameof(Names))]
    public void AValueThatChangesChangesOthersWithinItsReachOnly(string name)
    {
        Checkpoint checkpoint = LayerTable.Checkpoint(name);
        Architecture network = checkpoint.Architecture;
        var evaluator = new ReferenceEvaluator(network, checkpoint.Parameters);
        int size = network.Sizes.Next(41), place = size / 2;
        float[] image = Samples.Image(3 * size * size);
        double[] before = evaluator.Run(image, 1, size, size);
        image[place * size + place] += 1;
        double[] after = evaluator.Run(image, 1, size, size);
        int[] changed = [.. Enumerable.Range(0, before.Length).Where(i => before[i] != after[i])];
        Assert.NotEmpty(changed);
        if (network.Context.IsWhole)
            return;
        foreach (int at in changed.Select(i => i / size % size).Concat(changed.Select(i => i % size)))
            Assert.InRange(at, place - network.Context.After, place + network.Context.Before);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TorchFindsGradients(string name)
    {
        foreach (var precision in new[] { TorchSharp.torch.ScalarType.Float32, TorchSharp.torch.ScalarType.BFloat16 })
            foreach (var (parameter, gradient) in ParityTests.Gradients(LayerTable.Checkpoint(name), precision))
                Assert.True(gradient.All(float.IsFinite) && gradient.Any(v => v != 0), $"{name}: {parameter} in {precision}");
    }
}
