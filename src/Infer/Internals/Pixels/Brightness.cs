using System.Buffers;

namespace Denoise.Infer;

/// <summary>The brightness that a noise level depends on: a pixel's mean over the channels and over 5×5 pixels, clamped to [0,1].
/// Training and inference share this file, so that a network is told the same in both.</summary>
internal static class Brightness
{
    /// <summary>A level is known at so many brightnesses: 0, 1/8, … 1.</summary>
    internal const int Knots = 9;

    /// <summary>Pixels to each side in the mean.</summary>
    internal const int Radius = 2;

    /// <summary>Averages over the neighbours that are there, in place.</summary>
    /// <param name="mean">H×W, the mean over the channels; gets the brightness.</param>
    /// <param name="rows">H×W, for use here.</param>
    internal static void Average(Span<float> mean, Span<float> rows, int height, int width)
    {
        for (int y = 0; y < height; y++)
            AverageRow(mean.Slice(y * width, width), rows.Slice(y * width, width));
        AverageColumns(rows[..mean.Length], mean, width);
        foreach (ref float value in mean)
            value = Math.Clamp(value, 0, 1);
    }

    /// <summary>The knot at or below a brightness, and how far it is on the way to the next one, 0 to 1.</summary>
    internal static (int Knot, float Part) Place(float brightness)
    {
        float at = brightness * (Knots - 1);
        int knot = Math.Clamp((int)at, 0, Knots - 2); // what is not a number is any whole number, on some systems
        return (knot, at - knot);
    }

    /// <summary>The deviation at a brightness. Between the knots its square is a line, as it is where a sensor counts light.</summary>
    /// <param name="powers">The squares of the deviations at the knots.</param>
    /// <param name="brightness">From 0 to 1.</param>
    internal static float Deviation(ReadOnlySpan<float> powers, float brightness)
    {
        var (knot, part) = Place(brightness);
        return MathF.Sqrt(powers[knot] + part * (powers[knot + 1] - powers[knot]));
    }

    /// <summary>A running mean along a row.</summary>
    private static void AverageRow(ReadOnlySpan<float> from, Span<float> to)
    {
        double sum = 0;
        int begin = 0, end = 0;
        for (int x = 0; x < from.Length; x++)
        {
            for (; end < Math.Min(from.Length, x + Radius + 1); end++)
                sum += from[end];
            for (; begin < x - Radius; begin++)
                sum -= from[begin];
            to[x] = (float)(sum / (end - begin));
        }
    }

    /// <summary>Running means along all columns at once, row by row, as the values lie in memory.</summary>
    private static void AverageColumns(ReadOnlySpan<float> from, Span<float> to, int width)
    {
        double[] rented = ArrayPool<double>.Shared.Rent(width);
        Span<double> sums = rented.AsSpan(0, width);
        sums.Clear();
        int height = from.Length / width, begin = 0, end = 0;
        for (int y = 0; y < height; y++)
        {
            for (; end < Math.Min(height, y + Radius + 1); end++)
                Add(from.Slice(end * width, width), 1, sums);
            for (; begin < y - Radius; begin++)
                Add(from.Slice(begin * width, width), -1, sums);
            for (int x = 0; x < width; x++)
                to[y * width + x] = (float)(sums[x] / (end - begin));
        }
        ArrayPool<double>.Shared.Return(rented);
    }

    private static void Add(ReadOnlySpan<float> row, double sign, Span<double> sums)
    {
        for (int x = 0; x < row.Length; x++)
            sums[x] += sign * row[x];
    }
}
