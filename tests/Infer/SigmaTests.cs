using static Denoise.Tests.Infer.Denoisers;

namespace Denoise.Tests.Infer;

/// <summary>The noise level: as a curve over brightness, pixel by pixel, and on its way to a network that takes it.</summary>
public sealed class SigmaTests
{
    /// <summary>0 in the darker pixels, 0.8 in the brighter ones, and a steep rise at the middle.</summary>
    private static readonly NoiseCurve Steep = new([0, 0, 0, 0, MathF.Sqrt(0.32f), 0.8f, 0.8f, 0.8f, 0.8f]);

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(0.125, 0.3)]
    [InlineData(0.1875, 0.41231056)] // the root of (0.09 + 0.25) / 2
    [InlineData(0.9375, 0.21213203)]
    [InlineData(1, 0.3)]
    [InlineData(-2, 0.1)]
    [InlineData(7, 0.3)]
    public void BetweenTheKnotsTheSquareIsALineAndBeyondThemLevel(float brightness, double sigma)
    {
        var curve = new NoiseCurve([0.1f, 0.3f, 0.5f, 0, 0, 0, 0, 0, 0.3f]);
        Assert.Equal(sigma, curve.At(brightness), 1e-6);
        Assert.Equal(2.5 * sigma, curve.Times(2.5f).At(brightness), 1e-6);
    }

    [Fact]
    public void AConstantIsTheSameEverywhere()
    {
        NoiseCurve curve = NoiseCurve.Constant(0.1f);
        Assert.Equal(Enumerable.Repeat(0.1f, 9), curve.Sigmas);
        Assert.Equal([0.1f, 0.1f, 0.1f], new[] { 0, 0.33f, 1 }.Select(curve.At));
    }

    [Theory]
    [InlineData(8, 0.1f)]
    [InlineData(10, 0.1f)]
    [InlineData(9, -0.01f)]
    [InlineData(9, 101f)]
    [InlineData(9, float.NaN)]
    public void WhatIsNoCurveIsRefused(int count, float sigma)
    {
        float[] sigmas = [.. Enumerable.Repeat(0.1f, count - 1), sigma];
        var error = Assert.Throws<ArgumentException>(() => new NoiseCurve(sigmas));
        Assert.StartsWith("A noise curve has 9 deviations, each from 0 to 100.", error.Message);
        Assert.Throws<ArgumentException>(() => NoiseCurve.Constant(0.1f).Times(-1));
    }

    [Theory]
    [InlineData(7, 9)]
    [InlineData(1, 30)]
    [InlineData(30, 1)]
    [InlineData(3, 4)]
    public void BrightnessIsTheMeanOfTheNeighboursThatAreThere(int height, int width)
    {
        float[] picture = [.. Samples.Image(height * width).Select(v => 1.4f * v - 0.2f)], brightness = new float[picture.Length];
        var root = new NoiseCurve([.. Enumerable.Range(0, 9).Select(i => MathF.Sqrt(i / 8f))]);
        SigmaPlane.Fill<float, FloatPixels>(picture, 1, height, width, root, brightness);
        var expected = from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width)
                       let near = from v in Enumerable.Range(Math.Max(0, y - 2), Math.Min(height, y + 3) - Math.Max(0, y - 2))
                                  from u in Enumerable.Range(Math.Max(0, x - 2), Math.Min(width, x + 3) - Math.Max(0, x - 2))
                                  select (double)picture[v * width + u]
                       select Math.Clamp(near.Average(), 0, 1);
        AssertClose(expected, brightness.Select(sigma => sigma * sigma), 1e-6);
    }

    [Fact]
    public void APixelIsToldTheLevelOfItsBrightness()
    {
        // A step from 0.25 to 0.75 after column 9: five columns see 0, 1, 2, 3, 4 and 5 fifths of the bright side.
        using Denoiser denoiser = Load(LevelModel(3));
        float[] step = [.. Enumerable.Range(0, 3 * 12 * 20).Select(i => i % 20 < 10 ? 0.25f : 0.75f)];
        var layout = new ImageLayout(12, 20) { Channels = 3 };
        float[] told = denoiser.Denoised(step, layout, Steep);
        double[] row = [.. Enumerable.Range(0, 20).Select(x => 0.25 + 0.5 * Math.Clamp(x - 7, 0, 5) / 5)
            .Select(brightness => Math.Sqrt(Math.Clamp((brightness - 0.375) / 0.25, 0, 1)) * 0.8)];
        AssertClose(Enumerable.Repeat(row, 3 * 12).SelectMany(r => r), told, 1e-6);
        AssertClose(Enumerable.Repeat(0.2f, told.Length), denoiser.Denoised(step, layout, NoiseCurve.Constant(0.2f)), 1e-7);
    }

    [Fact]
    public void AGreyNetworkIsToldWhatEachComponentOfColoursHas()
    {
        using Denoiser denoiser = Load(LevelModel(1), new() { Colour = ColourMode.LuminanceChroma });
        float[] noisy = Samples.Image(3 * 16 * 16, seed: 3), luminance = [.. Enumerable.Range(0, 256)
            .Select(i => (noisy[i] + noisy[256 + i] + noisy[512 + i]) / 3)];
        float[] level = denoiser.Denoised(luminance, new(16, 16), Steep);
        float[] colours = denoiser.Denoised(noisy, new(16, 16) { Channels = 3 }, Steep);
        double root2 = Math.Sqrt(0.5), root3 = Math.Sqrt(1 / 3.0), root6 = Math.Sqrt(6) / 4;
        for (int i = 0; i < 256; i++)
        {
            var (red, green, blue) = LuminanceChroma.ToColour(
                (float)(level[i] * root3), (float)(level[i] * root2), (float)(level[i] * root6));
            AssertClose(new[] { red, green, blue }, new[] { colours[i], colours[256 + i], colours[512 + i] }, 1e-5);
        }
    }

    [Fact]
    public async Task EveryKindOfCallTakesALevel()
    {
        using Denoiser denoiser = Load(LevelModel(1), new() { Sigma = 0.3f });
        float[] noisy = Samples.Image(64), denoised = new float[64];
        denoiser.Denoise(noisy, denoised, 8, 8);
        AssertClose(Enumerable.Repeat(0.3f, 64), denoised, 1e-7);
        await denoiser.DenoiseAsync<float>(noisy, denoised, new(8, 8), NoiseCurve.Constant(0.1f));
        AssertClose(Enumerable.Repeat(0.1f, 64), denoised, 1e-7);
        await foreach (PixelImage<float> image in denoiser.DenoiseAsync(Images()))
            AssertClose(Enumerable.Repeat((float)image.Tag!, 64), image.Pixels.ToArray(), 1e-7);

        async IAsyncEnumerable<PixelImage<float>> Images()
        {
            await Task.Yield();
            yield return new(noisy, new(8, 8), 0.3f);
            yield return new(noisy, new(8, 8), 0.2f) { Level = NoiseCurve.Constant(0.2f) };
        }
    }

    [Fact]
    public async Task WithoutALevelItIsFoundInThePicture()
    {
        using Denoiser denoiser = Load(LevelModel(1)), plain = Load("conv-denoiser");
        Assert.Equal((true, false), (denoiser.TakesSigma, plain.TakesSigma));
        float[] noisy = [.. Samples.Image(28 * 28).Select(v => 0.35f + 0.3f * v)], denoised = new float[noisy.Length];
        float[] found = denoiser.Denoised(noisy, new(28, 28), NoiseCurve.Estimate<float>(noisy, new(28, 28)));
        Assert.InRange(found.Average(), 0.07, 0.11); // 0.3 / sqrt(12) is 0.087
        Assert.Equal(found, denoiser.Denoised(noisy, 28, 28));
        await denoiser.DenoiseAsync<float>(noisy, denoised, new(28, 28));
        Assert.Equal(found, denoised);
        Assert.Equal(plain.Denoised(noisy, 28, 28), plain.Denoised(noisy, new(28, 28), Steep));
    }

    [Fact]
    public void WhatIsNotANumberHarmsNothingButItself()
    {
        using Denoiser denoiser = Load(LevelModel(1));
        Assert.Equal(64, denoiser.Denoised([float.NaN, .. Samples.Image(63)], new(8, 8), Steep).Length);
    }
}
