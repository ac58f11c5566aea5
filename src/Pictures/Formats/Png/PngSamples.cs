using System.Runtime.InteropServices;

namespace Denoise.Pictures;

/// <summary>From the samples of a row, as stored, to grey or RGB and alpha: bytes for up to 8 bits, ushorts for 16.</summary>
internal static class PngSamples
{
    /// <summary>Fills <paramref name="colours"/>, the row's width x 1 or 3, and <paramref name="alpha"/>, its width or empty.</summary>
    internal static void Expand<T>(ReadOnlySpan<byte> row, PngChunks chunks, Span<T> colours, Span<T> alpha)
        where T : unmanaged, IBinaryInteger<T>
    {
        PngHeader header = chunks.Header;
        if (header.Color == PngColor.Palette)
            LookUp(row, chunks, colours, alpha);
        else if (header.BitDepth == 8 && header.Samples == header.Channels)
            row.CopyTo(MemoryMarshal.AsBytes(colours));
        else
            Pick(row, header, colours);
        if (!alpha.IsEmpty && header.Color is PngColor.GreyAlpha or PngColor.Rgba)
            for (int i = 0; i < alpha.Length; i++)
                alpha[i] = Value<T>(Stored(row, header.BitDepth, (i + 1) * header.Samples - 1), header.BitDepth);
        else if (!alpha.IsEmpty && header.Color != PngColor.Palette)
            FindTransparent(row, chunks, alpha);
    }

    private static void LookUp<T>(ReadOnlySpan<byte> row, PngChunks chunks, Span<T> colours, Span<T> alpha)
        where T : unmanaged, IBinaryInteger<T>
    {
        ReadOnlySpan<byte> palette = chunks.Palette, transparency = chunks.Transparency;
        for (int i = 0; i < colours.Length / 3; i++)
        {
            int entry = Stored(row, chunks.Header.BitDepth, i);
            if (3 * entry >= palette.Length)
                throw new InvalidDataException($"a pixel asks for colour {entry} of a palette of {palette.Length / 3}");
            for (int channel = 0; channel < 3; channel++)
                colours[3 * i + channel] = T.CreateTruncating(palette[3 * entry + channel]);
            if (!alpha.IsEmpty)
                alpha[i] = entry < transparency.Length ? T.CreateTruncating(transparency[entry]) : Value<T>(1, 1);
        }
    }

    private static void Pick<T>(ReadOnlySpan<byte> row, PngHeader header, Span<T> colours) where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < colours.Length; i++)
        {
            int stored = Stored(row, header.BitDepth, i / header.Channels * header.Samples + i % header.Channels);
            colours[i] = Value<T>(stored, header.BitDepth);
        }
    }

    /// <summary>One grey or colour may stand for "transparent": the two low bytes of each channel's number.</summary>
    private static void FindTransparent<T>(ReadOnlySpan<byte> row, PngChunks chunks, Span<T> alpha) where T : unmanaged, IBinaryInteger<T>
    {
        PngHeader header = chunks.Header;
        for (int i = 0; i < alpha.Length; i++)
        {
            bool isKey = true;
            for (int channel = 0; channel < header.Channels; channel++)
            {
                int key = BinaryPrimitives.ReadUInt16BigEndian(chunks.Transparency.AsSpan(2 * channel));
                isKey &= Stored(row, header.BitDepth, i * header.Channels + channel) == key;
            }
            alpha[i] = isKey ? T.Zero : Value<T>(1, 1);
        }
    }

    /// <summary>A stored number spread over the type's whole range.</summary>
    private static T Value<T>(int stored, int bits) where T : unmanaged, IBinaryInteger<T> =>
        T.CreateTruncating(bits >= 8 ? stored : stored * (typeof(T) == typeof(byte) ? byte.MaxValue : ushort.MaxValue) / ((1 << bits) - 1));

    /// <summary>Sample <paramref name="i"/>; of less than 8 bits, the leftmost is in the high bits.</summary>
    private static int Stored(ReadOnlySpan<byte> row, int bits, int i) => bits switch
    {
        8 => row[i],
        16 => row[2 * i] << 8 | row[2 * i + 1],
        _ => row[i * bits / 8] >> (8 - bits - i * bits % 8) & ((1 << bits) - 1),
    };
}
