namespace Denoise.Imaging.Noises;

/// <summary>Noise as in a photograph from a camera: x + Sigma·sqrt(1 − Shot + 2·Shot·x)·n, n standard normal and smoothed, then rounded
/// to 8 bits, then perhaps put through JPEG.</summary>
/// <remarks>
/// Foi, Trimeche, Katkovnik, Egiazarian: Practical Poissonian-Gaussian noise modeling and fitting for single-image raw-data, IEEE
/// Transactions on Image Processing 17, 2008, in their normal approximation: the variance is a·x + b, of shot noise, which grows with
/// the light, and of the electronics, whose noise does not. Here a = 2·Shot·Sigma² and b = (1 − Shot)·Sigma².
/// </remarks>
/// <param name="Sigma">The noise's standard deviation at mid-grey, where x is 1/2, before it is rounded.</param>
/// <param name="Shot">The share of shot noise in the variance at mid-grey, 0 to 1.</param>
/// <param name="Blur">k of the kernel (k, 1 − 2k, k) that smooths the noise along rows and along columns, 0 to 1/4.</param>
/// <param name="Quality">Of the JPEG, 1 to 100; 0 means none.</param>
internal readonly record struct CameraNoise(float Sigma, float Shot, float Blur, int Quality)
{
    private const float MostBlur = 1f / 4;
    private const int LowestQuality = 60, HighestQuality = 98;

    /// <summary>A camera for an image: any share of shot noise; half of them do not smooth, the others up to a quarter; half of them
    /// do not write JPEG, the others from a quality of 60 to one of 98.</summary>
    public static CameraNoise Draw(double sigma, ref RandomStream random) => new(
        (float)sigma,
        random.Uniform(),
        Math.Max(0, MostBlur * (2 * random.Uniform() - 1)),
        random.Below(2) == 0 ? 0 : LowestQuality + random.Below(HighestQuality - LowestQuality + 1));

    /// <summary>Makes an image noisy in place, each channel on its own.</summary>
    /// <param name="image">C×H×W values in [0,1].</param>
    public void AddTo(Span<float> image, ImageShape shape, ref RandomStream random)
    {
        // Smoothing uses up a border, so that values at an edge have as much noise as the others.
        int border = Blur > 0 ? 2 : 0;
        Span<float> normal = new float[(shape.Height + border) * (shape.Width + border)];
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            Span<float> plane = image.Slice(channel * shape.Area, shape.Area);
            random.Normal(normal);
            if (border > 0)
                Smooth(normal, shape.Height, shape.Width);
            Add(normal, plane);
            EightBits.Round(plane);
            if (Quality > 0)
                JpegArtifacts.AddTo(plane, shape.Height, shape.Width, Quality);
        }
    }

    private void Add(ReadOnlySpan<float> normal, Span<float> plane)
    {
        float a = 2 * Sigma * Sigma * Shot, b = Sigma * Sigma * (1 - Shot);
        for (int i = 0; i < plane.Length; i++)
            plane[i] += MathF.Sqrt(a * Math.Max(plane[i], 0) + b) * normal[i];
    }

    /// <summary>From (H+2)×(W+2) independent values to H×W in the same place, alike among neighbours and of the same variance:
    /// what (k, 1 − 2k, k) leaves of it, 1 − 4k + 6k², is divided out.</summary>
    private void Smooth(Span<float> field, int height, int width)
    {
        float scale = 1 / MathF.Sqrt(1 - 4 * Blur + 6 * Blur * Blur), side = Blur * scale, middle = (1 - 2 * Blur) * scale;
        int wide = width + 2;
        for (int i = 0; i < height * wide; i++)
            field[i] = side * (field[i] + field[i + 2 * wide]) + middle * field[i + wide];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<float> row = field.Slice(y * wide, wide);
            Span<float> smooth = field.Slice(y * width, width); // never ahead of what is still to be read
            for (int x = 0; x < smooth.Length; x++)
                smooth[x] = side * (row[x] + row[x + 2]) + middle * row[x + 1];
        }
    }
}
