namespace Denoise.Imaging;

/// <summary>The mean SSIM of one channel; the formula and its constants are at <see cref="Quality.Ssim"/>.</summary>
internal static class StructuralSimilarity
{
    private const int WindowSize = 11;
    private const double Sigma = 1.5;
    private const double C1 = 0.01 * 255 * 0.01 * 255;
    private const double C2 = 0.03 * 255 * 0.03 * 255;

    internal static double Mean(double[] a, double[] b, int width, int height)
    {
        double[] meanA = Filter(a, a, width, height, squared: false), meanB = Filter(b, b, width, height, squared: false);
        double[] squareA = Filter(a, a, width, height, squared: true), squareB = Filter(b, b, width, height, squared: true);
        double[] product = Filter(a, b, width, height, squared: true);
        double sum = 0;
        for (int i = 0; i < product.Length; i++)
        {
            double ab = meanA[i] * meanB[i], aa = meanA[i] * meanA[i], bb = meanB[i] * meanB[i];
            sum += (2 * ab + C1) * (2 * (product[i] - ab) + C2)
                / ((aa + bb + C1) * (squareA[i] - aa + squareB[i] - bb + C2));
        }
        return sum / product.Length;
    }

    /// <summary>The Gaussian mean of a, or of a x b when <paramref name="squared"/>, at each place the window fits; rows, then columns.</summary>
    private static double[] Filter(double[] a, double[] b, int width, int height, bool squared)
    {
        double[] across = Gaussian(Math.Min(WindowSize, width)), down = Gaussian(Math.Min(WindowSize, height));
        int outWidth = width - across.Length + 1, outHeight = height - down.Length + 1;
        double[] rows = new double[outWidth * height], result = new double[outWidth * outHeight];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < outWidth; x++)
                for (int k = 0, i = y * width + x; k < across.Length; k++, i++)
                    rows[y * outWidth + x] += across[k] * (squared ? a[i] * b[i] : a[i]);
        for (int y = 0; y < outHeight; y++)
            for (int k = 0; k < down.Length; k++)
                for (int x = 0; x < outWidth; x++)
                    result[y * outWidth + x] += down[k] * rows[(y + k) * outWidth + x];
        return result;
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
