namespace Denoise.Pictures;

/// <summary>Netpbm's arbitrary maps (https://netpbm.sourceforge.net/doc/pam.html), grey or RGB, with alpha or without: reads any maxval,
/// writes maxval 255 or 65535.</summary>
internal static class PortableArbitraryMap
{
    private const string End = "ENDHDR";
    private const int LongestHeader = 1 << 17;

    private static readonly string[] Types =
        ["", "BLACKANDWHITE", "GRAYSCALE", "RGB", "BLACKANDWHITE_ALPHA", "GRAYSCALE_ALPHA", "RGB_ALPHA"];

    internal static Raster Decode(ReadOnlySpan<byte> file, long maxPixels)
    {
        Dictionary<string, string> header = ReadHeader(file, out int start);
        int width = Number(header, "WIDTH"), height = Number(header, "HEIGHT");
        int depth = Number(header, "DEPTH"), maxval = Number(header, "MAXVAL");
        string type = header.GetValueOrDefault("TUPLTYPE", "");
        PixelLimit.Check(width, height, maxPixels);
        if (depth > 4 || !Types.Contains(type))
            throw new InvalidDataException($"its pixels are {depth} values of the type '{type}', not grey or RGB with or without alpha");
        long count = (long)width * height * depth, least = maxval > 255 ? 2 * count : count;
        if (file.Length - start < least || count > Array.MaxLength)
            throw new InvalidDataException(
                $"{width}x{height} pixels need at least {least} bytes after the header, and there are {file.Length - start}");
        int[] values = new int[count];
        PortableAnymap.ReadRaw(file[start..], maxval, values);
        return maxval > 255
            ? Raster<ushort>.OfSamples(width, height, PortableAnymap.Scaled<ushort>(values, maxval, ushort.MaxValue))
            : Raster<byte>.OfSamples(width, height, PortableAnymap.Scaled<byte>(values, maxval, byte.MaxValue));
    }

    /// <summary>In 16 bits where the picture has more than 8.</summary>
    /// <param name="comments">Lines for the header.</param>
    internal static byte[] Encode(Raster picture, string comments)
    {
        bool isDeep = picture is not Raster<byte>;
        string type = (picture.Channels == 1 ? "GRAYSCALE" : "RGB") + (picture.HasAlpha ? "_ALPHA" : "");
        byte[] header = Encoding.UTF8.GetBytes($"P7\n{comments}WIDTH {picture.Width}\nHEIGHT {picture.Height}\n"
            + $"DEPTH {picture.Channels + (picture.HasAlpha ? 1 : 0)}\nMAXVAL {(isDeep ? ushort.MaxValue : byte.MaxValue)}\n"
            + $"TUPLTYPE {type}\n{End}\n");
        return [.. header, .. isDeep ? PortableAnymap.BigEndian(picture.To<ushort>().ToSamples()) : picture.To<byte>().ToSamples()];
    }

    private static Dictionary<string, string> ReadHeader(ReadOnlySpan<byte> file, out int start)
    {
        start = file[..Math.Min(file.Length, LongestHeader)].IndexOf("\nENDHDR\n"u8) + End.Length + 2;
        if (start < End.Length + 2)
            throw new InvalidDataException("its header has no end");
        var fields = new Dictionary<string, string>();
        foreach (string line in Encoding.ASCII.GetString(file[..start]).Split('\n').Where(line => !line.StartsWith('#')))
            if (line.Trim().Split(' ', 2, StringSplitOptions.TrimEntries) is [var name, var value])
                fields[name] = value;
        return fields;
    }

    private static int Number(Dictionary<string, string> header, string name) =>
        int.TryParse(header.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number >= 1 && (name != "MAXVAL" || number <= ushort.MaxValue)
            ? number
            : throw new InvalidDataException($"its header says {name} '{header.GetValueOrDefault(name)}'");
}
