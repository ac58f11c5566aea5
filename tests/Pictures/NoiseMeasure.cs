namespace Denoise.Tests.Pictures;

/// <summary>How noise in a colour picture looks: how alike it is among neighbours and between channels.</summary>
/// <param name="Channel">Correlation at a lag of 1, 2 and 4 along rows and columns: the mean of those in red, green and blue.</param>
/// <param name="Luma">In luma.</param>
/// <param name="Chroma">In (red − blue)/2.</param>
/// <param name="RedGreen">Correlation of red and green.</param>
/// <param name="GreenBlue">Correlation of green and blue.</param>
/// <param name="Green">Root mean square in green beside that in red, green and blue together.</param>
/// <param name="Blue">That in blue.</param>
internal sealed record NoiseMeasure(
    double[] Channel, double[] Luma, double[] Chroma, double RedGreen, double GreenBlue, double Green, double Blue)
{
    /// <summary>Differences that are alike over more than this many pixels are not noise.</summary>
    private const int Slow = 24;

    private static readonly int[] Lags = [1, 2, 4];

    /// <param name="noisy">3×H×W.</param>
    /// <param name="clean">3×H×W.</param>
    public static NoiseMeasure Of(ReadOnlySpan<float> noisy, ReadOnlySpan<float> clean, ImageShape shape)
    {
        double[][] noise = new double[3][];
        for (int channel = 0; channel < 3; channel++)
        {
            double[] plane = noise[channel] = new double[shape.Area];
            for (int i = 0; i < shape.Area; i++)
                plane[i] = 255.0 * (noisy[channel * shape.Area + i] - clean[channel * shape.Area + i]);
            noise[channel] = WithoutSlow(plane, shape);
        }
        var (red, green, blue) = (noise[0], noise[1], noise[2]);
        double[] luma = [.. red.Select((r, i) => 0.299 * r + 0.587 * green[i] + 0.114 * blue[i])];
        double[] chroma = [.. red.Select((r, i) => (r - blue[i]) / 2)];
        double all = noise.Sum(plane => Product(plane, plane)) / 3;
        double[][] each = [.. noise.Select(plane => Correlations(plane, shape))];
        double[] channels = [.. Lags.Select((_, i) => each.Average(c => c[i]))];
        return new(channels, Correlations(luma, shape), Correlations(chroma, shape), Correlation(red, green), Correlation(green, blue),
            Math.Sqrt(Product(green, green) / all), Math.Sqrt(Product(blue, blue) / all));
    }

    private static double Product(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static double Correlation(double[] a, double[] b) => Product(a, b) / Math.Sqrt(Product(a, a) * Product(b, b));

    private static double[] Correlations(double[] plane, ImageShape shape) => [.. Lags.Select(lag => Lagged(plane, shape, lag))];

    private static double Lagged(double[] plane, ImageShape shape, int lag)
    {
        double sum = 0;
        for (int y = 0; y < shape.Height - lag; y++)
            for (int x = 0, i = y * shape.Width; x < shape.Width - lag; x++, i++)
                sum += plane[i] * (plane[i + lag] + plane[i + lag * shape.Width]);
        int pairs = 2 * (shape.Height - lag) * (shape.Width - lag);
        return sum / pairs / (Product(plane, plane) / plane.Length);
    }

    /// <summary>Less the mean of the square around each value.</summary>
    private static double[] WithoutSlow(double[] plane, ImageShape shape)
    {
        int wide = shape.Width + 1;
        double[] sums = new double[(shape.Height + 1) * wide];
        for (int i = 0; i < plane.Length; i++)
        {
            int below = (i / shape.Width + 1) * wide + i % shape.Width + 1, above = below - wide;
            sums[below] = plane[i] + sums[above] + sums[below - 1] - sums[above - 1];
        }
        return [.. plane.Select((value, i) => value - Mean(i / shape.Width, i % shape.Width))];

        double Mean(int y, int x)
        {
            int top = Math.Max(y - Slow, 0), left = Math.Max(x - Slow, 0);
            int bottom = Math.Min(y + Slow + 1, shape.Height), right = Math.Min(x + Slow + 1, shape.Width);
            double sum = sums[bottom * wide + right] - sums[top * wide + right] - sums[bottom * wide + left] + sums[top * wide + left];
            return sum / ((bottom - top) * (right - left));
        }
    }
}
