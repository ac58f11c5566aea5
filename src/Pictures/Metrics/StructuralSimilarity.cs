using Denoise.Noises;

namespace Denoise.Metrics;

/// <summary>The mean SSIM of one channel; the formula and its constants are at <see cref="Quality.Ssim"/>.</summary>
internal static class StructuralSimilarity
{
    private const int WindowSize = 11;
    private const double Sigma = 1.5;
    private const double C1 = 0.01 * 255 * 0.01 * 255;
    private const double C2 = 0.03 * 255 * 0.03 * 255;

    internal static double Mean(double[] a, double[] b, int width, int height)
    {
        double[] meanA = Filter(a, width, height), meanB = Filter(b, width, height);
        double[] squareA = Filter(Product(a, a), width, height), squareB = Filter(Product(b, b), width, height);
        double[] product = Filter(Product(a, b), width, height);
        double sum = 0;
        for (int i = 0; i < product.Length; i++)
        {
            double ab = meanA[i] * meanB[i], aa = meanA[i] * meanA[i], bb = meanB[i] * meanB[i];
            sum += (2 * ab + C1) * (2 * (product[i] - ab) + C2)
                / ((aa + bb + C1) * (squareA[i] - aa + squareB[i] - bb + C2));
        }
        return sum / product.Length;
    }

    private static double[] Product(double[] a, double[] b)
    {
        double[] product = new double[a.Length];
        for (int i = 0; i < product.Length; i++)
            product[i] = a[i] * b[i];
        return product;
    }

    /// <summary>The Gaussian mean at each place the window fits; rows, then columns.</summary>
    private static double[] Filter(double[] values, int width, int height)
    {
        double[] across = Gaussian(Math.Min(WindowSize, width)), down = Gaussian(Math.Min(WindowSize, height));
        int outWidth = width - across.Length + 1, outHeight = height - down.Length + 1;
        double[] rows = new double[outWidth * height], result = new double[outWidth * outHeight];
        for (int y = 0; y < height; y++)
            for (int k = 0; k < across.Length; k++)
                AddScaled(across[k], values.AsSpan(y * width + k, outWidth), rows.AsSpan(y * outWidth, outWidth));
        for (int y = 0; y < outHeight; y++)
            for (int k = 0; k < down.Length; k++)
                AddScaled(down[k], rows.AsSpan((y + k) * outWidth, outWidth), result.AsSpan(y * outWidth, outWidth));
        return result;
    }

    private static void AddScaled(double factor, ReadOnlySpan<double> values, Span<double> sums)
    {
        int vectors = Vector<double>.Count, i = 0;
        for (; i <= sums.Length - vectors; i += vectors)
            (new Vector<double>(sums[i..]) + factor * new Vector<double>(values[i..])).CopyTo(sums[i..]);
        for (; i < sums.Length; i++)
            sums[i] += factor * values[i];
    }

    private static double[] Gaussian(int length)
    {
        double[] window = new double[length];
        for (int i = 0; i < length; i++)
        {
            double x = i - (length - 1) / 2.0;
            window[i] = Math.Exp(-x * x / (2 * Sigma * Sigma));
        }
        double sum = window.Sum();
        return [.. window.Select(w => w / sum)];
    }
}
