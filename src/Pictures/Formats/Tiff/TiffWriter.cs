using System.Runtime.InteropServices;

namespace Denoise.Pictures;

/// <summary>Writes TIFF 6.0 files (https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf) of any depth and any number of pages:
/// strips, compressed by zlib (compression 8, Adobe's Technical Note 3), of integers with each pixel's difference from the one before it
/// (predictor 2, section 14). Ours because codecs that write floats, 16 bits and EXIF all three are rare.</summary>
internal static class TiffWriter
{
    /// <summary>Where the header says where the first directory is.</summary>
    internal const int FirstDirectory = 4;

    private const int StripBytes = 1 << 18;

    private const ushort Width = 256, Height = 257, BitsPerSample = 258, Compression = 259, Photometric = 262, StripOffsets = 273,
        SamplesPerPixel = 277, RowsPerStrip = 278, StripByteCounts = 279, PlanarConfiguration = 284, Predictor = 317,
        ExtraSamples = 338, SampleFormat = 339;

    /// <exception cref="OverflowException">The file would be larger than 4 GiB.</exception>
    internal static byte[] Encode(PictureDocument document)
    {
        using var file = new MemoryStream();
        Header(file);
        long pointer = FirstDirectory;
        for (int page = 0; page < document.Pages.Count; page++)
        {
            TiffDirectory directory = document.Pages[page] switch
            {
                Raster<byte> bytes => WritePixels(file, bytes),
                Raster<ushort> words => WritePixels(file, words),
                Raster other => WritePixels(file, other.To<float>()),
            };
            Describe(directory, document.MetadataOf(page));
            uint offset = directory.Write(file);
            PointTo(file, pointer, offset);
            pointer = file.Length - 4; // a directory ends with where the next one is
        }
        return file.ToArray();
    }

    internal static void Header(MemoryStream file) => file.Write([(byte)'I', (byte)'I', 42, 0, 0, 0, 0, 0]);

    /// <summary>Puts <paramref name="offset"/> at a place that has been left for it.</summary>
    internal static void PointTo(MemoryStream file, long place, uint offset) =>
        BinaryPrimitives.WriteUInt32LittleEndian(file.GetBuffer().AsSpan((int)place), offset);

    private static void Describe(TiffDirectory page, PictureMetadata metadata)
    {
        if (metadata.Icc is { } profile)
            page.Set(TiffDirectory.Icc, TiffDirectory.Undefined, profile);
        if (metadata.MarkedXmp is { } xmp)
            page.Set(TiffDirectory.Xmp, TiffDirectory.Byte, xmp);
        if (metadata.Iptc is { } iptc)
            page.Set(TiffDirectory.Photoshop, TiffDirectory.Byte, iptc);
        if (metadata.Exif is { } exif)
            foreach (var (tag, entry) in Exif.Photograph(TiffDirectory.Read(exif)))
                page.Add(tag, entry);
        foreach (var (tag, entry) in metadata.TiffTags)
            page.Add(tag, entry);
        metadata.Resolution?.AddTo(page);
        if (metadata.Comments.Count > 0 && !page.Entries.ContainsKey(TiffDirectory.Description))
            page.Set(TiffDirectory.Description, TiffDirectory.Ascii, [.. Comments.Joined(metadata.Comments), 0]);
    }

    /// <summary>Whether a page would be written with its samples where they were.</summary>
    /// <param name="page">Upright.</param>
    /// <param name="stored">As it was read.</param>
    internal static bool IsLaidOutLike(Raster page, TiffDirectory stored)
    {
        int samples = SamplesOf(page), bits = page is Raster<byte> ? 8 : page is Raster<ushort> ? 16 : 32;
        return (stored.Number(Width), stored.Number(Height)) == (page.Width, page.Height)
            && (stored.Number(SamplesPerPixel) ?? 1, stored.Number(BitsPerSample) ?? 1) == (samples, bits)
            && (samples == 1 || stored.Number(PlanarConfiguration) is not 2)
            && stored.Number(TiffDirectory.Orientation) is null or 1;
    }

    private static int SamplesOf(Raster page) => page.Channels + (page.HasAlpha || page.HasExtra ? 1 : 0);

    private static TiffDirectory WritePixels<T>(MemoryStream file, Raster<T> page) where T : unmanaged
    {
        T[] samples = page.ToSamples(withExtra: true);
        int perPixel = SamplesOf(page), size = samples.Length / page.Height;
        bool isFloat = typeof(T) == typeof(float);
        int bits = Marshal.SizeOf<T>() * 8, rows = Math.Clamp(StripBytes / (size * bits / 8), 1, page.Height);
        var (offsets, lengths) = (new List<int>(), new List<int>());
        for (int row = 0; row < page.Height; row += rows)
        {
            offsets.Add(checked((int)file.Position));
            WriteStrip(file, samples.AsSpan(row * size, Math.Min(rows, page.Height - row) * size), size, perPixel);
            lengths.Add((int)file.Position - offsets[^1]);
        }
        var directory = new TiffDirectory();
        directory.SetLongs(Width, page.Width);
        directory.SetLongs(Height, page.Height);
        directory.SetShorts(BitsPerSample, Repeat(bits));
        directory.SetShorts(Compression, 8);
        directory.SetShorts(Photometric, page.Channels == 1 ? 1 : 2); // black is zero; RGB
        directory.SetLongs(StripOffsets, [.. offsets]);
        directory.SetShorts(SamplesPerPixel, perPixel);
        directory.SetLongs(RowsPerStrip, rows);
        directory.SetLongs(StripByteCounts, [.. lengths]);
        directory.SetShorts(Predictor, isFloat ? 1 : 2);
        directory.SetShorts(SampleFormat, Repeat(isFloat ? 3 : 1));
        if (perPixel > page.Channels)
            directory.SetShorts(ExtraSamples, page.HasAlpha ? 2 : 0); // not multiplied into the colours; or nobody knows
        return directory;

        int[] Repeat(int value) => [.. Enumerable.Repeat(value, perPixel)];
    }

    private static void WriteStrip<T>(MemoryStream file, ReadOnlySpan<T> samples, int rowSize, int perPixel) where T : unmanaged
    {
        byte[] strip = MemoryMarshal.AsBytes(samples).ToArray();
        int rows = samples.Length / rowSize, rowBytes = strip.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            Span<byte> bytes = strip.AsSpan(row * rowBytes, rowBytes);
            if (typeof(T) == typeof(byte))
                Difference(bytes, perPixel);
            else if (typeof(T) == typeof(ushort))
                Difference(MemoryMarshal.Cast<byte, ushort>(bytes), perPixel);
        }
        using var deflate = new ZLibStream(file, CompressionLevel.Optimal, leaveOpen: true);
        deflate.Write(strip);
    }

    private static void Difference<T>(Span<T> row, int perPixel) where T : ISubtractionOperators<T, T, T>
    {
        for (int i = row.Length - 1; i >= perPixel; i--)
            row[i] -= row[i - perPixel];
    }
}
