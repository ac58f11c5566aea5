using System.Buffers;
using Denoise.Pictures;

namespace Denoise.Noises;

/// <summary>How much a picture varies around each pixel.</summary>
public static class LocalContrast
{
    /// <summary>The largest detail of <see cref="Strengthen"/> that cameras have, as far as was seen.</summary>
    public const float MostDetail = 8;

    private static readonly float[] Fifths = [0.2f, 0.2f, 0.2f, 0.2f, 0.2f];

    /// <summary>The standard deviation of the channels' mean from its own mean over 5×5 pixels, over 5×5 pixels.</summary>
    /// <param name="picture">C×H×W.</param>
    /// <param name="contrast">Gets H×W.</param>
    public static void Measure(ReadOnlySpan<float> picture, ImageShape shape, Span<float> contrast)
    {
        float[] buffer = ArrayPool<float>.Shared.Rent(2 * shape.Area);
        Span<float> mean = buffer.AsSpan(0, shape.Area), spare = buffer.AsSpan(shape.Area, shape.Area);
        contrast.Clear();
        for (int channel = 0; channel < shape.Channels; channel++)
            Smoothing.Add(contrast, picture.Slice(channel * shape.Area, shape.Area), 1f / shape.Channels);
        contrast.CopyTo(mean);
        Smoothing.Convolve(mean, shape.Width, Fifths, 1, spare);
        for (int i = 0; i < contrast.Length; i++)
            contrast[i] = (contrast[i] - mean[i]) * (contrast[i] - mean[i]);
        Smoothing.Convolve(contrast, shape.Width, Fifths, 1, spare);
        foreach (ref float value in contrast)
            value = MathF.Sqrt(MathF.Max(0, value));
        ArrayPool<float>.Shared.Return(buffer);
    }

    /// <summary>Makes noise stronger on details, as cameras do, which smooth flat areas alone: where the local contrast is c, its variance
    /// becomes 1 + detail·c/level times what it was.</summary>
    /// <param name="picture">C×H×W, without noise.</param>
    /// <param name="noise">C×H×W.</param>
    /// <param name="detail">At least 0.</param>
    /// <param name="level">The noise's deviation, above 0.</param>
    public static void Strengthen(ReadOnlySpan<float> picture, ImageShape shape, Span<float> noise, float detail, float level)
    {
        float[] contrast = ArrayPool<float>.Shared.Rent(shape.Area);
        Measure(picture, shape, contrast.AsSpan(0, shape.Area));
        for (int i = 0; i < noise.Length; i++)
            noise[i] *= MathF.Sqrt(1 + detail * contrast[i % shape.Area] / level);
        ArrayPool<float>.Shared.Return(contrast);
    }
}
