using System.Buffers.Text;
using System.Text;

namespace Denoise.Imaging;

/// <summary>
/// Netpbm's grey and colour maps (https://netpbm.sourceforge.net/doc/pgm.html, .../ppm.html):
/// reads P2, P3, P5 and P6 with any maxval, writes P5 and P6 with maxval 255.
/// </summary>
internal static class PortableAnymap
{
    internal static Picture Decode(ReadOnlySpan<byte> file)
    {
        bool plain = file[1] is (byte)'2' or (byte)'3';
        int channels = file[1] is (byte)'2' or (byte)'5' ? 1 : 3;
        ReadOnlySpan<byte> rest = file[2..];
        int width = ReadNumber(ref rest), height = ReadNumber(ref rest), maxval = ReadNumber(ref rest);
        PixelLimit.Check(width, height);
        if (maxval is < 1 or > 65535)
            throw new InvalidDataException($"its header says maxval {maxval}, not 1 to 65535");

        int count = checked(width * height * channels);
        int least = plain ? 2 * count - 1 : 1 + (maxval > 255 ? 2 * count : count);
        if (rest.Length < least)
            throw new InvalidDataException($"{width}x{height} pixels need at least {least} bytes after the header, and there are {rest.Length}");
        byte[] pixels = new byte[count];
        if (plain)
            ReadPlain(rest, maxval, pixels);
        else
            ReadRaw(rest[1..], maxval, pixels); // exactly one white-space byte ends the header
        return new(width, height, channels, pixels);
    }

    internal static byte[] Encode(Picture picture)
    {
        string header = $"P{(picture.Channels == 1 ? 5 : 6)}\n{picture.Width} {picture.Height}\n255\n";
        return [.. Encoding.ASCII.GetBytes(header), .. picture.Pixels];
    }

    private static void ReadPlain(ReadOnlySpan<byte> rest, int maxval, Span<byte> pixels)
    {
        foreach (ref byte pixel in pixels)
            pixel = Scale(ReadNumber(ref rest), maxval);
    }

    private static void ReadRaw(ReadOnlySpan<byte> rest, int maxval, Span<byte> pixels)
    {
        if (maxval == 255)
            rest[..pixels.Length].CopyTo(pixels);
        else if (maxval < 255)
            for (int i = 0; i < pixels.Length; i++)
                pixels[i] = Scale(rest[i], maxval);
        else
            for (int i = 0; i < pixels.Length; i++)
                pixels[i] = Scale(rest[2 * i] << 8 | rest[2 * i + 1], maxval);
    }

    private static byte Scale(int value, int maxval) =>
        value <= maxval
            ? (byte)((value * 255L + maxval / 2) / maxval)
            : throw new InvalidDataException($"it has the value {value} above its maxval {maxval}");

    /// <summary>The next decimal number, past white space and comments (# to the end of the line).</summary>
    private static int ReadNumber(ref ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart(" \t\r\n\v\f"u8);
        while (rest is [(byte)'#', ..])
        {
            int end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            rest = (end < 0 ? [] : rest[end..]).TrimStart(" \t\r\n\v\f"u8);
        }
        if (!Utf8Parser.TryParse(rest, out int number, out int length) || number < 0)
            throw new InvalidDataException($"a number was expected, and {(rest.IsEmpty ? "the file ends" : $"byte {rest[0]:X2} is there")}");
        rest = rest[length..];
        return number;
    }
}
