namespace Denoise.Train.Data;

/// <summary>Grey images of one size: N×H×W bytes, 0 black to 255 white.</summary>
internal sealed record ImageSet(int Count, int Height, int Width, byte[] Pixels)
{
    public int PixelsPerImage => Height * Width;

    /// <summary>Images first to first + count − 1; fewer where the set ends before.</summary>
    public ImageSet Slice(int first, int count)
    {
        first = Math.Min(first, Count);
        count = Math.Min(count, Count - first);
        return this with { Count = count, Pixels = Pixels.AsSpan(first * PixelsPerImage, count * PixelsPerImage).ToArray() };
    }

    public ReadOnlySpan<byte> Image(int index) => Pixels.AsSpan(index * PixelsPerImage, PixelsPerImage);
}

/// <summary>What a network learns from, and what it is measured on.</summary>
internal sealed record DataSet(string Name, ImageSet Training, ImageSet Test);
