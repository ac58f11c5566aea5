namespace Denoise.Tests.Pictures;

public class RandomStreamTests
{
    private const int Many = 1_000_000;

    private static float[] Normal(int count, long seed)
    {
        float[] values = new float[count];
        new RandomStream(seed).Normal(values);
        return values;
    }

    [Fact]
    public void TheBitsAreThoseOfSplitMix64()
    {
        // The first three for the seed 0, as its authors' C gives them; each call there steps the state on by this much.
        const ulong step = 0x9e3779b97f4a7c15;
        Assert.Equal([0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4, 0x06c45d188009454f],
            new[] { RandomStream.Mix(0), RandomStream.Mix(step), RandomStream.Mix(unchecked(2 * step)) });
        var random = new RandomStream(7);
        ulong state = RandomStream.Mix(7);
        Assert.Equal([RandomStream.Mix(state), RandomStream.Mix(state + step)], new[] { random.Next(), random.Next() });
    }

    [Fact]
    public void TheSeedDecides()
    {
        Assert.Equal(Normal(1000, seed: 5), Normal(1000, seed: 5));
        Assert.NotEqual(Normal(1000, seed: 5), Normal(1000, seed: 6));
        Assert.NotEqual(Normal(1000, seed: 5), Normal(1000, seed: -5));
        Assert.Equal(new RandomStream(5).Permutation(100), new RandomStream(5).Permutation(100));
    }

    [Fact]
    public void UniformNumbersAreUniform()
    {
        var random = new RandomStream(1);
        float[] values = new float[Many];
        foreach (ref float value in values.AsSpan())
            value = random.Uniform();
        Assert.Equal((true, true), (values.Min() >= 0, values.Max() < 1));
        Statistics.HasMoments(values, new(0.5, 1.0 / 12, 1.0 / 80));
        Statistics.AreUncorrelated([.. values.Select(v => v - 0.5f)], 1, 1.0 / 12);
        Statistics.FitsByKolmogorovSmirnov(values, x => x);
    }

    [Fact]
    public void EveryBitIsAsOftenOneAsZero()
    {
        var random = new RandomStream(2);
        int[] ones = new int[64];
        for (int i = 0; i < Many; i++)
        {
            ulong bits = random.Next();
            for (int bit = 0; bit < 64; bit++)
                ones[bit] += (int)(bits >> bit & 1);
        }
        Assert.All(ones, count => Statistics.IsNear("share of ones", 0.5, (double)count / Many, 0.5 / Math.Sqrt(Many)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(1000)]
    public void NumbersBelowALimitAreAllAsLikely(int limit)
    {
        var random = new RandomStream(3);
        long[] counts = new long[limit];
        for (int i = 0; i < Many; i++)
            counts[random.Below(limit)]++;
        if (limit > 1)
            Statistics.FitsByChiSquare(counts, [.. counts.Select(_ => 1.0 / limit)]);
    }

    [Fact]
    public void TheLargestLimitIsNeverReached()
    {
        var random = new RandomStream(4);
        float[] shares = new float[100_000];
        foreach (ref float share in shares.AsSpan())
            share = (float)(random.Below(int.MaxValue) / (double)int.MaxValue);
        Assert.All(shares, share => Assert.InRange(share, 0, 1));
        Statistics.FitsByKolmogorovSmirnov(shares, x => x);
    }

    [Fact]
    public void NormalNumbersAreNormal()
    {
        float[] values = Normal(Many, seed: 1);
        Statistics.HasMoments(values, Moments.Normal(0, 1));
        // The third and fourth moments of a normal value have the variances 15 and 96.
        Statistics.IsNear("skewness", 0, values.Average(v => Math.Pow(v, 3)), Math.Sqrt(15.0 / Many));
        Statistics.IsNear("kurtosis", 3, values.Average(v => Math.Pow(v, 4)), Math.Sqrt(96.0 / Many));
        Statistics.FitsByKolmogorovSmirnov(values, Statistics.Normal);
    }

    [Fact]
    public void TheTailsOfNormalNumbersAreThere()
    {
        float[] values = Normal(4 * Many, seed: 9);
        foreach (double far in new[] { 3, 4, 4.5 })
        {
            double share = 2 * Statistics.Normal(-far);
            double found = values.Count(v => Math.Abs(v) > far) / (double)values.Length;
            Statistics.IsNear($"share beyond {far}", share, found, Math.Sqrt(share / values.Length));
        }
        Assert.All(values, v => Assert.InRange(v, -5.77f, 5.77f)); // sqrt(2 ln 2^24)
    }

    // The sine and the cosine of one pair lie 8 apart, blocks 256.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(28)]
    [InlineData(256)]
    public void NormalNumbersHaveNothingToDoWithEachOther(int lag)
    {
        float[] values = Normal(Many, seed: 2);
        Statistics.AreUncorrelated(values, lag, 1);
        Statistics.AreUncorrelated([.. values.Select(v => v * v - 1)], lag, 2); // nor have their sizes
    }

    [Fact]
    public void NeighbouringSeedsHaveNothingToDoWithEachOther()
    {
        float[] firsts = [.. Enumerable.Range(0, 100_000).Select(seed => Normal(1, seed)[0])];
        Statistics.AreUncorrelated(firsts, 1, 1);
        Statistics.FitsByKolmogorovSmirnov(firsts, Statistics.Normal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(300)]
    public void FewNormalNumbersAreTheFirstOfMany(int count) => Assert.Equal(Normal(1000, seed: 3)[..count], Normal(count, seed: 3));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void APermutationHasEachNumberOnce(int count) =>
        Assert.Equal(Enumerable.Range(0, count), new RandomStream(count).Permutation(count).Order());

    [Fact]
    public void EveryPermutationIsAsLikely()
    {
        var random = new RandomStream(5);
        Dictionary<string, long> counts = [];
        for (int i = 0; i < 240_000; i++)
        {
            string order = string.Concat(random.Permutation(4));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }
        Assert.Equal(24, counts.Count);
        Statistics.FitsByChiSquare([.. counts.Values], [.. counts.Select(_ => 1.0 / 24)]);
    }
}
