namespace Denoise.Pictures;

/// <summary>The chunks of a WebP file (RFC 9649, section 2), as far as libvips does not tell of them.</summary>
internal static class WebPFile
{
    private const int FileHeader = 12, ChunkHeader = 8, FrameHeader = 16;

    /// <summary>Whether any picture in it is of the lossy kind.</summary>
    internal static bool IsLossy(ReadOnlySpan<byte> file) => Find(file, "VP8 "u8) >= 0;

    /// <summary>A file with the content of its EXIF chunk replaced.</summary>
    internal static byte[] WithExif(byte[] file, byte[] exif)
    {
        int at = Find(file, "EXIF"u8) + 4, end = at + 4 + Padded(BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at)));
        byte[] result = [.. file.AsSpan(0, at + 4), .. exif, .. new byte[exif.Length % 2], .. file.AsSpan(end)];
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(at), exif.Length);
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(4), result.Length - ChunkHeader);
        return result;
    }

    private static int Padded(int length) => length + length % 2;

    /// <summary>Where a chunk of this type begins, alone or in a frame of an animation; -1 where there is none.</summary>
    private static int Find(ReadOnlySpan<byte> file, ReadOnlySpan<byte> type)
    {
        for (int at = FileHeader; at >= 0 && at <= file.Length - ChunkHeader;)
        {
            if (file[at..].StartsWith(type))
                return at;
            // A frame's header is skipped, and so its chunks are seen as if they were not in it.
            bool isFrame = file[at..].StartsWith("ANMF"u8);
            at += ChunkHeader + (isFrame ? FrameHeader : Padded(BinaryPrimitives.ReadInt32LittleEndian(file[(at + 4)..])));
        }
        return -1;
    }
}
