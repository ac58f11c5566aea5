using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>Images in planes.</summary>
internal static class Planes
{
    /// <summary>Turns C×H×W values in [0,1] into a picture of 8 bits, rounded half up; values beyond are clamped.</summary>
    public static Picture ToPicture(ReadOnlySpan<float> values, ImageShape shape)
    {
        byte[] pixels = new byte[values.Length];
        for (int channel = 0; channel < shape.Channels; channel++)
            for (int i = 0; i < shape.Area; i++)
                pixels[i * shape.Channels + channel] = (byte)Math.Clamp(values[channel * shape.Area + i] * 255 + 0.5f, 0, 255);
        return new(shape.Width, shape.Height, shape.Channels, pixels);
    }
}
