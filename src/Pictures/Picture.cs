using Denoise.Infer;

namespace Denoise.Pictures;

/// <summary>An 8-bit picture: rows from the top, pixels from the left, channels interleaved (H, W, C). Compared by reference of its
/// pixels.</summary>
/// <param name="Width">Pixels in a row, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Channels">1 (grey) or 3 (red, green, blue).</param>
/// <param name="Pixels">Height x Width x Channels values, 0 black to 255 white.</param>
public sealed record Picture(int Width, int Height, int Channels, byte[] Pixels)
{
    /// <summary>Height x Width x Channels values, 0 black to 255 white.</summary>
    /// <exception cref="ArgumentException">The length does not fit the size, or the size or the channels are out of range.</exception>
    public byte[] Pixels { get; } =
        Width >= 1 && Height >= 1 && Channels is 1 or 3 && Pixels.LongLength == (long)Width * Height * Channels
            ? Pixels
            : throw new ArgumentException($"{Pixels.Length} values are not a {Width}x{Height} picture with {Channels} channels (1 or 3).");

    /// <summary>Rounds an image in planes to 8 bits; values beyond are clamped.</summary>
    /// <param name="values">C×H×W, 0 black to 1 white.</param>
    /// <param name="shape">The image's shape.</param>
    public static Picture OfPlanes(ReadOnlySpan<float> values, ImageShape shape)
    {
        byte[] pixels = new byte[values.Length];
        for (int channel = 0; channel < shape.Channels; channel++)
            for (int i = 0; i < shape.Area; i++)
                pixels[i * shape.Channels + channel] = Levels.ToByte(values[channel * shape.Area + i]);
        return new(shape.Width, shape.Height, shape.Channels, pixels);
    }

    internal Raster<byte> ToRaster() => new(Width, Height, Channels, Pixels);
}
