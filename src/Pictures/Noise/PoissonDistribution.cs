namespace Denoise.Noises;

/// <summary>Counts of independent events.</summary>
internal static class PoissonDistribution
{
    /// <summary>Above this mean, rejection costs less than counting.</summary>
    private const double ManyEvents = 10;

    /// <param name="mean">At least 0.</param>
    /// <param name="random">Where the randomness comes from.</param>
    public static float Draw(double mean, ref RandomStream random) =>
        mean < ManyEvents ? Count(mean, ref random) : Reject(mean, ref random);

    /// <summary>Knuth: The Art of Computer Programming 2, 3.4.1: uniform numbers are multiplied until they fall below e^−mean.</summary>
    private static float Count(double mean, ref RandomStream random)
    {
        double limit = Math.Exp(-mean), product = random.Uniform();
        int count = 0;
        for (; product > limit; count++)
            product *= random.Uniform();
        return count;
    }

    /// <summary>Hörmann: The transformed rejection method for generating Poisson random variables, 1993,
    /// algorithm PTRD without its table (PTRS).</summary>
    private static float Reject(double mean, ref RandomStream random)
    {
        double b = 0.931 + 2.53 * Math.Sqrt(mean), a = -0.059 + 0.02483 * b;
        double inverseAlpha = 1.1239 + 1.1328 / (b - 3.4), quick = 0.9277 - 3.6224 / (b - 2);
        while (true)
        {
            double u = random.Uniform() - 0.5, v = 1 - random.Uniform(), us = 0.5 - Math.Abs(u);
            double k = Math.Floor((2 * a / us + b) * u + mean + 0.43);
            if (us >= 0.07 && v <= quick)
                return (float)k;
            if (k < 0 || (us < 0.013 && v > us))
                continue;
            if (Math.Log(v * inverseAlpha / (a / (us * us) + b)) <= k * Math.Log(mean) - mean - LogFactorial(k))
                return (float)k;
        }
    }

    /// <summary>ln k!, by Stirling's series above 10 (error below 1e-8).</summary>
    private static double LogFactorial(double k)
    {
        if (k <= 10)
            return Enumerable.Range(1, (int)k).Sum(i => Math.Log(i));
        double x = k + 1;
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(Math.Tau) + 1 / (12 * x) - 1 / (360 * x * x * x);
    }
}
