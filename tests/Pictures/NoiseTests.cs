namespace Denoise.Tests.Pictures;

/// <summary>Several noises, of which each image gets one; <see cref="NoiseModelTests"/> has the noises.</summary>
public class NoiseTests
{
    private const int Images = 20_000;

    private static float[] Add(string words, long seed, int count = 50)
    {
        float[] image = new float[count];
        Array.Fill(image, 1);
        Noise.Parse(words).AddTo(image, new(1, 1, count), seed);
        return image;
    }

    [Fact]
    public void OneAloneIsTheNoiseItIs()
    {
        float[] image = new float[50];
        Array.Fill(image, 1);
        NoiseModel.Parse("gaussian:0..0.5").AddTo(image, new(1, 1, 50), 7);
        Assert.Equal(image, Add("gaussian:0..0.5", 7));
    }

    [Fact]
    public void EachIsAsLikelyAsTheOthersAndTwiceIfNamedTwice()
    {
        float[][] images = [.. Enumerable.Range(0, Images).Select(seed => Add("none or salt-pepper:1 or none or dropout:0.5", seed))];
        long none = images.LongCount(image => image.All(v => v == 1)), dropout = images.LongCount(image => image.Max() == 2);
        Statistics.FitsByChiSquare([none, Images - none - dropout, dropout], [0.5, 0.25, 0.25]);
    }

    [Fact]
    public void TheLevelDoesNotDependOnTheChoice()
    {
        // The share of white that dropout keeps tells its level.
        float[] kept = [.. Enumerable.Range(0, Images).Select(seed => Add("dropout:0.2..0.6 or none", seed).Max())];
        float[] levels = [.. kept.Where(value => value > 1).Select(value => 1 - 1 / value)];
        Assert.InRange(levels.Length, 0.45 * Images, 0.55 * Images);
        Statistics.FitsByKolmogorovSmirnov(levels, level => (level - 0.2) / 0.4);
    }

    [Fact]
    public void TheSeedDecides()
    {
        const string words = "gaussian:0..0.5 or camera:0..0.2 or poisson:30,8bit";
        Assert.All(Enumerable.Range(0, 50), seed => Assert.Equal(Add(words, seed), Add(words, seed)));
        Assert.Equal(50, Enumerable.Range(0, 50).Select(seed => string.Join(' ', Add(words, seed))).Distinct().Count());
    }
}
