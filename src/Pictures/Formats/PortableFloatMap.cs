namespace Denoise.Pictures;

/// <summary>Portable float maps (https://www.pauldebevec.com/Research/HDR/PFM/): Pf grey, PF RGB, rows from the bottom; the sign of the
/// scale tells the byte order, and its size is of no meaning for the values.</summary>
internal static class PortableFloatMap
{
    private const int LongestHeader = 200;

    internal static Raster<float> Decode(ReadOnlySpan<byte> file, long maxPixels)
    {
        int channels = file[1] == 'f' ? 1 : 3;
        var (width, height, scale, start) = ReadHeader(file);
        PixelLimit.Check(width, height, maxPixels);
        ReadOnlySpan<byte> data = file[start..];
        long count = (long)width * height * channels;
        if (data.Length < count * sizeof(float))
            throw new InvalidDataException(
                $"{width}x{height} pixels need {count * sizeof(float)} bytes after the header, and there are {data.Length}");
        var pixels = new float[count];
        int row = width * channels;
        for (int i = 0; i < pixels.Length; i++)
        {
            ReadOnlySpan<byte> value = data[(((height - 1 - i / row) * row + i % row) * sizeof(float))..];
            pixels[i] = scale < 0 ? BinaryPrimitives.ReadSingleLittleEndian(value) : BinaryPrimitives.ReadSingleBigEndian(value);
        }
        return new(width, height, channels, pixels);
    }

    internal static byte[] Encode(Raster<float> picture)
    {
        byte[] header = Encoding.ASCII.GetBytes($"P{(picture.Channels == 1 ? 'f' : 'F')}\n{picture.Width} {picture.Height}\n-1.0\n");
        byte[] file = [.. header, .. new byte[picture.Pixels.Length * sizeof(float)]];
        int row = picture.Width * picture.Channels;
        for (int i = 0; i < picture.Pixels.Length; i++)
        {
            int at = header.Length + ((picture.Height - 1 - i / row) * row + i % row) * sizeof(float);
            BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(at), picture.Pixels[i]);
        }
        return file;
    }

    /// <summary>Three words after the kind, and one white-space byte.</summary>
    private static (int Width, int Height, float Scale, int Length) ReadHeader(ReadOnlySpan<byte> file)
    {
        int at = 2;
        ReadOnlySpan<byte> head = file[..Math.Min(file.Length, LongestHeader)];
        if (int.TryParse(Word(head, ref at), NumberStyles.None, CultureInfo.InvariantCulture, out int width)
            && int.TryParse(Word(head, ref at), NumberStyles.None, CultureInfo.InvariantCulture, out int height)
            && float.TryParse(Word(head, ref at), NumberStyles.Float, CultureInfo.InvariantCulture, out float scale)
            && scale != 0 && at < head.Length)
            return (width, height, scale, at + 1);
        throw new InvalidDataException("its header is not a width, a height and a scale");
    }

    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> head, ref int at)
    {
        while (at < head.Length && char.IsWhiteSpace((char)head[at]))
            at++;
        int start = at;
        while (at < head.Length && !char.IsWhiteSpace((char)head[at]))
            at++;
        return head[start..at];
    }
}
