using Denoise.Infer;

namespace Denoise.Noises;

/// <summary>The noise's standard deviation as a curve over brightness, from a noisy image and the clean one: the curve that an
/// estimator looks for when only the noisy image is there.</summary>
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
        float[] power = new float[shape.Area], rows = new float[shape.Area];
        sigma.Clear();
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            Range plane = (channel * shape.Area)..((channel + 1) * shape.Area);
            AddChannel(noisy[plane], clean[plane], 1f / shape.Channels, sigma, power);
        }
        Brightness.Average(sigma, rows, shape.Height, shape.Width);
        Span<float> curve = stackalloc float[Brightness.Knots];
        Fit(power, sigma, curve);
        foreach (ref float value in sigma)
            value = Brightness.Deviation(curve, value);
    }

    private static void AddChannel(ReadOnlySpan<float> noisy, ReadOnlySpan<float> clean, float share, Span<float> mean, Span<float> power)
    {
        for (int i = 0; i < noisy.Length; i++)
        {
            float difference = noisy[i] - clean[i];
            (mean[i], power[i]) = (mean[i] + share * noisy[i], power[i] + share * difference * difference);
        }
    }

    /// <summary>At each knot the mean of the power near it, weighted by how near.</summary>
    private static void Fit(ReadOnlySpan<float> power, ReadOnlySpan<float> brightness, Span<float> curve)
    {
        Span<double> sums = stackalloc double[Brightness.Knots], weights = stackalloc double[Brightness.Knots];
        double total = 0;
        for (int i = 0; i < power.Length; i++)
        {
            var (knot, part) = Brightness.Place(brightness[i]);
            (sums[knot], weights[knot]) = (sums[knot] + (1 - part) * power[i], weights[knot] + 1 - part);
            (sums[knot + 1], weights[knot + 1]) = (sums[knot + 1] + part * power[i], weights[knot + 1] + part);
            total += power[i];
        }
        double mean = total / power.Length;
        for (int k = 0; k < Brightness.Knots; k++)
            curve[k] = (float)((sums[k] + Prior * mean) / (weights[k] + Prior));
    }
}
