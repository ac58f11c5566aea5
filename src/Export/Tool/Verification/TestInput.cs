using Denoise.Network;

namespace Denoise.Export.Tool;

/// <summary>An input to verify a model with.</summary>
/// <param name="What">random, zeros or ones.</param>
/// <param name="Values">N×C×H×W in [0,1], of which the model's pixel type holds every one.</param>
/// <param name="Sigma">N×1×H×W, the noise level at each pixel; empty for a network that takes none.</param>
internal sealed record TestInput(string What, int Batch, int Channels, int Height, int Width, float[] Values, float[] Sigma)
{
    private const float MostSigma = 75f / 255;

    public override string ToString() => $"{What} {Batch}×{Channels}×{Height}×{Width}";

    /// <summary>Random values and both edges at the smallest size and at an oblong, odd one where the network takes that; a batch of five; or what a fixed shape leaves.</summary>
    public static IEnumerable<TestInput> For(Architecture architecture, ExportOptions options)
    {
        var random = new Random(1);
        InputShape shape = options.InputShape ?? InputShape.Of(architecture);
        int one = shape.N.Size ?? 1, five = shape.N.Size ?? 5;
        foreach (var (batch, height, width) in Sizes(architecture, shape, one))
        {
            yield return Of("random", batch, height, width, () => random.NextSingle());
            yield return Of("zeros", batch, height, width, () => 0);
            yield return Of("ones", batch, height, width, () => 1);
        }
        ValidSizes sizes = architecture.Sizes;
        yield return Of("random", five, shape.H.Size ?? sizes.Next(sizes.Minimum + 1), shape.W.Size ?? sizes.Next(9), () => random.NextSingle());

        TestInput Of(string what, int batch, int height, int width, Func<float> value) => new(what, batch, architecture.Channels, height, width,
            [.. Enumerable.Range(0, batch * architecture.Channels * height * width).Select(_ => Held(value(), options.Pixels))],
            [.. Enumerable.Range(0, architecture.TakesSigma ? batch * height * width : 0).Select(_ => MostSigma * random.NextSingle())]);
    }

    private static IEnumerable<(int Batch, int Height, int Width)> Sizes(Architecture architecture, InputShape shape, int batch)
    {
        ValidSizes sizes = architecture.Sizes;
        yield return (batch, shape.H.Size ?? sizes.Minimum, shape.W.Size ?? sizes.Minimum);
        if (shape.H.Size is null || shape.W.Size is null)
            yield return (batch, shape.H.Size ?? sizes.Next(17), shape.W.Size ?? sizes.Next(35));
    }

    /// <summary>The nearest value that the pixel type has.</summary>
    private static float Held(float value, PixelType pixels) => pixels switch
    {
        PixelType.UInt8 => MathF.Round(value * 255) / 255,
        PixelType.Float16 => (float)(Half)value,
        _ => value,
    };
}
