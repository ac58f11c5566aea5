namespace Denoise.Tests.Pictures;

/// <summary>What a camera does to noise; <see cref="CameraDrawTests"/> has which cameras there are and how their noise looks.</summary>
public class CameraNoiseTests
{
    private static readonly double[] Identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];

    /// <summary>Of three sensors, without anything that mixes pixels or channels.</summary>
    private static CameraNoise Plain(ToneCurve curve, float shot = 0.5f, double red = 1, double blue = 1) => new()
    {
        Level = 0.05f,
        Sensor = new(shot, null),
        Colour = new(Identity, red, blue, curve),
        Luma = Filter.None,
        Chroma = Filter.None,
        Sharpening = Filter.None,
        Detail = 0,
        Scale = 1,
        Jpeg = null,
    };

    private static CameraNoise Draw(long seed, double level = 0.1)
    {
        var random = new RandomStream(seed);
        return CameraNoise.Draw(level, ref random);
    }

    private static float[] Picture(ImageShape shape, long seed)
    {
        var random = new RandomStream(seed);
        float[] picture = new float[shape.Values];
        foreach (ref float value in picture.AsSpan())
            value = random.Uniform();
        return picture;
    }

    private static float[] Noise(CameraNoise camera, float[] picture, ImageShape shape, long seed)
    {
        float[] noisy = [.. picture];
        var random = new RandomStream(seed);
        camera.AddNoise(noisy, shape, ref random);
        return [.. noisy.Select((value, i) => value - picture[i])];
    }

    private static double Deviation(IEnumerable<float> noise) => Math.Sqrt(noise.Average(v => (double)v * v));

    [Theory]
    [InlineData(3, 1, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(1, 1, 50)]
    [InlineData(3, 7, 1)]
    [InlineData(3, 33, 17)]
    public void TheLevelIsTheRootMeanSquare(int channels, int height, int width)
    {
        var shape = new ImageShape(channels, height, width);
        for (int seed = 0; seed < 100; seed++)
        {
            float[] picture = seed % 3 == 0 ? new float[shape.Values] : Picture(shape, seed);
            Assert.Equal(0.1, Deviation(Noise(Draw(seed), picture, shape, seed)), 1e-6);
        }
    }

    [Fact]
    public void ItsVarianceGrowsWithTheLocalContrast()
    {
        var shape = new ImageShape(3, 32, 64);
        float[] picture = LocalContrastTests.HalfStriped(shape), contrast = new float[shape.Area];
        LocalContrast.Measure(picture, shape, contrast);
        CameraNoise camera = Plain(new(2.2, 0, 1));
        float[] even = Noise(camera, picture, shape, 1), uneven = Noise(camera with { Detail = 3 }, picture, shape, 1);
        double atFlat = uneven[0] / even[0];
        for (int i = 0; i < even.Length; i++)
            Assert.Equal(atFlat * Math.Sqrt(1 + 3 * contrast[i % shape.Area] / 0.05) * even[i], uneven[i], 1e-5);
        Assert.Equal(0.12, contrast[shape.Width * 7 / 4], 1e-5);
    }

    [Fact]
    public void WithoutNoiseThePictureStaysButForJpeg()
    {
        var shape = new ImageShape(3, 20, 20);
        float[] picture = Picture(shape, 1);
        Assert.All(Enumerable.Range(0, 50), seed => Assert.All(Noise(Draw(seed, level: 0), picture, shape, seed), v => Assert.Equal(0, v)));
    }

    [Fact]
    public void ItsMeanIsZeroAtEveryPixel()
    {
        const int draws = 4000;
        var shape = new ImageShape(3, 24, 24);
        float[] picture = [.. Picture(shape, 1).Select((v, i) => i % 24 < 12 ? v : 0.02f)]; // texture, and darkness beside it
        double[] sums = new double[shape.Values], squares = new double[shape.Values];
        for (int seed = 0; seed < draws; seed++)
        {
            float[] noise = Noise(Draw(seed), picture, shape, seed);
            for (int i = 0; i < noise.Length; i++)
                (sums[i], squares[i]) = (sums[i] + noise[i], squares[i] + (double)noise[i] * noise[i]);
        }
        double[] errors = [.. sums.Select((sum, i) => sum / Math.Sqrt(squares[i]))]; // each standard normal, where the mean is 0
        Assert.InRange(errors.Max(Math.Abs), 0, 5);
        Assert.InRange(errors.Average(e => e * e), 0.8, 1.2);
    }

    /// <summary>The tone curve the other way round: from light to value.</summary>
    private static double Value(ToneCurve curve, double light)
    {
        double black = Math.Pow(curve.Toe / (1 + curve.Toe), curve.Gamma);
        double y = (1 + curve.Toe) * Math.Pow(light * (1 - black) + black, 1 / curve.Gamma) - curve.Toe;
        return (1 - curve.Contrast) * y + curve.Contrast * y * y * (3 - 2 * y);
    }

    [Theory]
    [InlineData(2.4, 0.055, 0)]
    [InlineData(1.8, 0.03, 0.95)]
    [InlineData(2.2, 0.15, 0.5)]
    public void TheToneCurveIsUndoneAndItsSlopeKnown(double gamma, double toe, double contrast)
    {
        var curve = new ToneCurve(gamma, toe, contrast);
        foreach (double light in new[] { 1e-4, 0.01, 0.2, 0.6, 0.99 })
        {
            var (back, slope) = curve.At(Value(curve, light));
            Assert.Equal(light, back, 1e-6);
            Assert.Equal(1, slope / ((Value(curve, light + 1e-6) - Value(curve, light - 1e-6)) / 2e-6), 1e-3);
        }
        Assert.Equal((0.0, 1.0), (Math.Round(curve.At(0).Light, 6), Math.Round(curve.At(1).Light, 6)));
        if (contrast == 0)
            Assert.Equal(0.2140, curve.At(0.5).Light, 0.002); // sRGB's mid-grey
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    public void TheDeviationFollowsTheLightTheGainAndTheCurve(double shot)
    {
        const double dark = 51 / 255.0, light = 153 / 255.0, red = 2, blue = 1.5;
        var curve = new ToneCurve(2.2, 0.1, 0.8);
        var shape = new ImageShape(3, 200, 400);
        float[] picture = [.. Enumerable.Range(0, shape.Values).Select(i => (float)(i % 400 < 200 ? dark : light))];
        float[] noise = Noise(Plain(curve, (float)shot, red, blue), picture, shape, 1);
        double one = 0;
        foreach (var (channel, gain) in new[] { (1, 1), (0, red), (2, blue) })
            foreach (double value in new[] { dark, light })
            {
                float[] plane = noise[(channel * shape.Area)..((channel + 1) * shape.Area)];
                double found = Deviation(plane.Where((_, i) => i % 400 < 200 == (value == dark)));
                double expected = Expected(value, gain);
                one = one == 0 ? found / expected : one; // all of it is scaled to have the level
                Statistics.IsNear($"channel {channel} at {value}", 1, found / expected / one, 1 / Math.Sqrt(shape.Area));
            }

        double Expected(double value, double gain)
        {
            var (raw, slope) = curve.At(value);
            return slope * gain * Math.Sqrt(1 - shot + shot * raw / gain / 0.2);
        }
    }

    [Fact]
    public void ThreeSensorsOfPureColoursHaveNoiseOfTheirOwn()
    {
        var shape = new ImageShape(3, 300, 300);
        float[] grey = [.. Enumerable.Repeat(0.4f, shape.Values)];
        float[] noise = Noise(Plain(new(2.2, 0.1, 0.5)), grey, shape, 1);
        Statistics.HasMoments(noise, Moments.Normal(0, 0.05));
        Assert.All(new[] { 1, 2, 300, shape.Area, 2 * shape.Area }, lag => Statistics.AreUncorrelated(noise, lag, 0.0025));
    }

    [Fact]
    public void DevelopingUndoesTheWayToRaw()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new RandomStream(seed);
            CameraColour colour = CameraColour.Draw(random.Uniform(), ref random);
            float[] pixel = [100 / 255f, 130 / 255f, 120 / 255f];
            float[] change = [.. Enumerable.Range(0, 3).Select(c => RawOfRed(c, 101) - RawOfRed(c, 99))];
            float[] developed = [.. Enumerable.Range(0, 3).Select(c => colour.Develop(c, pixel[c], change[0], change[1], change[2]))];
            Assert.Equal(2 / 255.0, developed[0], 2e-5);
            Assert.Equal((0, 0), (MathF.Round(developed[1], 5), MathF.Round(developed[2], 5)));

            float RawOfRed(int channel, int level) => colour.Raw(channel, level / 255f, pixel[1], pixel[2]);
        }
    }

    [Fact]
    public void WhiteIsWhiteAndItsGainsAreTakenOff()
    {
        double[] matrix = [0.8, 0.3, -0.1, 0.2, 0.7, 0.1, 0, 0.3, 0.7];
        var colour = new CameraColour(matrix, 2, 1.6, new(2.2, 0.1, 0.5));
        Assert.Equal([0.5, 1, 0.625], Enumerable.Range(0, 3).Select(c => Math.Round(colour.Raw(c, 1, 1, 1), 5)));
    }

    [Fact]
    public void AGreyPictureHasTheLumaOfTheNoise()
    {
        var grey = new ImageShape(1, 40, 40);
        float[] picture = Picture(grey, 1), threefold = [.. picture, .. picture, .. picture];
        CameraNoise camera = Draw(3) with { Chroma = Filter.None, Level = 0.1f };
        float[] one = Noise(camera, picture, grey, 5), three = Noise(camera, threefold, grey with { Channels = 3 }, 5);
        double[] luma = [.. one.Select((_, i) => 0.299 * three[i] + 0.587 * three[i + grey.Area] + 0.114 * three[i + 2 * grey.Area])];
        double scale = 0.1 / Math.Sqrt(luma.Average(v => v * v));
        Assert.All(luma.Zip(one), pair => Assert.Equal(scale * pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void ChannelsOfAnyOtherNumberAreGreyPictures()
    {
        var shape = new ImageShape(2, 20, 20);
        float[] image = Picture(shape, 1), first = image[..shape.Area], second = image[shape.Area..];
        CameraNoise camera = Draw(4);
        var (together, apart) = (new RandomStream(9), new RandomStream(9));
        camera.AddTo(image, shape, ref together);
        camera.AddTo(first, shape with { Channels = 1 }, ref apart);
        camera.AddTo(second, shape with { Channels = 1 }, ref apart);
        Assert.Equal([.. first, .. second], image);
    }

    [Fact]
    public void WhatItGivesHas256Levels()
    {
        var shape = new ImageShape(3, 21, 19);
        for (int seed = 0; seed < 50; seed++)
        {
            float[] image = Picture(shape, seed);
            NoiseModel.Parse("camera:0..0.3").AddTo(image, shape, seed);
            float[] rounded = [.. image];
            EightBits.Round(rounded);
            Assert.Equal(rounded, image);
        }
    }

    [Fact]
    public void JpegFollowsTheNoise()
    {
        var shape = new ImageShape(3, 32, 40);
        var jpeg = new JpegArtifacts(80, true, 3, 5);
        float[] before = Picture(shape, 1), after = [.. before];
        CameraNoise camera = Draw(2);
        var (one, other) = (new RandomStream(1), new RandomStream(1));
        (camera with { Jpeg = null }).AddTo(before, shape, ref one);
        (camera with { Jpeg = jpeg }).AddTo(after, shape, ref other);
        Assert.NotEqual(before, after);
        jpeg.AddTo(before, shape);
        Assert.Equal(before, after);
    }
}
