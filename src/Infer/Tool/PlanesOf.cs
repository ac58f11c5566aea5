using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>Between 8-bit pictures, whose channels are interleaved, and planes of floats in [0,1], C x H x W.</summary>
internal static class PlanesOf
{
    internal static float[] Picture(Picture picture)
    {
        int area = picture.Width * picture.Height, channels = picture.Channels;
        var planes = new float[picture.Pixels.Length];
        for (int i = 0; i < planes.Length; i++)
            planes[i] = picture.Pixels[i % area * channels + i / area] * (1 / 255f);
        return planes;
    }

    /// <summary>Rounded to the nearest of 256 levels and clamped.</summary>
    /// <param name="planes">C x H x W values.</param>
    /// <param name="like">A picture of the same size.</param>
    /// <exception cref="InvalidDataException">A value is not a number.</exception>
    internal static Picture ToPicture(ReadOnlySpan<float> planes, Picture like)
    {
        int area = like.Width * like.Height;
        byte[] pixels = new byte[planes.Length];
        for (int i = 0; i < planes.Length; i++)
            pixels[i % area * like.Channels + i / area] = ToByte(planes[i]);
        return new(like.Width, like.Height, like.Channels, pixels);
    }

    private static byte ToByte(float value) => float.IsNaN(value)
        ? throw new InvalidDataException("The network gave values that are not numbers.")
        : (byte)(Math.Clamp(value, 0f, 1f) * 255f + 0.5f);
}
