namespace Denoise.Tests.Infer;

/// <summary>The noise level that is found in a picture, beside the one that was added.</summary>
public sealed class NoiseEstimateTests(ITestOutputHelper output)
{
    /// <summary>A picture in [0,1], plane by plane.</summary>
    private sealed record Pixels(float[] Values, int Channels, int Height, int Width)
    {
        internal ImageLayout Layout => new(Height, Width) { Channels = Channels };

        internal Pixels With(string noise, int seed = 1)
        {
            float[] noisy = [.. Values];
            NoiseModel.Parse(noise).AddTo(noisy, new(Channels, Height, Width), seed);
            return this with { Values = noisy };
        }

        internal Pixels Select(Func<int, int, int, float, float> value) => this with
        {
            Values = [.. Values.Select((v, i) => value(i / (Height * Width), i / Width % Height, i % Width, v))],
        };

        internal Pixels Crop(int top, int left, int height, int width) => new(
            [.. from c in Enumerable.Range(0, Channels) from y in Enumerable.Range(top, height) from x in Enumerable.Range(left, width)
                select Values[(c * Height + y) * Width + x]], Channels, height, width);
    }

    /// <summary>Smooth shades from dark to bright, with edges and without fine detail.</summary>
    private static Pixels Smooth(int side = 256, int channels = 3) => Blank(side, side, channels).Select((c, y, x, _) =>
        0.5f + 0.35f * MathF.Sin((x + 40 * c) * 6f / side) * MathF.Cos(y * 4f / side) + ((x / 64 + y / 64) % 2 == 0 ? 0.08f : -0.08f));

    private static Pixels Blank(int height, int width, int channels = 3) =>
        new(new float[channels * height * width], channels, height, width);

    private static Pixels StillLife()
    {
        Picture picture = PictureFile.Read(Repository.File("docs", "still-life.jpg"));
        int area = picture.Width * picture.Height;
        return new([.. from c in Enumerable.Range(0, 3) from i in Enumerable.Range(0, area) select picture.Pixels[3 * i + c] / 255f],
            3, picture.Height, picture.Width);
    }

    private static NoiseCurve Estimate(Pixels picture) => NoiseCurve.Estimate<float>(picture.Values, picture.Layout);

    /// <summary>The root mean square of a curve over a picture, in levels of 255.</summary>
    private float Level(Pixels picture)
    {
        NoiseCurve curve = Estimate(picture);
        float[] sigma = new float[picture.Height * picture.Width];
        SigmaPlane.Fill<float, FloatPixels>(picture.Values, picture.Channels, picture.Height, picture.Width, curve, sigma);
        float level = 255 * MathF.Sqrt(sigma.Average(s => s * s));
        output.WriteLine($"{level:F2}: {string.Join(' ', curve.Sigmas.Select(s => $"{255 * s:F1}"))}");
        return level;
    }

    private static float Difference(Pixels noisy, Pixels clean) =>
        255 * MathF.Sqrt(noisy.Values.Zip(clean.Values, (n, c) => (n - c) * (n - c)).Average());

    [Theory]
    [InlineData("gaussian:2/255,8bit", 0.2)]
    [InlineData("gaussian:5/255,8bit", 0.15)]
    [InlineData("gaussian:15/255,8bit", 0.1)]
    [InlineData("gaussian:25/255,clip=off", 0.1)]
    [InlineData("gaussian:50/255,clip=off", 0.1)]
    [InlineData("gaussian:50/255,8bit", 0.15)]
    [InlineData("gaussian:75/255,clip=off", 0.1)]
    [InlineData("camera:4/255", 0.55)]
    [InlineData("camera:8/255", 0.55)]
    [InlineData("camera:16/255", 0.45)]
    public void TheLevelIsFound(string noise, double tolerance)
    {
        foreach (Pixels clean in new[] { Smooth(), Smooth(channels: 1), StillLife() })
            for (int seed = 1; seed <= 3; seed++)
            {
                Pixels noisy = clean.With(noise, seed);
                float found = Level(noisy), added = Difference(noisy, clean);
                output.WriteLine($"{clean.Channels} {clean.Height} {noise} {seed}: {found:F2} / {added:F2} = {found / added:F3}");
                Assert.InRange(found / added, 1 - tolerance, 1 + tolerance);
            }
    }

    [Fact]
    public void TheLevelFollowsTheBrightness()
    {
        // Photons: the variance at brightness b is b/200.
        NoiseCurve curve = Estimate(Smooth(512, 1).With("poisson:200,8bit"));
        output.WriteLine(string.Join(' ', curve.Sigmas));
        for (int k = 2; k <= 7; k++)
            Assert.InRange(curve.Sigmas[k] / MathF.Sqrt(k / 8f / 200), 0.85, 1.15);
    }

    [Fact]
    public void FineDetailIsNotTakenForMuchNoise()
    {
        Pixels clean = StillLife();
        Assert.InRange(Level(clean), 0, 5);
        Pixels stripes = Smooth().Select((_, _, x, v) => v + 0.1f * MathF.Sin(x * 2.1f));
        Assert.InRange(Level(stripes.With("gaussian:10/255,clip=off")), 7, 13);
    }

    [Fact]
    public void WhatIsBurntOutHidesNoNoise()
    {
        Pixels burnt = Smooth().Select((_, y, _, v) => y < 140 ? 1.5f : v).With("gaussian:20/255,8bit");
        Assert.All(burnt.Values.Take(100), v => Assert.Equal(1, v));
        Pixels black = Smooth().Select((_, y, _, v) => y < 140 ? -0.5f : v).With("gaussian:20/255,8bit");
        foreach (Pixels picture in new[] { burnt, black })
            Assert.InRange(Level(picture), 18, 23);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.4f)]
    [InlineData(1)]
    public void AFlatBorderHidesNoNoise(float grey)
    {
        Pixels noisy = Smooth().With("gaussian:20/255,8bit");
        Pixels framed = noisy.Select((_, y, x, v) => y is < 50 or > 210 || x is < 50 or > 210 ? grey : v);
        Assert.InRange(255 * Estimate(framed).At(0.5f), 18, 23);
    }

    [Fact]
    public void ACleanPictureHasNoNoise()
    {
        Pixels flat = Smooth().Select((_, _, _, _) => 0.3f);
        Pixels drawing = Smooth().Select((c, y, x, _) =>
            (x - 128) * (x - 128) + (y - 100) * (y - 100) < 3000 ? 0.2f * c : (x / 13 + y / 29) % 3 == 0 ? 0 : 0.9f);
        Pixels shades = Smooth().Select((_, _, _, v) => MathF.Round(255 * v) / 255);
        Assert.Equal(0, Level(flat));
        Assert.Equal(0, Level(drawing));
        Assert.InRange(Level(shades), 0, 2);
        Assert.InRange(Level(Smooth()), 0, 2);
    }

    [Fact]
    public void EveryTypeAndOrderOfPixelsGivesTheSame()
    {
        Pixels noisy = Smooth(100).With("gaussian:20/255,8bit");
        IReadOnlyList<float> expected = Estimate(noisy).Sigmas;
        int area = noisy.Height * noisy.Width;
        float[] interleaved = [.. from i in Enumerable.Range(0, area) from c in Enumerable.Range(0, 3) select noisy.Values[c * area + i]];
        ImageLayout planes = noisy.Layout, pixels = noisy.Layout with { Interleaved = true };
        AssertNear(expected, NoiseCurve.Estimate<float>(interleaved, pixels), 1e-6f);
        AssertNear(expected, NoiseCurve.Estimate<byte>([.. noisy.Values.Select(v => (byte)MathF.Round(v * 255))], planes), 1e-5f);
        AssertNear(expected, NoiseCurve.Estimate<byte>([.. interleaved.Select(v => (byte)MathF.Round(v * 255))], pixels), 1e-5f);
        AssertNear(expected, NoiseCurve.Estimate<ushort>([.. interleaved.Select(v => (ushort)MathF.Round(v * 65535))], pixels), 1e-5f);
        AssertNear(expected, NoiseCurve.Estimate<Half>([.. noisy.Values.Select(v => (Half)v)], planes), 1e-3f);
        Assert.Throws<NotSupportedException>(() => NoiseCurve.Estimate<int>(new int[3 * area], planes));
        Assert.Throws<ArgumentException>(() => NoiseCurve.Estimate<float>(new float[area], planes));
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseCurve.Estimate<float>(new float[6 * area], planes with { Batch = 2 }));
    }

    private static void AssertNear(IReadOnlyList<float> expected, NoiseCurve actual, float tolerance) =>
        Assert.All(expected.Zip(actual.Sigmas), pair => Assert.Equal(pair.First, pair.Second, tolerance));

    [Fact]
    public void AGreyPictureInThreeChannelsIsAsInOne()
    {
        Pixels grey = Smooth(channels: 1).With("gaussian:20/255,8bit");
        Pixels colours = new([.. grey.Values, .. grey.Values, .. grey.Values], 3, grey.Height, grey.Width);
        AssertNear(Estimate(grey).Sigmas, Estimate(colours), 1e-4f);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 150)]
    [InlineData(7, 3)]
    [InlineData(16, 16)]
    [InlineData(40, 5000)]
    public void AnySizeHasALevel(int height, int width)
    {
        Pixels noisy = Blank(height, width).Select((_, _, _, _) => 0.5f).With("gaussian:20/255,clip=off");
        float found = Level(noisy);
        if (height >= 16)
            Assert.InRange(found, 16, 25);
    }

    [Fact]
    public void ValuesThatAreNoNumbersAreLeftOut()
    {
        Pixels noisy = Smooth().With("gaussian:20/255,clip=off");
        Pixels broken = noisy.Select((_, y, x, v) => (x, y) switch { (30, 40) => float.NaN, (100, 90) => float.MaxValue, _ => v });
        Assert.InRange(Estimate(broken).At(0.5f) / Estimate(noisy).At(0.5f), 0.95, 1.05);
    }

    [Fact]
    public void LargePicturesTakeNoMoreMemory()
    {
        byte[] pixels = Samples.Picture(4000, 3000, 3).Pixels;
        var layout = new ImageLayout(3000, 4000) { Channels = 3, Interleaved = true };
        NoiseCurve.Estimate<byte>(pixels, layout);
        long before = GC.GetAllocatedBytesForCurrentThread();
        NoiseCurve.Estimate<byte>(pixels, layout);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500_000);
    }

    private static Denoiser Load(int tile = 0)
    {
        byte[] model = OnnxExporter.Export(Samples.Checkpoint("sigma")).ToBytes();
        return Denoiser.Load(model, new() { Device = "cpu", TileSize = tile });
    }

    [Fact]
    public void EachPictureOfABatchHasItsOwnLevel()
    {
        using Denoiser denoiser = Load();
        Pixels low = Smooth(64).With("gaussian:5/255,8bit"), high = Smooth(64).With("gaussian:50/255,8bit");
        float[] both = [.. low.Values, .. high.Values], expected = new float[both.Length], actual = new float[both.Length];
        int length = low.Values.Length;
        denoiser.Denoise<float>(low.Values, expected.AsSpan(0, length), low.Layout, Estimate(low));
        denoiser.Denoise<float>(high.Values, expected.AsSpan(length), high.Layout, Estimate(high));
        denoiser.Denoise<float>(both, actual, low.Layout with { Batch = 2 });
        Assert.Equal(0, expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), 1e-6);
        denoiser.Denoise<float>(both, actual, low.Layout with { Batch = 2 }, Estimate(low));
        Assert.True(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max() > 1e-2);
    }

    [Fact]
    public void TilesHaveTheLevelOfTheWholePicture()
    {
        using Denoiser whole = Load(10_000), tiled = Load(60);
        Pixels noisy = Smooth(200).With("camera:10/255");
        float[] expected = new float[noisy.Values.Length], actual = new float[expected.Length];
        whole.Denoise<float>(noisy.Values, expected, noisy.Layout);
        tiled.Denoise<float>(noisy.Values, actual, noisy.Layout);
        Assert.Equal(0, expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), 1e-6);
    }
}
