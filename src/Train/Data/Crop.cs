using System.Numerics;
using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>A square of a picture, mirrored or turned.</summary>
/// <param name="Top">The first row.</param>
/// <param name="Left">The first column.</param>
/// <param name="Size">The side in pixels.</param>
/// <param name="Orientation">0 to 7: bit 0 mirrors left and right, bit 1 top and bottom, bit 2 then swaps rows and columns.
/// Together they make the four quarter turns, mirrored or not.</param>
internal readonly record struct Crop(int Top, int Left, int Size, int Orientation)
{
    public const int Orientations = 8;

    /// <summary>Writes the crop as C×Size×Size floats, 0 black to 1 white; those of float pictures may reach beyond.</summary>
    /// <param name="picture">The picture to cut from.</param>
    /// <param name="channels">C; a grey picture is repeated.</param>
    /// <param name="image">Receives the values.</param>
    public void Write(Raster picture, int channels, Span<float> image)
    {
        switch (picture)
        {
            case Raster<byte> bytes: Write(bytes, byte.MaxValue, channels, image); break;
            case Raster<ushort> words: Write(words, ushort.MaxValue, channels, image); break;
            default: Write(picture.To<float>(), 1, channels, image); break;
        }
    }

    private void Write<T>(Raster<T> picture, float white, int channels, Span<float> image) where T : unmanaged, INumberBase<T>
    {
        int toRight = picture.Channels, down = picture.Width * picture.Channels;
        int origin = Top * down + Left * toRight;
        Mirror(Orientation & 1, ref origin, ref toRight);
        Mirror(Orientation & 2, ref origin, ref down);
        if ((Orientation & 4) != 0)
            (toRight, down) = (down, toRight);

        ReadOnlySpan<T> pixels = picture.Pixels;
        int i = 0;
        for (int channel = 0; channel < channels; channel++)
            for (int y = 0; y < Size; y++)
            {
                int pixel = origin + y * down + channel % picture.Channels;
                for (int x = 0; x < Size; x++, pixel += toRight)
                    image[i++] = float.CreateTruncating(pixels[pixel]) / white;
            }
    }

    /// <summary>Walks the other way, from the other end.</summary>
    private void Mirror(int wanted, ref int origin, ref int step)
    {
        if (wanted == 0)
            return;
        origin += (Size - 1) * step;
        step = -step;
    }
}
