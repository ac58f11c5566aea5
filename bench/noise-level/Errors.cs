using System.Globalization;

namespace Denoise.NoiseLevels;

/// <summary>How far found levels are from the true ones, as natural logarithms of standard deviations.</summary>
internal static class Errors
{
    /// <summary>Below it the rounding to 8 bits is all that there is.</summary>
    private const float Least = 1f / 255 / 255 / 3;

    public static string Of(Row[][] pictures, Func<Row, float> level)
    {
        (double Error, double Share)[] errors = [.. pictures.SelectMany(rows => rows).Where(row => row.Power > Least)
            .Select(row => (Math.Log(LevelRegression.Sigma(level(row)) / Math.Sqrt(row.Power)), (double)row.Share))];
        double shares = errors.Sum(e => e.Share), mean = errors.Sum(e => e.Error * e.Share) / shares;
        double[] sorted = [.. errors.Select(e => e.Error).Order()];
        double square = errors.Sum(e => e.Error * e.Error * e.Share) / shares;
        return string.Create(CultureInfo.InvariantCulture, $"root mean square {Math.Sqrt(square):F3}, "
            + $"mean {mean:+0.000;-0.000}, from {sorted[sorted.Length / 10]:F2} to {sorted[sorted.Length * 9 / 10]:F2} in eight of ten");
    }
}
