namespace Denoise.Pictures;

/// <summary>The segments of a JPEG file before its pixels (ITU-T T.81, annex B), as far as libvips does not see to them.</summary>
internal static class JpegFile
{
    private const int StartOfScan = 0xDA, LongestSegment = ushort.MaxValue - 2;
    private const byte App0 = 0xE0, App1 = 0xE1, Comment = 0xFE;

    private static int LongestXmp => LongestSegment - XmpName.Length;

    private static ReadOnlySpan<byte> XmpName => "http://ns.adobe.com/xap/1.0/\0"u8;

    // JFIF's segment (ITU-T T.871, 10.1) has the density behind its name and version.
    private const int DensityStart = 7, DensityEnd = 12;

    /// <summary>A clause on why no decoder here reads the file, whole as it may be; null where it is of the usual kind.</summary>
    internal static string? Misfit(ReadOnlySpan<byte> file)
    {
        foreach (var (marker, start, end) in Segments(file))
        {
            bool isFrame = marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC); // baseline, extended, progressive and others
            if (isFrame && marker > 0xC2)
                return $"its coding is of kind SOF{marker - 0xC0}";
            if (isFrame && start < end)
                return file[start] == 8 ? null : $"its values are of {file[start]} bits";
        }
        return null;
    }

    internal static IReadOnlyList<byte[]> Comments(byte[] file) => Find(file, Comment, []);

    /// <summary>With its extension; null where there is none.</summary>
    internal static byte[]? XmpOf(byte[] file) => Find(file, App1, XmpName) is [var first, ..]
        ? ExtendedXmp.Join(first, Find(file, App1, ExtendedXmp.Name))
        : null;

    /// <summary>What the segments of this kind hold behind a name.</summary>
    private static IReadOnlyList<byte[]> Find(byte[] file, byte marker, ReadOnlySpan<byte> name)
    {
        var found = new List<byte[]>();
        foreach (var (kind, start, end) in Segments(file))
            if (kind == marker && file.AsSpan(start, end - start).StartsWith(name))
                found.Add(file[(start + name.Length)..end]);
        return found;
    }

    /// <summary>JFIF's.</summary>
    internal static Resolution? ResolutionOf(ReadOnlySpan<byte> file)
    {
        foreach (var (marker, start, end) in Segments(file))
            if (marker == App0 && end - start >= DensityEnd && file[start..].StartsWith("JFIF\0"u8))
                return Resolution.OfJfif(file[(start + DensityStart)..(start + DensityEnd)]);
        return null;
    }

    /// <summary>Whether a file of so many bytes can hold so many pixels: each block of 8×8 has a code of one bit at least for its mean
    /// (ITU-T T.81, F.1.2.1). Only arithmetic coding, which hardly anyone uses, could do with less.</summary>
    internal static bool CanHold(long bytes, long width, long height) => bytes * 8 >= (width + 7) / 8 * ((height + 7) / 8);

    /// <summary>The file with the resolution in JFIF's segment, EXIF, XMP and comments. What is longer than a segment is left
    /// out.</summary>
    /// <param name="file">With none of these, as libvips writes it.</param>
    /// <param name="exif">With the segment's name; or null.</param>
    /// <param name="metadata">Has the others.</param>
    internal static byte[] With(byte[] file, byte[]? exif, PictureMetadata metadata)
    {
        byte[]? jfif = metadata.Resolution is { } resolution ? [.. "JFIF\0"u8, 1, 1, .. resolution.ToJfif(), 0, 0] : null;
        var (packet, extension) = metadata.MarkedXmp is { } whole ? ExtendedXmp.Split(whole, LongestXmp) : ([], null);
        byte[]? xmp = packet.Length > 0 ? [.. XmpName, .. packet] : null;
        return
        [
            .. file.AsSpan(0, 2), .. Segment(App0, jfif), .. Segment(App1, exif), .. Segment(App1, xmp),
            .. ExtendedXmp.Segments(extension).SelectMany(piece => Segment(App1, piece)),
            .. metadata.Comments.SelectMany(comment => Segment(Comment, comment)), .. file.AsSpan(2),
        ];
    }

    /// <summary>What does not fit into one segment with the name before it, or null.</summary>
    internal static string? IsTooLong(PictureMetadata metadata) =>
        metadata.Exif?.Length > LongestSegment - VipsCodec.ExifName.Length ? "EXIF"
        : metadata.MarkedXmp is { } xmp && ExtendedXmp.Split(xmp, LongestXmp).First.Length > LongestXmp ? "XMP"
        : metadata.Comments.Any(comment => comment.Length > LongestSegment) ? "comment"
        : null;

    private static byte[] Segment(byte marker, byte[]? data) => data is null || data.Length > LongestSegment
        ? []
        : [0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];

    /// <summary>All before the pixels, and where their data begin and end.</summary>
    private static List<(int Marker, int Start, int End)> Segments(ReadOnlySpan<byte> file)
    {
        var segments = new List<(int Marker, int Start, int End)>();
        for (int at = 2; at <= file.Length - 4 && file[at] == 0xFF && file[at + 1] != StartOfScan;)
        {
            int marker = file[at + 1], length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (marker != 0xFF && at + 2 + length <= file.Length && length >= 2)
                segments.Add((marker, at + 4, at + 2 + length));
            at += marker == 0xFF ? 1 : 2 + length;
        }
        return segments;
    }
}
