using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Denoise.Pictures;

/// <summary>Writes PNG files of grey or RGB, with alpha where the picture has it, in 8 bits or, where it has more, in 16; not
/// interlaced.</summary>
internal static class PngWriter
{
    // Photographs rarely repeat themselves at a distance: on the BSD images, after filtering, run lengths alone
    // gave files as small as a full search for matches, in half the time.
    private static readonly ZLibCompressionOptions Compression =
        new() { CompressionLevel = 6, CompressionStrategy = ZLibCompressionStrategy.RunLengthEncoding };

    private const int StripBytes = 1 << 20, StartBytes = 1 << 11;

    internal static byte[] Encode(Raster picture, PictureMetadata metadata)
    {
        using var file = new MemoryStream(StartBytes);
        file.Write(PngChunks.Signature);
        bool isDeep = picture is not Raster<byte>;
        Span<byte> header = stackalloc byte[PngHeader.Length];
        var kind = new PngHeader(picture.Width, picture.Height, isDeep ? 16 : 8, ColorOf(picture), false);
        kind.Write(header);
        WriteChunk(file, "IHDR"u8, header);
        Describe(file, metadata);
        byte[] samples = isDeep ? BigEndian(picture.To<ushort>().ToSamples()) : ((Raster<byte>)picture).ToSamples();
        WriteData(file, samples, kind);
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static PngColor ColorOf(Raster picture) => (picture.Channels, picture.HasAlpha) switch
    {
        (1, false) => PngColor.Grey,
        (1, true) => PngColor.GreyAlpha,
        (_, false) => PngColor.Rgb,
        _ => PngColor.Rgba,
    };

    private static void Describe(MemoryStream file, PictureMetadata metadata)
    {
        foreach (var chunk in metadata.PngChunks)
            WriteChunk(file, chunk);
        if (metadata.Resolution is { } resolution)
            WriteChunk(file, "pHYs"u8, resolution.ToPng());
        if (metadata.Icc is { } profile)
        {
            using var compressed = new MemoryStream();
            compressed.Write("ICC\0\0"u8);
            using (var deflate = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
                deflate.Write(profile);
            WriteChunk(file, "iCCP"u8, compressed.ToArray());
        }
        if (metadata.Exif is { } exif)
            WriteChunk(file, "eXIf"u8, exif);
        if (metadata.MarkedXmp is { } xmp)
            WriteChunk(file, "iTXt"u8, [.. PngChunks.XmpHead, .. xmp]);
        // Another PNG file's texts are among its chunks.
        if (metadata.Comments.Count > 0 && !metadata.PngChunks.Any(chunk => PngTexts.IsText(chunk.Type)))
            foreach (byte[] comment in metadata.Comments)
                WriteChunk(file, PngTexts.OfComment(comment));
        if (metadata.Iptc is { } iptc)
            WriteChunk(file, PngTexts.OfIptc(iptc));
    }

    private static byte[] BigEndian(ushort[] values)
    {
        byte[] bytes = new byte[2 * values.Length];
        if (BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(values, MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan()));
        else
            MemoryMarshal.AsBytes(values.AsSpan()).CopyTo(bytes);
        return bytes;
    }

    /// <summary>A zlib stream (RFC 1950) of strips that are filtered and compressed side by side: each looks back at the row before it,
    /// which is known, and none at another's compressed bytes. So the file does not depend on the number of processors.</summary>
    private static void WriteData(MemoryStream file, byte[] samples, PngHeader header)
    {
        int rows = Math.Clamp(StripBytes / header.RowBytes(header.Width), 1, header.Height), count = (header.Height - 1) / rows + 1;
        var strips = new Strip[count];
        if (count == 1)
            strips[0] = Compress(samples, header, 0, header.Height);
        else
            Parallel.For(0, count, i => strips[i] = Compress(samples, header, i * rows, Math.Min(rows, header.Height - i * rows)));
        uint sum = 1;
        foreach (Strip strip in strips)
            sum = Joined(sum, strip.Sum, strip.Length);
        strips[^1].Compressed.Write([(byte)(sum >> 24), (byte)(sum >> 16), (byte)(sum >> 8), (byte)sum]);
        foreach (Strip strip in strips)
            WriteChunk(file, "IDAT"u8, strip.Compressed.GetBuffer().AsSpan(0, (int)strip.Compressed.Length));
    }

    /// <param name="Compressed">Whole bytes of the zlib stream, of which the first strip has the header.</param>
    /// <param name="Length">The number of bytes before compression.</param>
    /// <param name="Sum">Their Adler-32.</param>
    private sealed record Strip(MemoryStream Compressed, long Length, uint Sum);

    private static Strip Compress(byte[] samples, PngHeader header, int start, int rows)
    {
        int length = header.RowBytes(header.Width), filtered = rows * (1 + length);
        var compressed = new MemoryStream(filtered);
        if (start == 0)
            compressed.Write([0x78, 0x01]);
        byte[] none = new byte[length], best = new byte[1 + length], trial = new byte[1 + length];
        var sum = new Adler32();
        long whole;
        using (var deflate = new DeflateStream(compressed, Compression, leaveOpen: true))
        {
            for (int y = start; y < start + rows; y++)
            {
                ReadOnlySpan<byte> above = y == 0 ? none : samples.AsSpan((y - 1) * length, length);
                PngFilter.Best(samples.AsSpan(y * length, length), above, header.FilterStride, ref best, ref trial);
                sum.Append(best);
                deflate.Write(best);
            }
            deflate.Flush(); // to a whole byte
            whole = compressed.Length;
        }
        if (start + rows < header.Height)
            compressed.SetLength(whole); // without the stream's end
        return new(compressed, filtered, sum.GetCurrentHashAsUInt32());
    }

    /// <summary>The Adler-32 (RFC 1950, section 8.2) of two stretches one behind the other.</summary>
    /// <param name="length">The length of the second.</param>
    private static uint Joined(uint first, uint second, long length)
    {
        const uint modulus = 65521;
        ulong a = (first & 0xFFFF) + (second & 0xFFFF) + modulus - 1;
        ulong b = (first >> 16) + (second >> 16) + (ulong)(length % modulus) * ((first & 0xFFFF) + modulus - 1);
        return (uint)(b % modulus) << 16 | (uint)(a % modulus);
    }

    private static void WriteChunk(MemoryStream file, (string Type, byte[] Data) chunk) =>
        WriteChunk(file, Encoding.Latin1.GetBytes(chunk.Type), chunk.Data);

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        long start = file.Position;
        file.Write(type);
        file.Write(data);
        uint sum = Crc32.HashToUInt32(file.GetBuffer().AsSpan((int)start, (int)(file.Position - start)));
        BinaryPrimitives.WriteUInt32BigEndian(number, sum);
        file.Write(number);
    }
}
