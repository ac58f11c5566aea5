namespace Denoise.Train.Report;

/// <summary>A range of values along a side of a chart, with the values to label.</summary>
/// <param name="IsLog">Whether equal factors, rather than equal differences, are equally far apart.</param>
internal sealed record Axis(double Low, double High, bool IsLog, IReadOnlyList<double> Ticks)
{
    /// <summary>Fewer ticks than this leave a logarithmic scale hard to read.</summary>
    private const int FewestTicks = 4;

    /// <summary>What a decade is divided at, coarsest first.</summary>
    private static readonly double[][] Divisions = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 7]];

    /// <summary>Where a value lies, from 0 at the low end to 1 at the high one.</summary>
    public double At(double value) => IsLog
        ? Math.Log(value / Low) / Math.Log(High / Low)
        : (value - Low) / (High - Low);

    /// <summary>A logarithmic axis a little longer than the values reach.</summary>
    /// <param name="values">Positive; where there are none the axis is that of 0.1 to 1.</param>
    public static Axis Log(IReadOnlyCollection<double> values)
    {
        var (low, high) = values.Count == 0 ? (0.1, 1) : (values.Min(), values.Max());
        // At least a tenth, or a single value would have an axis of no length.
        double margin = Math.Max(Math.Pow(high / low, 0.06), 1.05);
        (low, high) = (low / margin, high * margin);
        return new(low, high, IsLog: true, Divisions.Select(d => InDecades(low, high, d)).FirstOrDefault(t => t.Count >= FewestTicks)
            ?? Even(low, high, NiceStep((high - low) / 6)));
    }

    /// <summary>A linear axis over whole numbers; a single one lies in the middle.</summary>
    public static Axis Whole(int first, int last, int mostTicks)
    {
        double step = Math.Max(1, NiceStep((last - first + 1.0) / mostTicks));
        double margin = first == last ? 0.5 : 0;
        return new(first - margin, last + margin, IsLog: false, Even(first, last, step));
    }

    /// <summary>A linear axis from 0 to a little above the largest value, which is its one tick besides 0.</summary>
    public static Axis FromZero(double largest) => new(0, largest > 0 ? 1.15 * largest : 1, IsLog: false, [0, largest]);

    private static List<double> InDecades(double low, double high, double[] division)
    {
        var (first, last) = ((int)Math.Floor(Math.Log10(low)), (int)Math.Floor(Math.Log10(high)));
        return [.. Enumerable.Range(first, last - first + 1)
            .SelectMany(decade => division.Select(part => part * Math.Pow(10, decade)))
            .Where(tick => tick >= low && tick <= high)];
    }

    private static List<double> Even(double low, double high, double step)
    {
        var (first, last) = ((long)Math.Ceiling(low / step), (long)Math.Floor(high / step));
        return [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => (first + i) * step)];
    }

    /// <summary>The smallest of ..., 0.1, 0.2, 0.5, 1, 2, 5, 10, ... that is at least this.</summary>
    private static double NiceStep(double least)
    {
        double decade = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return new[] { 1, 2, 5, 10 }.Select(part => part * decade).First(step => step >= least * (1 - 1e-9));
    }
}
