using BitMiracle.LibTiff.Classic;

namespace Denoise.Pictures;

/// <summary>The colours of TIFF 6.0 that are neither grey nor RGB.</summary>
internal static class TiffColours
{
    /// <summary>Grey where the palette is; else RGB.</summary>
    /// <param name="indices">All samples; the first of each pixel's <paramref name="perPixel"/> counts.</param>
    /// <param name="map">Red, green and blue of each colour in 16 bits.</param>
    internal static byte[] LookUp(int[] indices, int perPixel, FieldValue[] map)
    {
        ushort[][] palette = [.. map.Select(channel => channel.ToUShortArray())];
        bool isShort = palette.All(channel => channel.All(value => value <= byte.MaxValue)); // as some old writers have it
        bool isGrey = palette[0].AsSpan().SequenceEqual(palette[1]) && palette[1].AsSpan().SequenceEqual(palette[2]);
        int channels = isGrey ? 1 : 3;
        byte[] colours = new byte[indices.Length / perPixel * channels];
        for (int i = 0; i < colours.Length; i++)
        {
            ushort value = palette[i % channels][indices[i / channels * perPixel]];
            colours[i] = (byte)(isShort ? value : value >> 8);
        }
        return colours;
    }

    /// <summary>Clumps of Y of several pixels and their one Cb and Cr (section 21), to one of each for every pixel.</summary>
    internal static byte[] Spread(ReadOnlySpan<byte> clumps, int width, int height, (int Across, int Down) shared)
    {
        int lumas = shared.Across * shared.Down, perRow = (width - 1) / shared.Across + 1;
        byte[] pixels = new byte[3 * width * height];
        for (int y = 0, at = 0; y < height; y++)
            for (int x = 0; x < width; x++, at += 3)
            {
                ReadOnlySpan<byte> clump = clumps.Slice((y / shared.Down * perRow + x / shared.Across) * (lumas + 2), lumas + 2);
                pixels[at] = clump[y % shared.Down * shared.Across + x % shared.Across];
                clump[lumas..].CopyTo(pixels.AsSpan(at + 1, 2));
            }
        return pixels;
    }

    /// <summary>YCbCr to RGB, in place (section 21).</summary>
    /// <param name="pixels">Y, Cb, Cr.</param>
    /// <param name="weights">The parts of red, green and blue in Y.</param>
    /// <param name="range">Y of black and of white, then the same of Cb and of Cr.</param>
    internal static void FromLuma(byte[] pixels, float[] weights, float[] range)
    {
        for (int i = 0; i < pixels.Length; i += 3)
        {
            float luma = Full(pixels[i], range[0], range[1], 255);
            float blue = luma + 2 * (1 - weights[2]) * Full(pixels[i + 1], range[2], range[3], 127);
            float red = luma + 2 * (1 - weights[0]) * Full(pixels[i + 2], range[4], range[5], 127);
            (pixels[i], pixels[i + 2]) = (Level(red), Level(blue));
            pixels[i + 1] = Level((luma - weights[0] * red - weights[2] * blue) / weights[1]);
        }
    }

    private static float Full(byte code, float black, float white, float range) =>
        white == black ? 0 : (code - black) * range / (white - black);

    private static byte Level(float value) => (byte)Math.Clamp(value + 0.5f, 0, 255);

    /// <summary>L from 0 to 100, a and b around 0 (section 23; ICC.1, 6.3.4 for <paramref name="isIcc"/>, where they have an
    /// offset).</summary>
    internal static float[] ToLab(int[] stored, int bits, bool isIcc)
    {
        float one = 1 << (bits - 8), most = bits == 16 ? isIcc ? 0xFF00 : 0xFFFF : 0xFF;
        float[] lab = new float[stored.Length];
        for (int i = 0; i < lab.Length; i++)
        {
            int signed = bits == 8 ? (sbyte)stored[i] : (short)stored[i];
            lab[i] = i % 3 == 0 ? stored[i] * 100 / most : isIcc ? stored[i] / one - 128 : signed / one;
        }
        return lab;
    }

    /// <summary>Takes the alpha that colours are multiplied with out of them, in place.</summary>
    internal static void Divide<T>(T[] colours, T[] alpha) where T : unmanaged, INumber<T>
    {
        int channels = colours.Length / alpha.Length;
        double white = typeof(T) == typeof(byte) ? byte.MaxValue : typeof(T) == typeof(ushort) ? ushort.MaxValue : 1;
        for (int i = 0; i < colours.Length; i++)
            if (alpha[i / channels] is var a && a > T.Zero)
            {
                double colour = double.CreateTruncating(colours[i]) * white / double.CreateTruncating(a);
                colours[i] = T.CreateTruncating(typeof(T) == typeof(float) ? colour : Math.Min(white, Math.Round(colour)));
            }
    }
}
