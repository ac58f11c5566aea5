using Denoise.Infer;
using Denoise.Noises;
using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>Measures noise that is independent from pixel to pixel, as sensors have it: its power is a line over brightness. It is more
/// exact than <see cref="NoiseCurve.Estimate{T}"/>, which must cope with noise of all kinds.</summary>
internal static class WhiteNoise
{
    private const int Block = 8, Bins = 16, LeastInBin = 20;

    /// <summary>Of the blocks of a brightness the flattest ones are asked.</summary>
    private const double Quantile = 0.2;

    /// <summary>The quantile for noise of power 1 and no picture.</summary>
    private static readonly Lazy<double> Expected = new(() =>
    {
        float[] noise = new float[256 * 256];
        new RandomStream(1).Normal(noise);
        return Lowest([.. Blocks(noise, 256, 256).Select(block => block.Power)]);
    });

    /// <summary>The mean brightness of each block, and its power after a filter that leaves no slopes, and white noise as strong as it was
    /// (Immerkaer: Fast noise variance estimation, 1996).</summary>
    /// <param name="grey">H×W: one channel.</param>
    public static IEnumerable<(float Brightness, float Power)> Blocks(float[] grey, int height, int width)
    {
        for (int top = 0; top + Block <= height; top += Block)
            for (int left = 0; left + Block <= width; left += Block)
                yield return Measure(grey, width, top, left);
    }

    private static (float Brightness, float Power) Measure(float[] grey, int width, int top, int left)
    {
        double sum = 0, power = 0;
        for (int y = top; y < top + Block; y++)
            for (int x = left; x < left + Block; x++)
            {
                int at = y * width + x;
                sum += grey[at];
                if (y == top || x == left || y == top + Block - 1 || x == left + Block - 1)
                    continue;
                double value = Second(grey, at - width) - 2 * Second(grey, at) + Second(grey, at + width);
                power += value * value / 36;
            }
        return ((float)(sum / (Block * Block)), (float)(power / ((Block - 2) * (Block - 2))));
    }

    private static double Second(float[] grey, int at) => grey[at - 1] - 2 * grey[at] + grey[at + 1];

    /// <summary>The noise of blocks, from one picture or several; null where there are too few.</summary>
    public static NoiseCurve? Fit(IEnumerable<(float Brightness, float Power)> blocks)
    {
        var points = blocks.GroupBy(block => (int)(Math.Clamp(block.Brightness, 0, 0.999f) * Bins)).Where(bin => bin.Count() >= LeastInBin)
            .Select(bin => (X: (double)bin.Average(block => block.Brightness), Y: Lowest([.. bin.Select(b => b.Power)]) / Expected.Value,
                Weight: (double)bin.Count())).ToArray();
        if (points.Length == 0)
            return null;
        double weight = points.Sum(p => p.Weight);
        double x = points.Sum(p => p.Weight * p.X) / weight, y = points.Sum(p => p.Weight * p.Y) / weight;
        double spread = points.Sum(p => p.Weight * Math.Pow(p.X - x, 2)), slope = points.Sum(p => p.Weight * (p.X - x) * (p.Y - y));
        slope = spread > 0 ? slope / spread : 0;
        return new([.. Enumerable.Range(0, 9).Select(k => (float)Math.Sqrt(Math.Clamp(y + slope * (k / 8.0 - x), 0, 1)))]);
    }

    private static double Lowest(float[] powers)
    {
        Array.Sort(powers);
        return powers[(int)(Quantile * powers.Length)];
    }
}
