namespace Denoise.Pictures;

/// <summary>The segments of a JPEG file before its pixels (ITU-T T.81, annex B), as far as libvips does not see to them.</summary>
internal static class JpegFile
{
    private const int StartOfScan = 0xDA, App0 = 0xE0, App1 = 0xE1, LongestSegment = ushort.MaxValue - 2;

    /// <summary>A clause on why no decoder here reads the file, whole as it may be; null where it is of the usual kind.</summary>
    internal static string? Misfit(ReadOnlySpan<byte> file)
    {
        for (int at = 2; at <= file.Length - 5 && file[at] == 0xFF && file[at + 1] != StartOfScan;)
        {
            int marker = file[at + 1];
            bool isFrame = marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC); // baseline, extended, progressive and others
            if (isFrame && marker > 0xC2)
                return $"its coding is of kind SOF{marker - 0xC0}";
            if (isFrame)
                return file[at + 4] == 8 ? null : $"its values are of {file[at + 4]} bits";
            at += marker == 0xFF ? 1 : 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }
        return null;
    }

    /// <summary>Whether a file of so many bytes can hold so many pixels: each block of 8×8 has a code of one bit at least for its mean
    /// (ITU-T T.81, F.1.2.1). Only arithmetic coding, which hardly anyone uses, could do with less.</summary>
    internal static bool CanHold(long bytes, long width, long height) => bytes * 8 >= (width + 7) / 8 * ((height + 7) / 8);

    /// <summary>The file with EXIF behind JFIF's own segment, which is the first; EXIF that is longer than a segment is left out.</summary>
    /// <param name="file">Without EXIF.</param>
    /// <param name="exif">With the segment's name.</param>
    internal static byte[] WithExif(byte[] file, byte[] exif)
    {
        if (exif.Length > LongestSegment)
            return file;
        int start = file[3] == App0 ? 4 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(4)) : 2, length = exif.Length + 2;
        return [.. file.AsSpan(0, start), 0xFF, App1, (byte)(length >> 8), (byte)length, .. exif, .. file.AsSpan(start)];
    }
}
