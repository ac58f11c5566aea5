namespace Denoise.Infer;

/// <summary>The brightness that a noise level depends on: a pixel's mean over the channels and over 5×5 pixels, clamped to [0,1].
/// Training and inference share this file, so that a network is told the same in both.</summary>
internal static class Brightness
{
    /// <summary>A level over brightness is a line between neighbours of these: 0, 1/8, … 1.</summary>
    internal const int Knots = 9;

    /// <summary>Pixels to each side in the mean.</summary>
    internal const int Radius = 2;

    /// <summary>Averages over the neighbours that are there, in place.</summary>
    /// <param name="mean">H×W, the mean over the channels; gets the brightness.</param>
    /// <param name="rows">H×W, for use here.</param>
    internal static void Average(Span<float> mean, Span<float> rows, int height, int width)
    {
        for (int y = 0; y < height; y++)
            Average(mean, rows, y * width, 1, width);
        for (int x = 0; x < width; x++)
            Average(rows, mean, x, width, height);
        foreach (ref float value in mean)
            value = Math.Clamp(value, 0, 1);
    }

    /// <summary>The knot at or below a brightness, and how far it is on the way to the next one, 0 to 1.</summary>
    internal static (int Knot, float Part) Place(float brightness)
    {
        float at = brightness * (Knots - 1);
        int knot = Math.Min((int)at, Knots - 2);
        return (knot, at - knot);
    }

    /// <summary>A running mean along a row or a column.</summary>
    private static void Average(ReadOnlySpan<float> from, Span<float> to, int first, int step, int count)
    {
        double sum = 0;
        int begin = 0, end = 0;
        for (int i = 0; i < count; i++)
        {
            for (; end < Math.Min(count, i + Radius + 1); end++)
                sum += from[first + end * step];
            for (; begin < i - Radius; begin++)
                sum -= from[first + begin * step];
            to[first + i * step] = (float)(sum / (end - begin));
        }
    }
}
