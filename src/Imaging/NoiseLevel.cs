namespace Denoise.Imaging;

/// <summary>The noise's standard deviation as a curve over brightness, from a noisy image and the clean one: the curve that an
/// estimator looks for when only the noisy image is there.</summary>
public static class NoiseLevel
{
    /// <summary>The curve is a line between neighbouring brightnesses of these, 0, 1/8, … 1.</summary>
    private const int Knots = 9;

    /// <summary>So many pixels of the mean level are counted at each knot, so that rare brightnesses get a level too.</summary>
    private const float Prior = 200;

    /// <summary>Pixels to each side in the mean that stands for a pixel's brightness.</summary>
    private const int Radius = 2;

    /// <summary>Measures the noise and says its level at each pixel.</summary>
    /// <param name="noisy">C×H×W.</param>
    /// <param name="clean">C×H×W.</param>
    /// <param name="sigma">1×H×W, gets the standard deviation, 1 the range from black to white.</param>
    public static void Measure(ReadOnlySpan<float> noisy, ReadOnlySpan<float> clean, ImageShape shape, Span<float> sigma)
    {
        float[] power = MeanSquares(noisy, clean, shape);
        Span<float> brightness = sigma; // in place: each value is read once
        Brightness(noisy, shape, brightness);
        Span<float> curve = stackalloc float[Knots];
        Fit(power, brightness, curve);
        for (int i = 0; i < sigma.Length; i++)
            sigma[i] = MathF.Sqrt(At(curve, brightness[i]));
    }

    /// <summary>The mean over the channels and over the neighbours, clamped to [0,1].</summary>
    /// <param name="image">C×H×W.</param>
    /// <param name="brightness">1×H×W.</param>
    public static void Brightness(ReadOnlySpan<float> image, ImageShape shape, Span<float> brightness)
    {
        float[] mean = new float[shape.Area], rows = new float[shape.Area];
        for (int i = 0; i < image.Length; i++)
            mean[i % shape.Area] += image[i] / shape.Channels;
        for (int y = 0; y < shape.Height; y++)
            Average(mean, rows, y * shape.Width, 1, shape.Width);
        for (int x = 0; x < shape.Width; x++)
            Average(rows, mean, x, shape.Width, shape.Height);
        for (int i = 0; i < brightness.Length; i++)
            brightness[i] = Math.Clamp(mean[i], 0, 1);
    }

    /// <summary>A running mean along a row or a column, of fewer values at the ends.</summary>
    private static void Average(float[] from, float[] to, int first, int step, int count)
    {
        double sum = 0;
        int begin = 0, end = 0;
        for (int i = 0; i < count; i++)
        {
            for (; end < Math.Min(count, i + Radius + 1); end++)
                sum += from[first + end * step];
            for (; begin < i - Radius; begin++)
                sum -= from[first + begin * step];
            to[first + i * step] = (float)(sum / (end - begin));
        }
    }

    private static float[] MeanSquares(ReadOnlySpan<float> noisy, ReadOnlySpan<float> clean, ImageShape shape)
    {
        float[] power = new float[shape.Area];
        for (int i = 0; i < noisy.Length; i++)
        {
            float difference = noisy[i] - clean[i];
            power[i % shape.Area] += difference * difference / shape.Channels;
        }
        return power;
    }

    /// <summary>At each knot the mean of the power near it, weighted by how near.</summary>
    private static void Fit(ReadOnlySpan<float> power, ReadOnlySpan<float> brightness, Span<float> curve)
    {
        Span<double> sums = stackalloc double[Knots], weights = stackalloc double[Knots];
        double total = 0;
        for (int i = 0; i < power.Length; i++)
        {
            var (knot, part) = Place(brightness[i]);
            (sums[knot], weights[knot]) = (sums[knot] + (1 - part) * power[i], weights[knot] + 1 - part);
            (sums[knot + 1], weights[knot + 1]) = (sums[knot + 1] + part * power[i], weights[knot + 1] + part);
            total += power[i];
        }
        double mean = total / power.Length;
        for (int k = 0; k < Knots; k++)
            curve[k] = (float)((sums[k] + Prior * mean) / (weights[k] + Prior));
    }

    private static float At(ReadOnlySpan<float> curve, float brightness)
    {
        var (knot, part) = Place(brightness);
        return curve[knot] + part * (curve[knot + 1] - curve[knot]);
    }

    private static (int Knot, float Part) Place(float brightness)
    {
        float at = brightness * (Knots - 1);
        int knot = Math.Min((int)at, Knots - 2);
        return (knot, at - knot);
    }
}
