namespace Denoise.Metrics;

/// <summary>How close a picture is to a reference of the same size and channels.</summary>
public static class Quality
{
    /// <summary>Mean squared error over all pixels and channels, in squared grey levels (0 to 65025).</summary>
    /// <exception cref="ArgumentException">The pictures differ in size or channels.</exception>
    public static double Mse(Picture a, Picture b)
    {
        RequireSameShape(a, b);
        long sum = 0;
        for (int i = 0; i < a.Pixels.Length; i++)
        {
            int difference = a.Pixels[i] - b.Pixels[i];
            sum += difference * difference;
        }
        return sum / (double)a.Pixels.Length;
    }

    /// <summary>Peak signal-to-noise ratio in dB: 10 log10(255^2 / MSE), over all channels together; infinity for equal pictures.</summary>
    /// <exception cref="ArgumentException">The pictures differ in size or channels.</exception>
    public static double Psnr(Picture a, Picture b) => Psnr(Mse(a, b), 255);

    /// <summary>The same of a mean squared error.</summary>
    /// <param name="mse">The error of values from 0, black, to <paramref name="white"/>.</param>
    public static double Psnr(double mse, double white = 1) => 10 * Math.Log10(white * white / mse);

    /// <summary>Mean structural similarity, at most 1, which only equal pictures reach; the mean over channels. Wang, Bovik, Sheikh,
    /// Simoncelli: Image quality assessment: from error visibility to structural similarity, IEEE Transactions on Image Processing 13(4),
    /// 2004, equation 13: an 11x11 Gaussian window of sigma 1.5, only where it lies wholly inside the picture, K1 = 0.01, K2 = 0.03, L =
    /// 255. Along a side shorter than 11 pixels the window is as long as that side.</summary>
    /// <exception cref="ArgumentException">The pictures differ in size or channels.</exception>
    public static double Ssim(Picture a, Picture b)
    {
        RequireSameShape(a, b);
        double sum = 0;
        for (int channel = 0; channel < a.Channels; channel++)
            sum += StructuralSimilarity.Mean(Plane(a, channel), Plane(b, channel), a.Width, a.Height);
        return sum / a.Channels;
    }

    private static double[] Plane(Picture picture, int channel)
    {
        double[] plane = new double[picture.Width * picture.Height];
        for (int i = 0; i < plane.Length; i++)
            plane[i] = picture.Pixels[i * picture.Channels + channel];
        return plane;
    }

    private static void RequireSameShape(Picture a, Picture b)
    {
        if ((a.Width, a.Height, a.Channels) != (b.Width, b.Height, b.Channels))
            throw new ArgumentException(
                $"Pictures of {a.Width}x{a.Height}x{a.Channels} and {b.Width}x{b.Height}x{b.Channels} "
                + "(width x height x channels) cannot be compared.");
    }
}
