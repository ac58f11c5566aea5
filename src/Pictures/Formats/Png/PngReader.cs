namespace Denoise.Pictures;

/// <summary>Reads every kind of PNG. Ours because a general codec takes 20 to 50 times as long to set up as a picture of digits takes to
/// decode.</summary>
internal static class PngReader
{
    private const int DeflateLimit = 1032; // no deflate stream grows by more than this factor

    // Adam7: where each pass begins, and how far apart its pixels are.
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private static readonly (int X, int Y, int StepX, int StepY)[] OnePass = [(0, 0, 1, 1)];

    internal static PictureDocument Decode(byte[] file, long maxPixels)
    {
        PngChunks chunks = PngChunks.Parse(file, maxPixels);
        PngHeader header = chunks.Header;
        if ((long)header.RowBytes(header.Width) * header.Height / DeflateLimit > chunks.CompressedLength)
            throw new InvalidDataException(
                $"{chunks.CompressedLength} bytes cannot hold the {header.Width}x{header.Height} pixels of its header");
        Raster page = header.BitDepth == 16 ? Read<ushort>(chunks) : Read<byte>(chunks);
        return new(PictureFormat.Png, [page], chunks.Metadata())
        {
            Warning = chunks.Damaged is { } type ? $"The check sum of its chunk {type} is wrong, so that is left out." : null,
        };
    }

    private static Raster<T> Read<T>(PngChunks chunks) where T : unmanaged, IBinaryInteger<T>
    {
        PngHeader header = chunks.Header;
        var pixels = new T[header.Width * header.Height * header.Channels];
        T[]? alpha = chunks.HasAlpha ? new T[header.Width * header.Height] : null;
        try
        {
            int buffer = Math.Min(1 << 16, (header.RowBytes(header.Width) + 1) * Math.Min(header.Height, 1 << 12));
            using var rows = new BufferedStream(new ZLibStream(chunks.OpenData(), CompressionMode.Decompress), buffer);
            foreach (var pass in header.Interlaced ? Adam7 : OnePass)
                ReadPass(rows, chunks, pass, pixels, alpha);
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException("its compressed data ends before its last row");
        }
        return new(header.Width, header.Height, header.Channels, pixels, alpha);
    }

    private static void ReadPass<T>(Stream rows, PngChunks chunks, (int X, int Y, int StepX, int StepY) pass, T[] pixels, T[]? alpha)
        where T : unmanaged, IBinaryInteger<T>
    {
        PngHeader header = chunks.Header;
        int width = (header.Width - pass.X + pass.StepX - 1) / pass.StepX;
        if (width <= 0)
            return; // a pass without pixels has no rows either
        byte[] row = new byte[header.RowBytes(width)], above = new byte[row.Length];
        T[] colours = new T[width * header.Channels], opacity = new T[alpha is null ? 0 : width];
        for (int y = pass.Y; y < header.Height; y += pass.StepY)
        {
            int filter = rows.ReadByte();
            rows.ReadExactly(row);
            PngFilter.Undo(filter, row, above, header.FilterStride);
            PngSamples.Expand(row, chunks, colours, opacity);
            Scatter(colours, pixels.AsSpan(y * header.Width * header.Channels), pass.X, pass.StepX, header.Channels);
            if (alpha is not null)
                Scatter(opacity, alpha.AsSpan(y * header.Width), pass.X, pass.StepX, 1);
            (row, above) = (above, row);
        }
    }

    private static void Scatter<T>(ReadOnlySpan<T> samples, Span<T> row, int x, int step, int channels)
    {
        if (step == 1)
            samples.CopyTo(row);
        else
            for (int i = 0; i < samples.Length; i++)
                row[(x + i / channels * step) * channels + i % channels] = samples[i];
    }
}
