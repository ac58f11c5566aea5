using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>Between 8-bit pictures, whose channels are interleaved, and the planes of floats in [0,1] that a network takes.</summary>
internal static class PictureTensor
{
    /// <summary>How many batch entries a picture is: a network of grey pictures gets each colour channel as a picture of its own.</summary>
    internal static int Entries(int pictureChannels, int networkChannels) => networkChannels == 1 ? pictureChannels : 1;

    /// <summary>Fills planes of H x W values; a network of RGB pictures gets grey three times.</summary>
    internal static void Fill(Picture picture, Span<float> planes)
    {
        int area = picture.Width * picture.Height, channels = picture.Channels;
        for (int plane = 0; plane < planes.Length / area; plane++)
        {
            Span<float> values = planes.Slice(plane * area, area);
            int channel = plane % channels;
            for (int i = 0; i < values.Length; i++)
                values[i] = picture.Pixels[i * channels + channel] * (1 / 255f);
        }
    }

    /// <summary>Rounded to the nearest of 256 levels; where there are more planes than channels, their mean.</summary>
    /// <exception cref="InvalidDataException">A value is not a number.</exception>
    internal static Picture ToPicture(ReadOnlySpan<float> planes, int width, int height, int channels)
    {
        int area = width * height, planesPerChannel = planes.Length / area / channels;
        byte[] pixels = new byte[area * channels];
        for (int channel = 0; channel < channels; channel++)
            for (int i = 0; i < area; i++)
            {
                float sum = 0;
                for (int plane = channel; plane < channels * planesPerChannel; plane += channels)
                    sum += planes[plane * area + i];
                pixels[i * channels + channel] = ToByte(sum / planesPerChannel);
            }
        return new(width, height, channels, pixels);
    }

    private static byte ToByte(float value) => float.IsNaN(value)
        ? throw new InvalidDataException("The network gave values that are not numbers.")
        : (byte)(Math.Clamp(value, 0f, 1f) * 255f + 0.5f);
}
