using System.Buffers.Text;

namespace Denoise.Pictures;

/// <summary>Netpbm's grey and colour maps (https://netpbm.sourceforge.net/doc/pgm.html, .../ppm.html): reads P2, P3, P5 and P6 with any
/// maxval, writes P5 and P6 with maxval 255 or 65535.</summary>
internal static class PortableAnymap
{
    internal static Raster Decode(ReadOnlySpan<byte> file, long maxPixels)
    {
        bool plain = file[1] is (byte)'2' or (byte)'3';
        int channels = file[1] is (byte)'2' or (byte)'5' ? 1 : 3;
        ReadOnlySpan<byte> rest = file[2..];
        int width = ReadNumber(ref rest), height = ReadNumber(ref rest), maxval = ReadNumber(ref rest);
        PixelLimit.Check(width, height, maxPixels);
        if (maxval is < 1 or > 65535)
            throw new InvalidDataException($"its header says maxval {maxval}, not 1 to 65535");

        int count = checked(width * height * channels);
        long least = plain ? 2L * count - 1 : 1 + (maxval > 255 ? 2L * count : count);
        if (rest.Length < least)
            throw new InvalidDataException(
                $"{width}x{height} pixels need at least {least} bytes after the header, and there are {rest.Length}");
        int[] values = new int[maxval == 255 && !plain ? 0 : count];
        if (plain)
            ReadPlain(rest, values);
        else if (maxval == 255)
            return new Raster<byte>(width, height, channels, rest.Slice(1, count).ToArray()); // one byte of white space ends the header
        else
            ReadRaw(rest[1..], maxval, values);
        return maxval > 255
            ? new Raster<ushort>(width, height, channels, Scaled<ushort>(values, maxval, ushort.MaxValue))
            : new Raster<byte>(width, height, channels, Scaled<byte>(values, maxval, byte.MaxValue));
    }

    /// <summary>In 16 bits where the picture has more than 8.</summary>
    /// <param name="comments">Lines for the header.</param>
    internal static byte[] Encode(Raster picture, string comments)
    {
        bool isDeep = picture is not Raster<byte>;
        int kind = picture.Channels == 1 ? 5 : 6, maxval = isDeep ? ushort.MaxValue : byte.MaxValue;
        byte[] header = Encoding.UTF8.GetBytes($"P{kind}\n{comments}{picture.Width} {picture.Height}\n{maxval}\n");
        return [.. header, .. isDeep ? BigEndian(picture.To<ushort>().Pixels) : picture.To<byte>().Pixels];
    }

    internal static byte[] BigEndian(ushort[] values)
    {
        byte[] bytes = new byte[2 * values.Length];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 * i), values[i]);
        return bytes;
    }

    private static void ReadPlain(ReadOnlySpan<byte> rest, int[] values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = ReadNumber(ref rest);
    }

    internal static void ReadRaw(ReadOnlySpan<byte> rest, int maxval, int[] values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = maxval < 256 ? rest[i] : BinaryPrimitives.ReadUInt16BigEndian(rest[(2 * i)..]);
    }

    /// <summary>From 0 … maxval to 0 … white.</summary>
    internal static T[] Scaled<T>(int[] values, int maxval, int white) where T : unmanaged, INumber<T> =>
        Array.ConvertAll(values, value => T.CreateTruncating(Scale(value, maxval, white)));

    private static long Scale(int value, int maxval, int white) =>
        value <= maxval
            ? ((long)value * white + maxval / 2) / maxval
            : throw new InvalidDataException($"it has the value {value} above its maxval {maxval}");

    /// <summary>The next decimal number, past white space and comments (# to the end of the line).</summary>
    internal static int ReadNumber(ref ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart(" \t\r\n\v\f"u8);
        while (rest is [(byte)'#', ..])
        {
            int end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            rest = (end < 0 ? [] : rest[end..]).TrimStart(" \t\r\n\v\f"u8);
        }
        if (!Utf8Parser.TryParse(rest, out int number, out int length) || number < 0)
            throw new InvalidDataException(
                $"a number was expected, and {(rest.IsEmpty ? "the file ends" : $"byte {rest[0]:X2} is there")}");
        rest = rest[length..];
        return number;
    }
}
