namespace Denoise.Tests.Pictures;

/// <summary>On both sides of the switch from counting to rejection, at a mean of 10.</summary>
public class PoissonDistributionTests
{
    private const int Many = 500_000;

    public static TheoryData<double> Means => [0.001, 0.3, 3, 9.5, 9.999, 10, 10.001, 10.5, 12, 30, 300, 1e5, 1e6];

    private static float[] Draw(double mean)
    {
        var random = new RandomStream(1);
        float[] counts = new float[Many];
        foreach (ref float count in counts.AsSpan())
            count = PoissonDistribution.Draw(mean, ref random);
        return counts;
    }

    [Theory]
    [MemberData(nameof(Means))]
    public void MomentsAreThoseOfTheDistribution(double mean)
    {
        float[] counts = Draw(mean);
        Assert.All(counts, count => Assert.True(count >= 0 && count == MathF.Floor(count)));
        Statistics.HasMoments(counts, Moments.Poisson(mean, 1));
        // The third moment is the mean; the sixth is mean + 25 mean² + 15 mean³.
        double sixth = mean + 25 * mean * mean + 15 * Math.Pow(mean, 3);
        double third = counts.Average(count => Math.Pow(count - mean, 3));
        Statistics.IsNear("third moment", mean, third, Math.Sqrt((sixth - mean * mean) / Many));
    }

    [Theory]
    [MemberData(nameof(Means))]
    public void EveryCountIsAsLikelyAsItShouldBe(double mean)
    {
        // Beyond ten standard deviations nothing is drawn; each probability follows from its neighbour's, from the most likely on.
        int mode = (int)mean, low = Math.Max(0, (int)(mean - 10 * Math.Sqrt(mean))), high = (int)(mean + 10 * Math.Sqrt(mean)) + 10;
        double[] probabilities = new double[high - low + 1];
        probabilities[mode - low] = 1;
        for (int k = mode; k < high; k++)
            probabilities[k + 1 - low] = probabilities[k - low] * mean / (k + 1);
        for (int k = mode; k > low; k--)
            probabilities[k - 1 - low] = probabilities[k - low] * k / mean;
        double sum = probabilities.Sum();

        long[] counts = new long[probabilities.Length];
        foreach (float count in Draw(mean))
            counts[(int)count - low]++;
        Statistics.FitsByChiSquare(counts, [.. probabilities.Select(p => p / sum)]);
    }

    [Fact]
    public void OfNothingComesNothing()
    {
        var random = new RandomStream(1);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Equal(0, PoissonDistribution.Draw(0, ref random)));
    }
}
