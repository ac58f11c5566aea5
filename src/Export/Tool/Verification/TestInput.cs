namespace Denoise.Export.Tool;

/// <summary>An input to try a model with.</summary>
/// <param name="What">random, zeros, ones or image.</param>
/// <param name="Values">N×C×H×W in [0,1]; the model's pixel type holds each of them exactly.</param>
/// <param name="Sigma">N×1×H×W, the noise level at each pixel; empty for a network that takes none.</param>
internal sealed record TestInput(string What, int Batch, int Channels, int Height, int Width, float[] Values, float[] Sigma)
{
    private const string Random = "random";
    private const float MostSigma = 75f / 255;

    public override string ToString() => $"{What} {Batch}×{Channels}×{Height}×{Width}";

    /// <summary>Random values, black and white, at the smallest size and at an oblong, odd one, and a batch of five. Where the shape is
    /// fixed, all at that one.</summary>
    public static IEnumerable<TestInput> For(Architecture architecture, ExportOptions options)
    {
        var random = new Random(1);
        InputShape shape = options.InputShape ?? InputShape.Of(architecture);
        ValidSizes sizes = architecture.Sizes;
        int one = shape.N.Size ?? 1;
        foreach (var (height, width) in Sizes(shape, sizes))
        {
            yield return Make(Random, one, height, width, random.NextSingle);
            yield return Make("zeros", one, height, width, () => 0);
            yield return Make("ones", one, height, width, () => 1);
        }
        int batch = shape.N.Size ?? 5, h = shape.H.Size ?? sizes.Next(sizes.Minimum + 1), w = shape.W.Size ?? sizes.Next(9);
        yield return Make(Random, batch, h, w, random.NextSingle);

        TestInput Make(string what, int batch, int height, int width, Func<float> value)
        {
            int count = batch * height * width;
            float[] values = Repeat(count * architecture.Channels, () => Held(value(), options.Pixels));
            float[] sigma = architecture.TakesSigma ? Repeat(count, () => MostSigma * random.NextSingle()) : [];
            return new(what, batch, architecture.Channels, height, width, values, sigma);
        }
    }

    /// <summary>The larger picture of random values, for looking at each layer.</summary>
    public static TestInput Oblong(Architecture architecture, ExportOptions options) =>
        For(architecture, options).Last(i => i.What == Random && i.Batch == (options.InputShape?.N.Size ?? 1));

    private static IEnumerable<(int Height, int Width)> Sizes(InputShape shape, ValidSizes sizes)
    {
        yield return (shape.H.Size ?? sizes.Minimum, shape.W.Size ?? sizes.Minimum);
        if (shape.H.Size is null || shape.W.Size is null)
            yield return (shape.H.Size ?? sizes.Next(17), shape.W.Size ?? sizes.Next(35));
    }

    private static float[] Repeat(int count, Func<float> value) => [.. Enumerable.Range(0, count).Select(_ => value())];

    /// <summary>The nearest value that the pixel type has.</summary>
    private static float Held(float value, PixelType pixels) => pixels switch
    {
        PixelType.UInt8 => MathF.Round(value * 255) / 255,
        PixelType.Float16 => (float)(Half)value,
        _ => value,
    };
}
