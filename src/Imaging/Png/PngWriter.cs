using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Denoise.Imaging.Png;

/// <summary>Writes PNG files of grey or RGB, with alpha where the picture has it, in 8 bits or, where it has more, in 16; one IDAT chunk, not interlaced.</summary>
internal static class PngWriter
{
    // Photographs rarely repeat themselves at a distance: on the BSD images, after filtering, run lengths alone
    // gave files as small as a full search for matches, in half the time.
    private static readonly ZLibCompressionOptions Compression =
        new() { CompressionLevel = 6, CompressionStrategy = ZLibCompressionStrategy.RunLengthEncoding };

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
        WriteChunk(file, "IDAT"u8, Compress(samples, kind));
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

    private static ReadOnlySpan<byte> Compress(byte[] samples, PngHeader header)
    {
        var compressed = new MemoryStream();
        using (var deflate = new ZLibStream(compressed, Compression, leaveOpen: true))
        {
            int length = header.RowBytes(header.Width);
            byte[] none = new byte[length], best = new byte[1 + length], trial = new byte[1 + length];
            for (int y = 0; y < header.Height; y++)
            {
                ReadOnlySpan<byte> row = samples.AsSpan(y * length, length);
                ReadOnlySpan<byte> above = y == 0 ? none : samples.AsSpan((y - 1) * length, length);
                Filter(row, above, header.FilterStride, ref best, ref trial);
                deflate.Write(best);
            }
        }
        return compressed.GetBuffer().AsSpan(0, (int)compressed.Length);
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
        foreach (byte b in bytes)
            sum += Math.Abs((int)(sbyte)b);
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
