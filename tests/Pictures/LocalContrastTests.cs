namespace Denoise.Tests.Pictures;

public class LocalContrastTests
{
    private static readonly ImageShape Shape = new(3, 24, 40);

    /// <summary>Flat on the left, stripes of ±0.1 two pixels wide on the right.</summary>
    internal static float[] HalfStriped(ImageShape shape) =>
    [
        .. Enumerable.Range(0, shape.Values).Select(i => i % shape.Width < shape.Width / 2 ? 0.5f : i % 4 < 2 ? 0.4f : 0.6f),
    ];

    private static float[] Contrast(float[] picture)
    {
        float[] contrast = new float[Shape.Area];
        LocalContrast.Measure(picture, Shape, contrast);
        return contrast;
    }

    [Fact]
    public void ItIsTheDeviationFromTheLocalMean()
    {
        var random = new RandomStream(1);
        float[] picture = new float[Shape.Values];
        foreach (ref float value in picture.AsSpan())
            value = random.Uniform();
        double[] grey = [.. Enumerable.Range(0, Shape.Area).Select(i => Enumerable.Range(0, 3).Average(c => picture[c * Shape.Area + i]))];
        double[] power = [.. grey.Zip(Mean(grey), (value, mean) => (value - mean) * (value - mean))];
        Assert.Equal(Mean(power).Select(Math.Sqrt), Contrast(picture).Select(v => (double)v), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    /// <summary>Over 5×5 pixels; an edge's values go on beyond it.</summary>
    private static double[] Mean(double[] plane) => [.. Enumerable.Range(0, plane.Length).Select(i =>
        (from dy in Enumerable.Range(-2, 5)
         from dx in Enumerable.Range(-2, 5)
         let y = Math.Clamp(i / Shape.Width + dy, 0, Shape.Height - 1)
         let x = Math.Clamp(i % Shape.Width + dx, 0, Shape.Width - 1)
         select plane[y * Shape.Width + x]).Average())];

    [Fact]
    public void AFlatPictureAndASlopeHaveNone()
    {
        Assert.All(Contrast([.. Enumerable.Repeat(0.7f, Shape.Values)]), value => Assert.Equal(0, value, 1e-6f));
        float[] slope = Contrast([.. Enumerable.Range(0, Shape.Values).Select(i => i % Shape.Width * 0.01f)]);
        Assert.All(slope[10..30], value => Assert.Equal(0, value, 1e-6f));
    }

    /// <summary>An estimator sees the noise in flat areas, and training tells the network the same level.</summary>
    [Fact]
    public void TheLevelIsThatOfFlatAreas()
    {
        var shape = new ImageShape(1, 128, 256);
        float[] clean = HalfStriped(shape), noisy = [.. clean], sigma = new float[shape.Area];
        var random = new RandomStream(1);
        float[] noise = new float[shape.Area];
        random.Normal(noise);
        for (int i = 0; i < noise.Length; i++)
            noisy[i] += noise[i] * (i % shape.Width < 128 ? 0.02f : 0.06f);
        NoiseLevel.Measure(noisy, clean, shape, sigma);
        // Everywhere alike the root of the mean power is 0.045.
        Assert.InRange(sigma[64 * 256 + 64], 0.019, 0.035);
    }
}
