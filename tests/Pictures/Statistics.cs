namespace Denoise.Tests.Pictures;

/// <summary>Whether numbers are distributed as a formula says. Seeds are fixed, so a test that holds once holds always.</summary>
internal static class Statistics
{
    /// <summary>How many standard errors an estimate may be off: chance alone takes it further once in 1.7 million times.</summary>
    private const double Errors = 5;

    private static readonly double[] Erfcc = [0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418,
        0.37409196, 1.00002368, -1.26551223];

    /// <summary>Fails where the mean or the variance is further from the true one than chance takes it.</summary>
    /// <param name="values">Independent and of one distribution.</param>
    /// <param name="moments">The true ones.</param>
    public static void HasMoments(ReadOnlySpan<float> values, Moments moments)
    {
        double mean = 0, variance = 0;
        foreach (float value in values)
        {
            double off = value - moments.Mean;
            mean += off;
            variance += off * off;
        }
        IsNear("mean", 0, mean / values.Length, Math.Sqrt(moments.Variance / values.Length));
        double error = Math.Sqrt((moments.Fourth - moments.Variance * moments.Variance) / values.Length);
        IsNear("variance", moments.Variance, variance / values.Length, error);
    }

    /// <summary>Fails where the estimate is further from the truth than chance takes it; floats add an error of their own.</summary>
    public static void IsNear(string what, double expected, double actual, double standardError) =>
        Assert.True(Math.Abs(actual - expected) <= Errors * standardError + 1e-6 * Math.Abs(expected) + 1e-9,
            $"{what}: expected {expected}, found {actual}, {Math.Abs(actual - expected) / standardError:F1} standard errors off.");

    /// <summary>Pearson's test. Chi-square with d degrees of freedom has the mean d and the variance 2d.</summary>
    /// <param name="counts">How often each outcome came up.</param>
    /// <param name="probabilities">How often it should, in shares of all; outcomes expected less than 10 times are taken together.</param>
    public static void FitsByChiSquare(ReadOnlySpan<long> counts, ReadOnlySpan<double> probabilities)
    {
        double total = 0, statistic = 0, rareExpected = 0, rare = 0;
        foreach (long count in counts)
            total += count;
        int cells = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            double expected = probabilities[i] * total;
            if (expected < 10)
            {
                rareExpected += expected;
                rare += counts[i];
                continue;
            }
            statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
            cells++;
        }
        if (rareExpected >= 10)
        {
            statistic += (rare - rareExpected) * (rare - rareExpected) / rareExpected;
            cells++;
        }
        int freedom = cells - 1;
        Assert.True(statistic - freedom < Errors * Math.Sqrt(2 * freedom),
            $"chi-square is {statistic:F1} with {freedom} degrees of freedom.");
    }

    /// <summary>Kolmogorov and Smirnov's test: the largest gap between the values' distribution and the true one.</summary>
    /// <param name="values">Independent and of one continuous distribution; are put in order.</param>
    /// <param name="distribution">The probability of at most a value.</param>
    public static void FitsByKolmogorovSmirnov(float[] values, Func<double, double> distribution)
    {
        Array.Sort(values);
        double gap = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double expected = distribution(values[i]);
            gap = Math.Max(gap, Math.Max(expected - (double)i / values.Length, (double)(i + 1) / values.Length - expected));
        }
        // 2 exp(−2·2.7²) is a chance of one in a million.
        Assert.True(gap * Math.Sqrt(values.Length) < 2.7, $"the largest gap is {gap} among {values.Length} values.");
    }

    /// <summary>Of values a lag apart, which have mean 0 and the variance given, and are independent.</summary>
    public static void AreUncorrelated(ReadOnlySpan<float> values, int lag, double variance)
    {
        double sum = 0;
        for (int i = lag; i < values.Length; i++)
            sum += values[i] * values[i - lag];
        IsNear($"correlation at a lag of {lag}", 0, sum / (values.Length - lag) / variance, 1 / Math.Sqrt(values.Length - lag));
    }

    /// <summary>The probability that a standard normal value is at most x, 1.2e-7 off in relation to it (Press, Teukolsky, Vetterling,
    /// Flannery: Numerical Recipes in C, 2nd edition, 6.2, erfcc).</summary>
    public static double Normal(double x)
    {
        double z = Math.Abs(x) / Math.Sqrt(2), t = 1 / (1 + z / 2);
        double tail = t / 2 * Math.Exp(Erfcc.Aggregate((sum, factor) => sum * t + factor) - z * z);
        return x < 0 ? tail : 1 - tail;
    }
}

/// <summary>Of a distribution: its mean, and its second and fourth moments about it.</summary>
internal sealed record Moments(double Mean, double Variance, double Fourth)
{
    public static Moments Normal(double mean, double sigma) => new(mean, sigma * sigma, 3 * Math.Pow(sigma, 4));

    /// <summary>Of outcomes with their probabilities.</summary>
    public static Moments Of(params (double Value, double Probability)[] outcomes)
    {
        double mean = outcomes.Sum(o => o.Value * o.Probability);
        return new(mean, About(2), About(4));

        double About(int power) => outcomes.Sum(o => Math.Pow(o.Value - mean, power) * o.Probability);
    }

    /// <summary>Of a normal value clamped to [0,1], by the midpoint rule.</summary>
    public static Moments ClampedNormal(double mean, double sigma)
    {
        const int cells = 20_000;
        double width = 18 * sigma / cells;
        return Of([.. Enumerable.Range(0, cells).Select(i => mean - 9 * sigma + (i + 0.5) * width)
            .Select(x => (Math.Clamp(x, 0, 1), width / sigma * Math.Exp(-Math.Pow((x - mean) / sigma, 2) / 2) / Math.Sqrt(Math.Tau)))]);
    }

    /// <summary>Of a Poisson count times a scale: its moments are mean, mean and mean + 3 mean².</summary>
    public static Moments Poisson(double mean, double scale) =>
        new(mean * scale, mean * scale * scale, (mean + 3 * mean * mean) * Math.Pow(scale, 4));
}
