using System.Buffers.Binary;
using System.Text;

namespace Denoise.Imaging.WebP;

/// <summary>The chunks of a WebP file (RFC 9649, section 2): the picture in VP8 or VP8L, and beside it ICCP, EXIF and others.</summary>
internal static class WebPChunks
{
    private const int FileHeader = 12, ChunkHeader = 8;
    private const byte HasIcc = 0x20, HasAlpha = 0x10, HasExif = 0x08, HasAnimation = 0x02;

    internal static PictureMetadata Read(ReadOnlySpan<byte> file)
    {
        var chunks = List(file);
        return new() { Icc = Data(file, chunks, "ICCP"), Exif = WithoutName(Data(file, chunks, "EXIF")) };
    }

    internal static bool IsLossless(ReadOnlySpan<byte> file) => List(file).Any(chunk => chunk.Type == "VP8L");

    internal static bool IsAnimated(ReadOnlySpan<byte> file) =>
        Data(file, List(file), "VP8X") is { Length: > 0 } header && (header[0] & HasAnimation) != 0;

    /// <summary>By the header, or in a file that is nothing but a lossless picture, by bit 28 after that one's signature (section 3.4).</summary>
    internal static bool HasTransparency(ReadOnlySpan<byte> file)
    {
        var chunks = List(file);
        if (Data(file, chunks, "VP8X") is [var flags, ..])
            return (flags & HasAlpha) != 0;
        return Data(file, chunks, "VP8L") is [_, _, _, _, var last, ..] && (last & 0x10) != 0;
    }

    /// <summary>A file with the metadata around its picture.</summary>
    internal static byte[] Insert(byte[] file, PictureMetadata metadata, Raster picture)
    {
        if (metadata is { Icc: null, Exif: null })
            return file;
        using var result = new MemoryStream(file.Length);
        result.Write(file.AsSpan(0, FileHeader));
        Span<byte> header = stackalloc byte[10];
        header[0] = (byte)((metadata.Icc is null ? 0 : HasIcc) | (picture.HasAlpha ? HasAlpha : 0) | (metadata.Exif is null ? 0 : HasExif));
        Write24(header[4..], picture.Width - 1);
        Write24(header[7..], picture.Height - 1);
        WriteChunk(result, "VP8X"u8, header);
        if (metadata.Icc is { } profile)
            WriteChunk(result, "ICCP"u8, profile);
        foreach (var (type, start, length) in List(file))
            if (type is "ALPH" or "VP8 " or "VP8L")
                WriteChunk(result, Encoding.Latin1.GetBytes(type), file.AsSpan(start, length));
        if (metadata.Exif is { } exif)
            WriteChunk(result, "EXIF"u8, exif);
        BinaryPrimitives.WriteInt32LittleEndian(result.GetBuffer().AsSpan(4), (int)result.Length - 8);
        return result.ToArray();
    }

    private static List<(string Type, int Start, int Length)> List(ReadOnlySpan<byte> file)
    {
        var chunks = new List<(string, int, int)>();
        for (int at = FileHeader; at <= file.Length - ChunkHeader;)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            if (length > file.Length - at - ChunkHeader)
                break;
            chunks.Add((Encoding.Latin1.GetString(file.Slice(at, 4)), at + ChunkHeader, (int)length));
            at += ChunkHeader + (int)length + (int)(length & 1);
        }
        return chunks;
    }

    private static byte[]? Data(ReadOnlySpan<byte> file, List<(string Type, int Start, int Length)> chunks, string type) =>
        chunks.FirstOrDefault(chunk => chunk.Type == type) is { Type: not null } found ? file.Slice(found.Start, found.Length).ToArray() : null;

    /// <summary>Some writers put the name of JPEG's segment before it.</summary>
    private static byte[]? WithoutName(byte[]? exif) => exif.AsSpan().StartsWith("Exif\0\0"u8) ? exif![6..] : exif;

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        file.Write(type);
        file.Write(length);
        file.Write(data);
        if (data.Length % 2 != 0)
            file.WriteByte(0);
    }

    private static void Write24(Span<byte> bytes, int value) =>
        (bytes[0], bytes[1], bytes[2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));
}
