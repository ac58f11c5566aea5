using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Denoise.Imaging.Png;

/// <summary>Writes PNG files of grey or RGB, with alpha where the picture has it, in 8 bits or, where it has more, in 16; not interlaced.</summary>
internal static class PngWriter
{
    // Photographs rarely repeat themselves at a distance: on the BSD images, after filtering, run lengths alone
    // gave files as small as a full search for matches, in half the time.
    private static readonly ZLibCompressionOptions Compression =
        new() { CompressionLevel = 6, CompressionStrategy = ZLibCompressionStrategy.RunLengthEncoding };

    private const int StripBytes = 1 << 20;

    internal static byte[] Encode(Raster picture, PictureMetadata metadata)
    {
        using var file = new MemoryStream();
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
        foreach (var (type, data) in metadata.PngChunks)
            WriteChunk(file, Encoding.Latin1.GetBytes(type), data);
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

    /// <summary>A zlib stream (RFC 1950) of strips that are filtered and compressed side by side: each looks back at the row before it, which
    /// is known, and none at another's compressed bytes. So the file does not depend on the number of processors.</summary>
    private static void WriteData(MemoryStream file, byte[] samples, PngHeader header)
    {
        int length = header.RowBytes(header.Width), rows = Math.Clamp(StripBytes / length, 1, header.Height), count = (header.Height - 1) / rows + 1;
        var strips = new Strip[count];
        if (count == 1)
            strips[0] = Compress(samples, header, 0, header.Height);
        else
            Parallel.For(0, count, i => strips[i] = Compress(samples, header, i * rows, Math.Min(rows, header.Height - i * rows)));
        uint sum = strips.Aggregate(1u, (sum, strip) => Adler32.Joined(sum, strip.Sum, strip.Length));
        for (int i = 0; i < count; i++)
        {
            byte[] first = i == 0 ? [0x78, 0x01] : [];
            byte[] last = i == count - 1 ? [(byte)(sum >> 24), (byte)(sum >> 16), (byte)(sum >> 8), (byte)sum] : [];
            WriteChunk(file, "IDAT"u8, [.. first, .. strips[i].Compressed, .. last]);
        }
    }

    /// <param name="Compressed">Whole bytes of a deflate stream, which the last one ends.</param>
    /// <param name="Length">Of what is compressed.</param>
    /// <param name="Sum">The Adler-32 of it.</param>
    private readonly record struct Strip(byte[] Compressed, long Length, uint Sum);

    private static Strip Compress(byte[] samples, PngHeader header, int start, int rows)
    {
        using var compressed = new MemoryStream();
        int length = header.RowBytes(header.Width);
        byte[] none = new byte[length], best = new byte[1 + length], trial = new byte[1 + length];
        uint sum = 1;
        using (var deflate = new DeflateStream(compressed, Compression, leaveOpen: true))
        {
            for (int y = start; y < start + rows; y++)
            {
                ReadOnlySpan<byte> row = samples.AsSpan(y * length, length);
                ReadOnlySpan<byte> above = y == 0 ? none : samples.AsSpan((y - 1) * length, length);
                Filter(row, above, header.FilterStride, ref best, ref trial);
                sum = Adler32.Of(best, sum);
                deflate.Write(best);
            }
            deflate.Flush(); // to a whole byte
            if (start + rows < header.Height)
                return new(compressed.ToArray(), (long)rows * best.Length, sum);
        }
        return new(compressed.ToArray(), (long)rows * best.Length, sum);
    }

    /// <summary>Leaves in <paramref name="best"/> the number and the row of the filter whose output is closest to all zeros,
    /// the rule of thumb of https://www.w3.org/TR/png-3/#12Filter-selection.</summary>
    private static void Filter(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int stride, ref byte[] best, ref byte[] trial)
    {
        long least = long.MaxValue;
        for (int filter = 0; filter < PngFilter.Count; filter++)
        {
            trial[0] = (byte)filter;
            PngFilter.Apply(filter, row, above, stride, trial.AsSpan(1));
            long sum = SumOfMagnitudes(trial.AsSpan(1));
            if (sum >= least)
                continue;
            least = sum;
            (best, trial) = (trial, best);
        }
    }

    private static long SumOfMagnitudes(ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        int at = 0;
        for (; at + Vector128<byte>.Count <= bytes.Length; at += Vector128<byte>.Count)
        {
            Vector128<byte> magnitudes = Vector128.Abs(Vector128.Create(bytes[at..]).AsSByte()).AsByte(); // of -128 it is 128, as a byte
            sum += Vector128.Sum(Vector128.WidenLower(magnitudes) + Vector128.WidenUpper(magnitudes));
        }
        foreach (byte rest in bytes[at..])
            sum += Math.Abs((int)(sbyte)rest);
        return sum;
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        long start = file.Position;
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(file.GetBuffer().AsSpan((int)start, (int)(file.Position - start))));
        file.Write(number);
    }
}
