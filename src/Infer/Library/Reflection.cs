namespace Denoise.Infer;

/// <summary>Extends planes (H x W values each) to the right and downwards by mirroring them at the last column and row, and cuts them back.</summary>
internal static class Reflection
{
    /// <summary>Fills planes of <paramref name="tall"/> x <paramref name="wide"/> from planes of height x width, which are no larger.</summary>
    internal static void Pad(ReadOnlySpan<float> planes, int height, int width, Span<float> padded, int tall, int wide)
    {
        for (; !planes.IsEmpty; planes = planes[(height * width)..], padded = padded[(tall * wide)..])
            for (int y = 0; y < tall; y++)
                PadRow(planes.Slice(Mirror(y, height) * width, width), padded.Slice(y * wide, wide));
    }

    /// <summary>The inverse of <see cref="Pad"/>.</summary>
    internal static void Crop(ReadOnlySpan<float> padded, int tall, int wide, Span<float> planes, int height, int width)
    {
        for (; !planes.IsEmpty; planes = planes[(height * width)..], padded = padded[(tall * wide)..])
            for (int y = 0; y < height; y++)
                padded.Slice(y * wide, width).CopyTo(planes[(y * width)..]);
    }

    private static void PadRow(ReadOnlySpan<float> row, Span<float> padded)
    {
        row.CopyTo(padded);
        for (int x = row.Length; x < padded.Length; x++)
            padded[x] = row[Mirror(x, row.Length)];
    }

    /// <summary>0 1 2 3 2 1 0 1 2 3 ... for a length of 4: the border itself is not repeated, and a single value always is.</summary>
    private static int Mirror(int i, int length)
    {
        if (length == 1)
            return 0;
        int period = 2 * (length - 1), place = i % period;
        return place < length ? place : period - place;
    }
}
