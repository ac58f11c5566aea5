using System.Drawing;

namespace Denoise.Pictures;

/// <summary>A page of a picture file in the depth it has there: rows from the top, pixels from the left, channels interleaved (H, W,
/// C).</summary>
public abstract class Raster
{
    private protected Raster(int width, int height, int channels) => (Width, Height, Channels) = (width, height, channels);

    /// <summary>Pixels in a row, at least 1.</summary>
    public int Width { get; }

    /// <summary>Rows, at least 1.</summary>
    public int Height { get; }

    /// <summary>1 (grey) or 3 (red, green, blue); alpha is not counted.</summary>
    public int Channels { get; }

    /// <summary>Whether there is an alpha plane.</summary>
    public abstract bool HasAlpha { get; }

    /// <summary>Whether there is a plane that is neither colour nor alpha.</summary>
    public abstract bool HasExtra { get; }

    /// <summary>Whether red, green and blue differ in any pixel.</summary>
    public abstract bool HasColour { get; }

    /// <summary>The same in another depth, or itself where it has it already: white becomes white, values in between are rounded to the
    /// nearest.</summary>
    /// <typeparam name="T">byte, 0 to 255; ushort, 0 to 65535; or float, 0 to 1, beyond which values are clamped on the way to the
    /// others.</typeparam>
    public abstract Raster<T> To<T>() where T : unmanaged;

    /// <summary>A copy of one part.</summary>
    /// <exception cref="ArgumentException">It is empty, or reaches beyond the page.</exception>
    public abstract Raster Cut(Rectangle part);

    /// <summary>In 8 bits, without alpha; the colours beneath it are kept.</summary>
    public Picture ToPicture() => new(Width, Height, Channels, To<byte>().Pixels);
}

/// <summary>A page whose values are of type <typeparamref name="T"/>.</summary>
/// <typeparam name="T">byte, 0 black to 255 white; ushort, to 65535; or float, to 1, beyond which values may reach.</typeparam>
public sealed class Raster<T> : Raster where T : unmanaged
{
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="pixels">Height x Width x Channels values, not copied.</param>
    /// <param name="alpha">Height x Width values from 0, transparent, to white's, opaque; or null.</param>
    /// <exception cref="ArgumentException">A length does not fit the size, or the size or the channels are out of range.</exception>
    public Raster(int width, int height, int channels, T[] pixels, T[]? alpha = null)
        : base(width, height, channels)
    {
        long area = (long)width * height;
        bool fits = pixels.Length == area * channels && (alpha is null || alpha.Length == area);
        if (width < 1 || height < 1 || channels is not (1 or 3) || !fits)
            throw new ArgumentException($"{pixels.Length} values and {alpha?.Length ?? 0} of alpha are not a {width}x{height} picture "
                + $"with {channels} channels (1 or 3).");
        (Pixels, Alpha) = (pixels, alpha);
    }

    /// <summary>Height x Width x Channels values.</summary>
    public T[] Pixels { get; }

    /// <summary>Height x Width values, or null.</summary>
    public T[]? Alpha { get; }

    /// <summary>Height x Width values that are neither colour nor alpha, such as near infrared; or null.</summary>
    public T[]? Extra { get; init; }

    /// <inheritdoc/>
    public override bool HasAlpha => Alpha is not null;

    /// <inheritdoc/>
    public override bool HasExtra => Extra is not null;

    /// <inheritdoc/>
    public override bool HasColour
    {
        get
        {
            for (int i = 0; i < Pixels.Length && Channels == 3; i += 3)
                if (!IsSame(Pixels[i], Pixels[i + 1]) || !IsSame(Pixels[i], Pixels[i + 2]))
                    return true;
            return false;
        }
    }

    private static bool IsSame(T a, T b) => EqualityComparer<T>.Default.Equals(a, b);

    /// <inheritdoc/>
    public override Raster Cut(Rectangle part)
    {
        bool isInside = part.X >= 0 && part.Y >= 0 && part.Width <= Width - part.X && part.Height <= Height - part.Y;
        if (part.Width < 1 || part.Height < 1 || !isInside)
            throw new ArgumentException($"A picture of {Width}x{Height} has no part of {part.Width}x{part.Height} at {part.X},{part.Y}.");
        return new Raster<T>(part.Width, part.Height, Channels, Cut(Pixels, Channels, part), Alpha is null ? null : Cut(Alpha, 1, part))
        {
            Extra = Extra is null ? null : Cut(Extra, 1, part),
        };
    }

    private T[] Cut(T[] values, int perPixel, Rectangle part)
    {
        var cut = new T[part.Width * part.Height * perPixel];
        int row = part.Width * perPixel;
        for (int y = 0; y < part.Height; y++)
            values.AsSpan(((part.Y + y) * Width + part.X) * perPixel, row).CopyTo(cut.AsSpan(y * row));
        return cut;
    }

    /// <summary>The same size, alpha and extra plane with other pixels.</summary>
    public Raster<T> With(T[] pixels) => new(Width, Height, Channels, pixels, Alpha) { Extra = Extra };

    /// <inheritdoc/>
    public override Raster<TOther> To<TOther>() => this as Raster<TOther>
        ?? new Raster<TOther>(
            Width, Height, Channels, Sample.Convert<T, TOther>(Pixels), Alpha is null ? null : Sample.Convert<T, TOther>(Alpha))
        {
            Extra = Extra is null ? null : Sample.Convert<T, TOther>(Extra),
        };

    /// <summary>Takes the alpha out of interleaved samples: of two the second, of four the last.</summary>
    /// <param name="samples">Height x Width x (1, 2, 3 or 4) values; taken over where there is no alpha.</param>
    internal static Raster<T> OfSamples(int width, int height, T[] samples)
    {
        int perPixel = samples.Length / (width * height);
        if (perPixel is 1 or 3)
            return new(width, height, perPixel, samples);
        int channels = perPixel - 1;
        T[] pixels = new T[width * height * channels], alpha = new T[width * height];
        for (int i = 0; i < alpha.Length; i++)
        {
            samples.AsSpan(i * perPixel, channels).CopyTo(pixels.AsSpan(i * channels));
            alpha[i] = samples[i * perPixel + channels];
        }
        return new(width, height, channels, pixels, alpha);
    }

    /// <summary>Alpha put back between the pixels, as <see cref="OfSamples"/> takes them.</summary>
    /// <param name="withExtra">Where there is no alpha, the extra plane instead.</param>
    internal T[] ToSamples(bool withExtra = false)
    {
        T[]? last = Alpha ?? (withExtra ? Extra : null);
        if (last is null)
            return Pixels;
        T[] samples = new T[Pixels.Length + last.Length];
        for (int i = 0; i < last.Length; i++)
        {
            Pixels.AsSpan(i * Channels, Channels).CopyTo(samples.AsSpan(i * (Channels + 1)));
            samples[i * (Channels + 1) + Channels] = last[i];
        }
        return samples;
    }
}
