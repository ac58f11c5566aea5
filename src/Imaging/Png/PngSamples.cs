namespace Denoise.Imaging.Png;

/// <summary>From the samples of a row, as stored, to 8-bit grey or RGB.</summary>
internal static class PngSamples
{
    /// <summary>Fills <paramref name="pixels"/>, whose length is the row's width x 1 or 3; alpha is left out.</summary>
    internal static void Expand(ReadOnlySpan<byte> row, PngHeader header, ReadOnlySpan<byte> palette, Span<byte> pixels)
    {
        if (header.Color == PngColor.Palette)
            LookUp(row, header.BitDepth, palette, pixels);
        else if (header.BitDepth < 8)
            Unpack(row, header.BitDepth, pixels);
        else if (header.BitDepth == 8 && header.Samples == header.Channels)
            row.CopyTo(pixels);
        else
            Pick(row, header, pixels);
    }

    private static void LookUp(ReadOnlySpan<byte> row, int bits, ReadOnlySpan<byte> palette, Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length / 3; i++)
        {
            int entry = 3 * Packed(row, bits, i);
            if (entry >= palette.Length)
                throw new InvalidDataException($"a pixel asks for colour {entry / 3} of a palette of {palette.Length / 3}");
            palette.Slice(entry, 3).CopyTo(pixels[(3 * i)..]);
        }
    }

    private static void Unpack(ReadOnlySpan<byte> row, int bits, Span<byte> pixels)
    {
        int scale = 255 / ((1 << bits) - 1);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(Packed(row, bits, i) * scale);
    }

    private static void Pick(ReadOnlySpan<byte> row, PngHeader header, Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            int sample = i / header.Channels * header.Samples + i % header.Channels;
            pixels[i] = header.BitDepth == 8 ? row[sample] : ToByte(row[2 * sample] << 8 | row[2 * sample + 1]);
        }
    }

    /// <summary>Sample <paramref name="i"/> of up to 8 bits; the leftmost is in the high bits.</summary>
    private static int Packed(ReadOnlySpan<byte> row, int bits, int i) =>
        row[i * bits / 8] >> (8 - bits - i * bits % 8) & ((1 << bits) - 1);

    /// <summary>16 bits to 8, rounded to the nearest.</summary>
    private static byte ToByte(int value) => (byte)((value * 255 + 32767) / 65535);
}
