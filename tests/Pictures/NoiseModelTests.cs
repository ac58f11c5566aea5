namespace Denoise.Tests.Pictures;

/// <summary>What noise does to values; <see cref="NoiseWordsTests"/> has its words.</summary>
public class NoiseModelTests
{
    private const int Many = 1_000_000;
    private const float Grey = 0.4f;

    private static float[] Add(string words, float value = Grey, int count = Many, long seed = 1)
    {
        float[] image = new float[count];
        Array.Fill(image, value);
        NoiseModel.Parse(words).AddTo(image, new(1, 1, count), seed);
        return image;
    }

    private static void IsWithinBlackAndWhite(float[] image) => Assert.Equal((true, true), (image.Min() >= 0, image.Max() <= 1));

    [Fact]
    public void GaussianNoiseIsOneDrawOfNormalValuesHoweverLargeTheImage()
    {
        ImageShape shape = new(1, 50, 101);
        float[] image = new float[shape.Values], normal = new float[shape.Values];
        NoiseModel.Parse("gaussian:0.5,clip=off").AddTo(image, shape, seed: 3);
        new RandomStream(3).Normal(normal);
        Assert.Equal(normal.Select(value => 0.5f * value), image);
    }

    [Fact]
    public void NoneLeavesTheValues() => Assert.All(Add("none", count: 100), v => Assert.Equal(Grey, v));

    [Theory]
    [InlineData("gaussian:0.5,clip=off", 0.5)]
    [InlineData("gaussian:var=0.1,clip=off", 0.31622776601683794)]
    [InlineData("gaussian:25/255,clip=off", 25.0 / 255)]
    [InlineData("speckle:0.2,clip=off", 0.2 * Grey)]
    public void GaussianAndSpeckleAddANormalValue(string words, double sigma)
    {
        float[] image = Add(words);
        Statistics.HasMoments(image, Moments.Normal(Grey, sigma));
        Statistics.FitsByKolmogorovSmirnov(image, v => Statistics.Normal((v - Grey) / sigma));
    }

    [Theory]
    [InlineData("gaussian:0.5", Grey, 0.5)]
    [InlineData("gaussian:0.5", 0f, 0.5)]
    [InlineData("speckle:0.8", 0.9f, 0.8 * 0.9)]
    public void ClippedTheyAreANormalValueClamped(string words, float value, double sigma)
    {
        float[] image = Add(words, value);
        IsWithinBlackAndWhite(image);
        Statistics.HasMoments(image, Moments.ClampedNormal(value, sigma));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.1)]
    [InlineData(0.99)]
    public void DropoutLeavesNothingOrMoreThanThereWas(double probability)
    {
        float[] image = Add(FormattableString.Invariant($"dropout:{probability}"));
        float kept = Grey * (float)(1 / (1 - probability));
        Assert.All(image, v => Assert.True(v == 0 || v == kept));
        // The mean stays: that is what the scale is for.
        Statistics.HasMoments(image, Moments.Of((0, probability), (Grey / (1 - probability), 1 - probability)));
        Statistics.AreUncorrelated([.. image.Select(v => v - Grey)], 1, Grey * Grey * probability / (1 - probability));
    }

    [Fact]
    public void DropoutIsClippedWhenAskedTo() =>
        Assert.Equal([0f, 1f], Add("dropout:0.75,clip=on").Distinct().Order()); // 0.4 / 0.25 is 1.6

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void SaltAndPepperAreAsMany(double probability)
    {
        float[] image = Add(FormattableString.Invariant($"salt-pepper:{probability}"));
        long pepper = image.LongCount(v => v == 0), salt = image.LongCount(v => v == 1), left = image.LongCount(v => v == Grey);
        Assert.Equal(Many, pepper + salt + left);
        Statistics.FitsByChiSquare([pepper, salt, left], [probability / 2, probability / 2, 1 - probability]);
        Statistics.HasMoments(image, Moments.Of((0, probability / 2), (1, probability / 2), (Grey, 1 - probability)));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(1000)]
    [InlineData(250_000)]
    public void PoissonCountsPhotons(double photons)
    {
        float[] image = Add(FormattableString.Invariant($"poisson:{photons},clip=off"));
        Statistics.HasMoments(image, Moments.Poisson(photons * Grey, 1 / photons));
        Assert.All(image[..1000], v => Assert.Equal(Math.Round(v * photons), v * photons, 0.05));
    }

    [Fact]
    public void PoissonIsClippedUnlessAskedNotTo()
    {
        float[] image = Add("poisson:5", value: 0.9f);
        IsWithinBlackAndWhite(image);
        double[] probabilities = [.. Enumerable.Range(0, 40)
            .Select(k => Math.Exp(k * Math.Log(4.5) - 4.5 - Enumerable.Range(1, k).Sum(i => Math.Log(i))))];
        Statistics.HasMoments(image, Moments.Of([.. probabilities.Select((p, k) => (Math.Min(k / 5.0, 1), p))]));
        Assert.True(Add("poisson:5,clip=off", value: 0.9f).Max() > 1);
    }

    [Fact]
    public void FewerPhotonsThanFloatsCanTellFromNoneLeaveBlack() => Assert.All(Add("poisson:1e-60", count: 100), v => Assert.Equal(0, v));

    [Fact]
    public void WhatIsOutsideBlackAndWhiteIsClippedByNoneToo()
    {
        float[] image = [-0.5f, 0.5f, 1.5f];
        NoiseModel.Parse("none,clip=off").AddTo(image, new(3, 1, 1), 1);
        Assert.Equal([-0.5f, 0.5f, 1.5f], image);
        NoiseModel.Parse("none").AddTo(image, new(3, 1, 1), 1);
        Assert.Equal([0, 0.5f, 1], image);
    }

    [Theory]
    [InlineData("gaussian:0.3")]
    [InlineData("dropout:0.3")]
    [InlineData("poisson:7")]
    [InlineData("none")]
    public void In8BitsItIsTheNoiseItIsWithoutAsAFileHasIt(string words)
    {
        float[] image = Add(words + ",clip=off", count: 10_000);
        byte[] file = new Raster<float>(100, 100, 1, image).To<byte>().Pixels;
        Assert.Equal(new Raster<byte>(100, 100, 1, file).To<float>().Pixels, Add(words + ",8bit", count: 10_000));
    }

    [Fact]
    public void In8BitsWhatIsNoNumberIsBlackAsInAFile()
    {
        float[] image = [float.NaN, float.NegativeInfinity, -1, 0.499f / 255, 0.501f / 255, 2, float.PositiveInfinity];
        NoiseModel.Parse("none,8bit").AddTo(image, new(1, 1, image.Length), 1);
        Assert.Equal([0, 0, 0, 0, 1 / 255f, 1, 1], image);
    }

    [Fact]
    public void AnImageOfAnotherShapeIsRefused()
    {
        var exception = Assert.Throws<ArgumentException>(() => NoiseModel.Parse("none").AddTo(new float[24], new(3, 4, 3), 1));
        Assert.Equal("24 values are not 3 channels of 3x4.", exception.Message);
    }

    [Fact]
    public void EachImageHasALevelOfItsOwnFromTheRange()
    {
        // The share of white that dropout keeps tells its level.
        float[] levels = [.. Enumerable.Range(0, 20_000).Select(seed => Add("dropout:0.2..0.6", value: 1, count: 50, seed))
            .Select(image => Assert.Single(image.Where(v => v != 0).Distinct())).Select(kept => 1 - 1 / kept)];
        Statistics.FitsByKolmogorovSmirnov(levels, level => (level - 0.2) / 0.4);
    }

    [Fact]
    public void OverManyImagesARangeOfSigmasHasItsMeanVariance()
    {
        double[] variances = [.. Enumerable.Range(0, 2000).Select(seed => Add("gaussian:0..0.3,clip=off", count: 500, seed: seed))
            .Select(image => image.Average(v => (v - Grey) * (double)(v - Grey)))];
        // E[σ²] is 0.3²/3; E[σ⁴] is 0.3⁴/5, and a sample of 500 spreads by 2σ⁴/500 more.
        double mean = 0.09 / 3, fourth = Math.Pow(0.3, 4) / 5, spread = fourth - mean * mean + fourth * 2 / 500;
        Statistics.IsNear("mean variance", mean, variances.Average(), Math.Sqrt(spread / variances.Length));
        Assert.True(variances.Min() < 0.001 && variances.Max() is > 0.07 and < 0.12);
    }

    [Theory]
    [InlineData("gaussian:0.5")]
    [InlineData("gaussian:0..0.3")]
    [InlineData("dropout:0.5")]
    [InlineData("salt-pepper:0.1")]
    [InlineData("poisson:30")]
    [InlineData("speckle:0.2")]
    [InlineData("camera:0..0.2")]
    public void TheSeedDecides(string words)
    {
        Assert.Equal(Add(words, count: 777, seed: 3), Add(words, count: 777, seed: 3));
        Assert.NotEqual(Add(words, count: 777, seed: 3), Add(words, count: 777, seed: 4));
        Assert.Equal(Add(words, count: 777, seed: 3), Add(words + ",fixed", count: 777, seed: 3));
    }

    [Theory]
    [InlineData("gaussian:0..0.2", true)]
    [InlineData("gaussian:var=0..0.04,fixed", true)]
    [InlineData("camera:0..10/255 or gaussian:0..0.2,8bit", true)]
    [InlineData("gaussian:0.1..0.2 or camera:0..0.1", false)]
    [InlineData("gaussian:0", false)]
    [InlineData("speckle:0..0.2", false)]
    public void GaussianNoiseFromNoneUpIsFoundAnywhereInAMix(string words, bool found) =>
        Assert.Equal(found, Noise.Parse(words).HasGaussianFromNone);

    [Theory]
    [InlineData("gaussian:0.1,clip=off")]
    [InlineData("poisson:30,clip=off")]
    public void NeighboursHaveNoiseOfTheirOwn(string words)
    {
        float[] off = [.. Add(words).Select(v => v - Grey)];
        double variance = off.Average(v => (double)v * v);
        Assert.All(new[] { 1, 2, 8, 28 }, lag => Statistics.AreUncorrelated(off, lag, variance));
    }

    [Theory]
    [InlineData("gaussian:0.5")]
    [InlineData("dropout:0.5")]
    [InlineData("salt-pepper:0.1")]
    [InlineData("poisson:30")]
    [InlineData("speckle:0.2")]
    [InlineData("camera:0.2")]
    public void AnEmptyImageStaysEmpty(string words) => Assert.Empty(Add(words, count: 0));
}
