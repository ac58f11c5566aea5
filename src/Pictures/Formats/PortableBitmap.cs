namespace Denoise.Pictures;

/// <summary>Netpbm's maps of black and white (https://netpbm.sourceforge.net/doc/pbm.html): reads P1 and P4, writes P4.</summary>
internal static class PortableBitmap
{
    private const byte White = byte.MaxValue;

    internal static Raster<byte> Decode(ReadOnlySpan<byte> file, long maxPixels)
    {
        bool plain = file[1] == '1';
        ReadOnlySpan<byte> rest = file[2..];
        int width = PortableAnymap.ReadNumber(ref rest), height = PortableAnymap.ReadNumber(ref rest);
        PixelLimit.Check(width, height, maxPixels);
        long least = plain ? (long)width * height : 1 + (long)BytesOfRow(width) * height;
        if (rest.Length < least)
            throw new InvalidDataException(
                $"{width}x{height} pixels need at least {least} bytes after the header, and there are {rest.Length}");
        byte[] pixels = new byte[width * height];
        if (plain)
            ReadPlain(rest, pixels);
        else
            ReadRaw(rest[1..], width, pixels);
        return new(width, height, 1, pixels);
    }

    /// <summary>Values from half of white up become white.</summary>
    /// <param name="comments">Lines for the header.</param>
    internal static byte[] Encode(Raster<byte> picture, string comments)
    {
        byte[] header = Encoding.UTF8.GetBytes($"P4\n{comments}{picture.Width} {picture.Height}\n");
        int row = BytesOfRow(picture.Width);
        byte[] file = [.. header, .. new byte[row * picture.Height]];
        for (int i = 0; i < picture.Width * picture.Height; i++)
        {
            var (y, x) = Math.DivRem(i, picture.Width);
            int sum = 0;
            for (int c = 0; c < picture.Channels; c++)
                sum += picture.Pixels[i * picture.Channels + c];
            if (2 * sum < White * picture.Channels)
                file[header.Length + y * row + x / 8] |= (byte)(0x80 >> (x % 8));
        }
        return file;
    }

    private static int BytesOfRow(int width) => (width + 7) / 8;

    /// <summary>Ones are black, and nothing need stand between them.</summary>
    private static void ReadPlain(ReadOnlySpan<byte> rest, byte[] pixels)
    {
        int count = 0;
        for (int i = 0; i < rest.Length && count < pixels.Length; i++)
            if (rest[i] is (byte)'0' or (byte)'1')
                pixels[count++] = rest[i] == '0' ? White : (byte)0;
            else if (!" \t\r\n\v\f"u8.Contains(rest[i]))
                throw new InvalidDataException($"a 0 or 1 was expected, and byte {rest[i]:X2} is there");
        if (count < pixels.Length)
            throw new InvalidDataException($"it has {count} of {pixels.Length} pixels");
    }

    private static void ReadRaw(ReadOnlySpan<byte> bits, int width, byte[] pixels)
    {
        int row = BytesOfRow(width);
        for (int i = 0; i < pixels.Length; i++)
        {
            var (y, x) = Math.DivRem(i, width);
            pixels[i] = (bits[y * row + x / 8] & (0x80 >> (x % 8))) == 0 ? White : (byte)0;
        }
    }
}
