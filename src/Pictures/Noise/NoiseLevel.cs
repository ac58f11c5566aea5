using Denoise.Infer;

namespace Denoise.Noises;

/// <summary>The noise's standard deviation as a curve over brightness, from a noisy image and the clean one: the curve that an
/// estimator looks for when only the noisy image is there. Flat areas count most, because an estimator sees the noise there.</summary>
public static class NoiseLevel
{
    /// <summary>So many pixels of the mean level are counted at each knot, so that rare brightnesses get a level too.</summary>
    private const float Prior = 200;

    /// <summary>Measures the noise and says its level at each pixel.</summary>
    /// <param name="noisy">C×H×W.</param>
    /// <param name="clean">C×H×W.</param>
    /// <param name="sigma">1×H×W, gets the standard deviation, 1 the range from black to white.</param>
    public static void Measure(ReadOnlySpan<float> noisy, ReadOnlySpan<float> clean, ImageShape shape, Span<float> sigma)
    {
        BrightnessOf(noisy, shape, sigma);
        float[] curve = PowersOf(noisy, clean, shape, sigma);
        foreach (ref float value in sigma)
            value = Brightness.Deviation(curve, value);
    }

    /// <summary>The noise's mean square in flat areas at each of nine brightnesses, from 0 to 1.</summary>
    /// <param name="noisy">C×H×W.</param>
    /// <param name="clean">C×H×W.</param>
    /// <param name="brightness">1×H×W, from <see cref="BrightnessOf"/> of the noisy image.</param>
    public static float[] PowersOf(ReadOnlySpan<float> noisy, ReadOnlySpan<float> clean, ImageShape shape, ReadOnlySpan<float> brightness)
    {
        float[] power = new float[shape.Area], flatness = new float[shape.Area], curve = new float[Brightness.Knots];
        for (int i = 0; i < noisy.Length; i++)
            power[i % shape.Area] += (noisy[i] - clean[i]) * (noisy[i] - clean[i]) / shape.Channels;
        MeasureFlatness(clean, shape, flatness);
        Fit(power, flatness, brightness, curve);
        return curve;
    }

    /// <summary>The brightness at each pixel that a level depends on: a mean over the channels and over 5×5 pixels.</summary>
    /// <param name="image">C×H×W.</param>
    /// <param name="brightness">1×H×W, gets values in [0,1].</param>
    public static void BrightnessOf(ReadOnlySpan<float> image, ImageShape shape, Span<float> brightness)
    {
        brightness.Clear();
        for (int i = 0; i < image.Length; i++)
            brightness[i % shape.Area] += image[i] / shape.Channels;
        Brightness.Average(brightness, new float[shape.Area], shape.Height, shape.Width);
    }

    /// <summary>A mean over 5×5 pixels, in place; values are clamped to [0,1].</summary>
    /// <param name="plane">H×W.</param>
    public static void Smooth(Span<float> plane, int height, int width) =>
        Brightness.Average(plane, new float[plane.Length], height, width);

    /// <summary>From 1 where there is no contrast to nearly 0; a half at the root of its mean square.</summary>
    private static void MeasureFlatness(ReadOnlySpan<float> clean, ImageShape shape, Span<float> flatness)
    {
        LocalContrast.Measure(clean, shape, flatness);
        double sum = 0;
        foreach (float contrast in flatness)
            sum += contrast * contrast;
        float mean = (float)(sum / flatness.Length);
        foreach (ref float value in flatness)
            value = mean > 0 ? mean / (mean + value * value) : 1;
    }

    /// <summary>At each knot the mean of the power near it, weighted by how near and by how flat.</summary>
    private static void Fit(ReadOnlySpan<float> power, ReadOnlySpan<float> flatness, ReadOnlySpan<float> brightness, Span<float> curve)
    {
        Span<double> sums = stackalloc double[Brightness.Knots], weights = stackalloc double[Brightness.Knots];
        double total = 0, flat = 0;
        for (int i = 0; i < power.Length; i++)
        {
            var (knot, part) = Brightness.Place(brightness[i]);
            float near = flatness[i] * (1 - part), next = flatness[i] * part;
            (sums[knot], weights[knot]) = (sums[knot] + near * power[i], weights[knot] + near);
            (sums[knot + 1], weights[knot + 1]) = (sums[knot + 1] + next * power[i], weights[knot + 1] + next);
            (total, flat) = (total + flatness[i] * power[i], flat + flatness[i]);
        }
        double mean = total / flat;
        for (int k = 0; k < Brightness.Knots; k++)
            curve[k] = (float)((sums[k] + Prior * mean) / (weights[k] + Prior));
    }
}
