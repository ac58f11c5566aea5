using Denoise.Tests.Layers;

namespace Denoise.Tests;

/// <summary>Networks and weights the tests share.</summary>
internal static class Samples
{
    /// <summary>Weights drawn as PyTorch's default initialisation does, ±1/sqrt(fan-in), from a fixed seed.</summary>
    public static Checkpoint Checkpoint(Architecture architecture, int seed = 1)
    {
        var random = new Random(seed);
        var parameters = architecture.Parameters.ToDictionary(p => p.Name, p => Draw(p, random));
        return new(architecture, parameters, new Dictionary<string, string> { ["recipe"] = "test", ["seed"] = $"{seed}" });
    }

    /// <summary>Drawn weights for a <see cref="Network"/>.</summary>
    public static Checkpoint Checkpoint(string name, int seed = 1) => Checkpoint(Network(name), seed);

    /// <summary>One of the <see cref="Small"/> networks, of the table of layers, or of the catalogue.</summary>
    public static Architecture Network(string name) =>
        Small.TryGetValue(name, out var make) ? make() : LayerTable.Names.Contains(name) ? LayerTable.Network(name) : Catalogue.Get(name);

    public static Checkpoint ConvDenoiser(int seed = 1) => Checkpoint(Catalogue.Get("conv-denoiser"), seed);

    /// <summary>Small networks that between them have every kind of layer.</summary>
    public static readonly Dictionary<string, Func<Architecture>> Small = new()
    {
        ["unet"] = () => new("unet", 1,
        [
            new Conv2d("down", 1, 4, 3, Stride: 2, Padding: 1), new LeakyReLU("leaky", 0.1),
            new BatchNorm2d("norm", 4), new MaxPool2d("pool"), new Conv2d("middle", 4, 6, 3, Padding: 1), new ReLU("relu"),
            new Upsample("up"), new Concat("skip") { Inputs = ["up", "norm"] },
            new ConvTranspose2d("grow", 10, 3, 4, Stride: 2, Padding: 1),
            new Conv2d("last", 3, 1, 1, Bias: false), new Add("residual") { Inputs = ["last", Architecture.InputName] },
        ]),
        ["shuffled"] = () => new("shuffled", 3,
        [
            new PixelUnshuffle("unshuffle", 2), new Conv2d("conv", 12, 12, 3, Padding: 1), new Sigmoid("sigmoid"),
            new PixelShuffle("shuffle", 2), new Add("sum") { Inputs = ["shuffle", Architecture.InputName, "shuffle"] },
        ]),
        ["sigma"] = () => new("sigma", 3,
        [
            new Concat("told") { Inputs = [Architecture.InputName, Architecture.SigmaName] }, new PixelUnshuffle("unshuffle"),
            new Conv2d("conv", 16, 12, 3, Padding: 1), new ReLU("relu"), new PixelShuffle("shuffle"),
            new Add("residual") { Inputs = ["shuffle", Architecture.InputName] },
        ]),
        ["up3"] = () => new("up3", 1,
        [
            new Conv2d("conv", 1, 2, 3, Stride: 3), new Upsample("up", 3), new Conv2d("out", 2, 1, 1),
        ]),
        ["odd"] = () => new("odd", 1,
        [
            new Conv2d("conv", 1, 2, 5, Stride: 2, Padding: 2),
            new ConvTranspose2d("back", 2, 1, 3, Stride: 2, Padding: 1, OutputPadding: 1),
        ]),
        ["linear"] = () => new("linear", 1,
        [
            new Flatten("flatten"), new Linear("fc1", 30, 7), new ReLU("relu"), new Linear("fc2", 7, 30, Bias: false),
            new Unflatten("unflatten", 1, 5, 6), new Sigmoid("sigmoid"),
        ], inputSize: [5, 6]),
        ["averaged"] = () => new("averaged", 1,
        [
            new Conv2d("conv", 1, 6, 3, Padding: 1), new AvgPool2d("mean"), new LeakyReLU("leaky", 0.1), new AvgPool2d("mean3", 3),
            new ConvTranspose2d("grow", 6, 5, 2, Stride: 2, Bias: false), new Upsample("up", 3),
            new Conv2d("out", 5, 2, 5, Padding: 2, Bias: false), new ConvTranspose2d("same", 2, 1, 3, Padding: 1),
        ]),
        ["conv-denoiser"] = () => Catalogue.Get("conv-denoiser"),
        ["conv-autoencoder"] = () => Catalogue.Get("conv-autoencoder"),
        ["denoising-autoencoder"] = () => Catalogue.Get("denoising-autoencoder"),
        ["catalogue-unet"] = () => Catalogue.Get("unet"),
        ["photo"] = () => Catalogue.Get("photo"),
        ["photo-colour"] = () => Catalogue.Get("photo-colour"),
    };

    /// <summary>Values in [0,1).</summary>
    public static float[] Image(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }

    /// <summary>Pixels of all levels, each by chance.</summary>
    public static Picture Picture(int width, int height, int channels = 1, int seed = 1)
    {
        byte[] pixels = new byte[width * height * channels];
        new Random(seed).NextBytes(pixels);
        return new(width, height, channels, pixels);
    }

    /// <summary>A noise level for each pixel, N×1×H×W, for a network that takes it; else nothing.</summary>
    public static float[] Sigma(Architecture network, int batch, int height, int width) =>
        network.TakesSigma ? [.. Image(batch * height * width, seed: 2).Select(v => 0.3f * v)] : [];

    private static ParameterValues Draw(ParameterSpec spec, Random random)
    {
        int fanIn = spec.Shape.Skip(1).Aggregate(1, (product, d) => product * d);
        float bound = 1 / MathF.Sqrt(Math.Max(fanIn, 4));
        // A variance must be positive; everything else may be either.
        bool variance = spec.Name.EndsWith("running_var", StringComparison.Ordinal);
        return new(spec.Shape, [.. Enumerable.Range(0, (int)spec.Count).Select(_ => Value(random.NextSingle()))]);

        float Value(float drawn) => variance ? 0.5f + drawn : (drawn * 2 - 1) * bound;
    }
}
