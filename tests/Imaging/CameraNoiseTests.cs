using Denoise.Imaging;
using Denoise.Imaging.Noises;
using Xunit;

namespace Denoise.Tests.Imaging;

public class CameraNoiseTests
{
    private const int Side = 1000;
    private const float MidGrey = 128 / 255f;

    /// <summary>Rounding to n/255 adds the variance of a uniform value as wide as a level.</summary>
    private const double Rounding = 1.0 / 12 / 255 / 255;

    private static float[] Add(CameraNoise camera, ImageShape shape, float value = MidGrey, long seed = 1)
    {
        float[] image = new float[shape.Values];
        Array.Fill(image, value);
        var random = new RandomStream(seed);
        camera.AddTo(image, shape, ref random);
        return image;
    }

    [Theory]
    [InlineData(0, 64)]
    [InlineData(0.5, 77)]
    [InlineData(1, 77)]
    [InlineData(1, 128)]
    [InlineData(0.8, 191)]
    public void TheVarianceGrowsWithTheLightByTheShareOfShotNoise(double shot, int level)
    {
        const double sigma = 0.04;
        double x = level / 255.0, variance = sigma * sigma * (1 - shot + 2 * shot * x);
        float[] image = Add(new((float)sigma, (float)shot, Blur: 0, Quality: 0), new(1, Side, Side), (float)x);
        Statistics.HasMoments(image, Moments.Normal(x, Math.Sqrt(variance + Rounding)));
        float[] off = [.. image.Select(v => (float)(v - x))];
        Assert.All(new[] { 1, 2, Side }, lag => Statistics.AreUncorrelated(off, lag, variance));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.25)]
    public void SmoothedItIsAlikeAmongNeighboursAndAsStrong(double k)
    {
        const double sigma = 0.1;
        float[] off = [.. Add(new((float)sigma, 0, (float)k, Quality: 0), new(1, Side, Side)).Select(v => v - MidGrey)];
        double kept = 1 - 4 * k + 6 * k * k, near = 2 * k * (1 - 2 * k) / kept, far = k * k / kept;
        // Values that correlate are worth fewer: by the sum of the squares of all correlations, along rows and along columns.
        double error = (1 + 2 * (near * near + far * far)) / Side;
        Statistics.IsNear("variance", 1, off.Average(v => (double)v * v) / (sigma * sigma + Rounding), error * Math.Sqrt(2));
        foreach (var (lag, expected) in new[] { (1, near), (2, far), (3, 0), (Side, near), (2 * Side, far), (3 * Side, 0), (Side + 1, near * near) })
            Statistics.IsNear($"correlation at a lag of {lag}", expected, Covariance(off, lag) / (sigma * sigma), 2 * error);
    }

    private static double Covariance(float[] values, int lag)
    {
        double sum = 0;
        for (int i = lag; i < values.Length; i++)
            sum += values[i] * (double)values[i - lag];
        return sum / (values.Length - lag);
    }

    [Fact]
    public void SmoothedItIsAsStrongAtTheEdgesAndEachChannelHasItsOwn()
    {
        // Of an image of a single pixel every edge is near.
        float[] image = Add(new(0.1f, 0.5f, Blur: 0.25f, Quality: 0), new(300_000, 1, 1));
        Statistics.HasMoments(image, Moments.Normal(MidGrey, Math.Sqrt(0.01 * (0.5 + MidGrey) + Rounding)));
        Statistics.AreUncorrelated([.. image.Select(v => v - MidGrey)], 1, 0.01);
    }

    [Fact]
    public void EachImageHasACameraOfItsOwn()
    {
        CameraNoise[] cameras = [.. Enumerable.Range(0, 40_000).Select(seed => Draw(seed))];
        Statistics.FitsByKolmogorovSmirnov([.. cameras.Select(c => c.Shot)], shot => shot);
        float[] blurs = [.. cameras.Select(c => c.Blur).Where(k => k > 0)];
        Statistics.FitsByChiSquare([blurs.Length, cameras.Length - blurs.Length], [0.5, 0.5]);
        Statistics.FitsByKolmogorovSmirnov(blurs, k => 4 * k);
        int[] qualities = [.. cameras.Select(c => c.Quality).Where(q => q > 0)];
        Statistics.FitsByChiSquare([qualities.Length, cameras.Length - qualities.Length], [0.5, 0.5]);
        Assert.Equal((60, 98), (qualities.Min(), qualities.Max()));
        long[] counts = [.. Enumerable.Range(60, 39).Select(q => qualities.LongCount(quality => quality == q))];
        Statistics.FitsByChiSquare(counts, [.. counts.Select(_ => 1.0 / counts.Length)]);
    }

    private static CameraNoise Draw(long seed)
    {
        var random = new RandomStream(seed);
        return CameraNoise.Draw(0.1, ref random);
    }

    [Fact]
    public void WhatItGivesHas256Levels()
    {
        var shape = new ImageShape(3, 21, 19);
        for (int seed = 0; seed < 50; seed++)
        {
            float[] image = [.. Enumerable.Range(0, shape.Values).Select(i => i % 300 / 299f)];
            NoiseModel.Parse("camera:0..0.3").AddTo(image, shape, seed);
            float[] rounded = [.. image];
            EightBits.Round(rounded);
            Assert.Equal(rounded, image);
        }
    }

    [Fact]
    public void JpegFollowsTheNoise()
    {
        var shape = new ImageShape(2, 32, 40);
        float[] before = Add(new(0.1f, 0.5f, 0.1f, Quality: 0), shape), after = Add(new(0.1f, 0.5f, 0.1f, Quality: 70), shape);
        Assert.NotEqual(before, after);
        for (int channel = 0; channel < shape.Channels; channel++)
            JpegArtifacts.AddTo(before.AsSpan(channel * shape.Area, shape.Area), shape.Height, shape.Width, 70);
        Assert.Equal(before, after);
    }
}
