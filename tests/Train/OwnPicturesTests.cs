namespace Denoise.Tests.Train;

/// <summary>Pictures of a user's own, as they are found, checked and put together.</summary>
public sealed class OwnPicturesTests : FolderTest
{
    private const int Side = 160;

    private readonly List<string> _said = [];

    /// <summary>Smooth shapes with edges: something that a shift can be seen by.</summary>
    private static float[] Scene(int number, int side, int down = 0, int right = 0)
    {
        float[] scene = new float[side * side];
        for (int i = 0; i < scene.Length; i++)
        {
            double y = i / side + down, x = i % side + right;
            double waves = Math.Sin(y / (7 + number)) * Math.Cos(x / (11 + number)) + Math.Sin((x + 2 * y) / (17 + 3 * number));
            bool disc = Math.Pow(y - 60 - 3 * number, 2) + Math.Pow(x - 80, 2) < 900;
            scene[i] = (float)(0.45 + 0.12 * waves + (disc ? 0.15 : 0));
        }
        return scene;
    }

    private static float[] Noisy(float[] scene, double sigma, int seed)
    {
        float[] noise = new float[scene.Length];
        new RandomStream(seed).Normal(noise);
        return [.. scene.Select((value, i) => (float)(value + sigma * noise[i]))];
    }

    private void Put(string name, float[] values, int side)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        Raster<float> picture = new(side, side, 1, values);
        Raster raster = name.EndsWith("pfm", StringComparison.Ordinal) ? picture
            : name.EndsWith("tif", StringComparison.Ordinal) ? picture.To<ushort>() : picture.To<byte>();
        PictureFile.WriteDocument(_folder[name], new(PictureFormat.Png, [raster], new()));
    }

    private void PutPairs(int count, double noisy = 0.08, double clean = 0, int side = Side)
    {
        for (int i = 0; i < count; i++)
        {
            Put($"noisy/{i}.png", Noisy(Scene(i, side), noisy, 2 * i), side);
            Put($"clean/{i}.png", Noisy(Scene(i, side), clean, 2 * i + 1), side);
        }
    }

    private OwnChoice Pairs => new() { Noisy = [_folder["noisy"]], Clean = _folder["clean"] };

    private OwnChoice Alone => new() { Noisy = [_folder["noisy"]] };

    private OwnPictures Load(OwnChoice choice) => OwnPictures.Load(choice, 1, new() { Note = _said.Add });

    private string Refusal(OwnChoice choice) =>
        Assert.Throws<InvalidDataException>(() => Load(choice)).Message.Replace(_folder.Path + Path.DirectorySeparatorChar, "");

    private string Said() => Assert.Single(_said).Replace(_folder.Path + Path.DirectorySeparatorChar, "");

    [Fact]
    public void TwelveBitsInSixteenAreStretched()
    {
        void PutWords(Func<ushort, ushort> stored)
        {
            for (int i = 0; i < 2; i++)
            {
                ushort[] words = new Raster<float>(Side, Side, 1, Noisy(Scene(i, Side), 0.05, i)).To<ushort>().Pixels;
                Directory.CreateDirectory(_folder["noisy"]);
                PictureFile.WriteDocument(_folder[$"noisy/{i}.tif"],
                    new(PictureFormat.Tiff, [new Raster<ushort>(Side, Side, 1, [.. words.Select(stored)])], new()));
            }
        }
        PutWords(value => value);
        OwnPictures whole = Load(Alone);
        PutWords(value => (ushort)(value >> 4));
        OwnPictures few = Load(Alone);
        Assert.Equal((null, 4095.0, 4095.0), (whole.White.Value, few.White.Value, Split(few).White));
        Assert.Equal("White is 4095 in files of 16 bits and of floats; --white N says another.", few.Findings().ElementAt(1));
        Assert.Equal(whole.Deviations()[0], few.Deviations()[0], 0.02 * whole.Deviations()[0]);
        Assert.Equal(few.Deviations()[0] / 2, Load(Alone with { White = 8190 }).Deviations()[0], 0.05 * few.Deviations()[0]);
    }

    private static Examples Split(OwnPictures own, int crop = 32) =>
        own.Split(new(Multiple: 8, Remainder: 0, Minimum: 8), crop, count: 50, seed: 1, sigmaError: 0);

    private static (float[] Noisy, float[] Target, float[] Sigma) Read(IExamples images, long number)
    {
        float[] noisy = new float[images.ValuesPerImage], target = new float[images.ValuesPerImage];
        float[] sigma = new float[images.Height * images.Width];
        images.Read(new((int)number % images.Count, number), noisy, target, sigma);
        return (noisy, target, sigma);
    }

    private static double Deviation(float[] values) => Math.Sqrt(values.Average(v => (double)v * v) - Math.Pow(values.Average(), 2));

    [Fact]
    public void PairsAreMatchedByNameWhateverTheExtension()
    {
        Put("noisy/a/1.tif", Noisy(Scene(1, Side), 0.08, 1), Side);
        Put("noisy/2.png", Noisy(Scene(2, Side), 0.08, 2), Side);
        Put("clean/a/1.png", Scene(1, Side), Side);
        Put("clean/2.pfm", Scene(2, Side), Side);
        OwnPictures own = Load(Pairs);
        Assert.Equal(["2.png", "a/1.tif"], own.Scenes.Select(scene => scene.Name).Order(StringComparer.Ordinal));
        Assert.Empty(_said);
        Assert.Equal(OwnKind.Pairs, own.Choice.Kind);
        Assert.InRange(own.Deviations()[0], 0.06, 0.1);
    }

    /// <summary>The target of a crop is the clean picture at the same place, in its full depth, and the level is the noise's.</summary>
    [Fact]
    public void APairsCropsAreOfTheSamePlace()
    {
        for (int i = 0; i < 3; i++)
        {
            Put($"noisy/{i}.tif", Noisy(Scene(i, Side), 0.08, i), Side);
            Put($"clean/{i}.tif", Scene(i, Side), Side);
        }
        Examples examples = Split(Load(Pairs));
        Assert.Equal((50, 32, true), (examples.Training.Count, examples.Training.Height, examples.HasReferences));
        for (long number = 0; number < 20; number++)
        {
            var (noisy, target, sigma) = Read(examples.Training, number);
            float[] difference = [.. noisy.Zip(target, (a, b) => a - b)];
            Assert.InRange(Deviation(difference), 0.075, 0.085);
            Assert.InRange(sigma.Average(), 0.065f, 0.095f);
            Assert.Contains(target, value => value * 255 % 1 is > 0.1f and < 0.9f);
        }
    }

    [Fact]
    public void TheSameNumberGivesTheSameCropAndMeasuringIsOfWhatIsHeldBack()
    {
        PutPairs(16);
        OwnPictures own = Load(Pairs);
        Examples examples = Split(own), again = Split(own);
        Assert.Equal(Read(examples.Training, 7).Noisy, Read(again.Training, 7).Noisy);
        Assert.NotEqual(Read(examples.Training, 7).Noisy, Read(again.Training, 8).Noisy);
        // Two of sixteen pictures, each of which has room for one tile.
        Assert.Equal((160, 1, 1), (examples.Test.Height, examples.Test.Count, examples.Validation!.Count));
        Assert.NotEqual(Read(examples.Test, 0).Noisy, Read(examples.Validation, 0).Noisy);
    }

    [Fact]
    public void OfFewPicturesAPartOfEachIsHeldBack()
    {
        PutPairs(2);
        Examples examples = Split(Load(Pairs));
        Assert.Equal(Side / 5, examples.Test.Height);
        Assert.Equal(5, examples.Test.Count);
    }

    [Fact]
    public void AShiftIsNamedAndPutInPlaceWhereAskedFor()
    {
        const int side = 200;
        Put("noisy/a.png", Noisy(Scene(1, side), 0.05, 1), side);
        Put("noisy/b.png", Noisy(Scene(2, side), 0.05, 2), side);
        Put("clean/a.png", Scene(1, side), side);
        Put("clean/b.png", Scene(2, side, down: -3, right: 5), side);
        Assert.Single(Load(Pairs).Scenes);
        Assert.Equal("Passed over: noisy/b.png and clean/b.png: one is shifted by 3 rows and -5 columns; "
            + "--align puts small shifts in place.", Said());
        _said.Clear();
        Examples examples = Split(Load(Pairs with { Align = true }));
        Assert.Empty(_said);
        for (long number = 0; number < 30; number++)
        {
            var (noisy, target, _) = Read(examples.Training, number);
            Assert.InRange(Deviation([.. noisy.Zip(target, (a, b) => a - b)]), 0.045, 0.055);
        }
    }

    [Fact]
    public void FoldersThatDoNotMatch()
    {
        Put("noisy/a.png", Noisy(Scene(1, Side), 0.05, 1), Side);
        Put("clean/b.png", Scene(1, Side), Side);
        Assert.Equal("No picture in noisy has the name of one in clean: pairs are matched by their names, whatever the extension.",
            Refusal(Pairs));
        Assert.Equal("No picture in noisy has the name of one in clean: shots of the same scene are matched by their names, "
            + "whatever the extension.", Refusal(new() { Noisy = [_folder["noisy"], _folder["clean"]] }));
    }

    [Fact]
    public void OnePictureShort()
    {
        PutPairs(3);
        File.Delete(_folder["clean/1.png"]);
        Assert.Equal(2, Load(Pairs).Scenes.Count);
        Assert.Equal("Passed over: noisy/1.png has no picture of its name in clean.", Said());
    }

    [Fact]
    public void ABrokenPictureIsNamed()
    {
        PutPairs(3);
        File.WriteAllBytes(_folder["noisy/1.png"], File.ReadAllBytes(_folder["noisy/1.png"])[..2000]);
        Assert.Equal(2, Load(Pairs).Scenes.Count);
        Assert.Equal(2, _said.Count);
        Assert.StartsWith($"Passed over: {_folder["noisy/1.png"]} is not a whole PNG picture", _said[0], StringComparison.Ordinal);
    }

    [Fact]
    public void AllSizesDifferent()
    {
        PutPairs(2);
        Put("clean/0.png", Scene(0, 100), 100);
        Put("clean/1.png", Scene(1, 100), 100);
        Assert.Equal("None of 2 can be learned from; the first: noisy/0.png and clean/0.png differ in size, 160×160 and 100×100.",
            Refusal(Pairs));
    }

    [Fact]
    public void ACleanFolderThatIsNoisier()
    {
        PutPairs(3, noisy: 0.02, clean: 0.1);
        Assert.Equal("The pictures in clean are noisier than those in noisy; perhaps --noisy and --clean are the wrong way round.",
            Refusal(Pairs));
    }

    [Fact]
    public void ASingleSmallPicture()
    {
        Put("noisy/a.png", Noisy(Scene(1, 64), 0.1, 1), 64);
        Assert.Equal("noisy: 1 picture with 4,096 pixels in all is too little to learn from; 32,768 pixels are the least.", Refusal(Alone));
    }

    [Fact]
    public void PicturesThatAreClean()
    {
        for (int i = 0; i < 3; i++)
            Put($"noisy/{i}.png", Scene(i, Side), Side);
        Assert.Matches(@"^noisy: these pictures are clean already, their noise is 0\.\d of 255; there is nothing to train for\.$",
            Refusal(Alone));
    }

    [Fact]
    public void AMissingFolderAndAnEmptyOne()
    {
        Assert.Contains("There is no folder", Assert.Throws<DirectoryNotFoundException>(() => Load(Alone)).Message);
        Directory.CreateDirectory(_folder["noisy"]);
        Assert.StartsWith("There is no picture in noisy", Refusal(Alone), StringComparison.Ordinal);
    }

    [Fact]
    public void PicturesOfOtherThingsAreNoPair()
    {
        PutPairs(2);
        Put("clean/0.png", [.. Scene(0, Side).Select(value => 1 - value)], Side);
        Put("clean/1.png", [.. Scene(1, Side).Select(value => value + 0.2f)], Side);
        Assert.Equal("None of 2 can be learned from; the first: noisy/0.png and clean/0.png: they do not show the same.", Refusal(Pairs));
    }

    [Fact]
    public void ShotsAreLearnedFromEachOther()
    {
        for (int i = 0; i < 2; i++)
            for (int shot = 0; shot < 4; shot++)
                Put($"burst/{i}/{shot}.png", Noisy(Scene(i, Side), 0.08, 10 * i + shot), Side);
        OwnPictures own = Load(new() { Burst = _folder["burst"] });
        Assert.Equal([4, 4], own.Scenes.Select(scene => scene.Shots.Count));
        Examples examples = Split(own);
        Assert.Equal("noisy targets", examples.Targets);
        for (long number = 0; number < 20; number++)
        {
            var (noisy, target, _) = Read(examples.Training, number);
            // The noise of one shot and of the mean of the three others: 0.08 · √(1 + 1/3).
            Assert.InRange(Deviation([.. noisy.Zip(target, (a, b) => a - b)]), 0.087, 0.098);
        }
    }

    [Fact]
    public void WhatMovesIsLeftOut()
    {
        const int side = 200;
        float[][] shots = [.. Enumerable.Range(0, 4).Select(shot => Noisy(Scene(0, side), 0.03, shot))];
        for (int y = 40; y < 60; y++)
            for (int x = 30; x < 50; x++)
                shots[2][y * side + x] += 0.4f;
        for (int shot = 0; shot < 4; shot++)
            Put($"{shot}/a.png", shots[shot], side);
        OwnPictures own = Load(new() { Noisy = [.. Enumerable.Range(0, 4).Select(shot => _folder[$"{shot}"])] });
        Examples examples = Split(own);
        int gaps = 0, values = 0;
        for (long number = 0; number < 200; number++)
        {
            var (noisy, target, _) = Read(examples.Training, number);
            var kept = noisy.Zip(target, (a, b) => a - b).Where(d => !float.IsNaN(d)).ToArray();
            (gaps, values) = (gaps + noisy.Length - kept.Length, values + noisy.Length);
            // 0.4 in one shot of four is 0.13 in the mean of three: more than five deviations of 0.035.
            Assert.True(kept.Length == 0 || kept.Max(Math.Abs) < 0.3, $"{number}");
        }
        Assert.InRange(gaps / (double)values, 0.005, 0.1);
    }

    [Fact]
    public void NoisyPicturesAloneAreRecorruptedTwice()
    {
        for (int i = 0; i < 3; i++)
            Put($"noisy/{i}.pfm", Noisy(Scene(i, 256), 0.1, i), 256);
        OwnPictures own = Load(Alone);
        Examples examples = Split(own, crop: 64);
        for (long number = 0; number < 20; number += 2)
        {
            var (noisy, target, _) = Read(examples.Training, number);
            var (negative, negativeTarget, _) = Read(examples.Training, number + 1);
            // The mean of both is the picture itself, in input and target.
            float[] picture = [.. noisy.Zip(negative, (a, b) => (a + b) / 2)];
            Assert.All(picture.Zip(target.Zip(negativeTarget, (a, b) => (a + b) / 2)), p => Assert.Equal(p.First, p.Second, 1e-5f));
            // y + z/2 and y − 2z, where z is as strong as the noise: their noise is independent.
            Assert.InRange(Deviation([.. noisy.Zip(picture, (a, b) => a - b)]), 0.04, 0.06);
            Assert.InRange(Deviation([.. target.Zip(picture, (a, b) => a - b)]), 0.16, 0.24);
        }
    }

    [Fact]
    public void CorrelatedNoiseIsFoundAndDrawnAlike()
    {
        for (int i = 0; i < 3; i++)
        {
            float[] noise = new float[256 * 256], smooth = new float[256 * 256];
            new RandomStream(i).Normal(noise);
            for (int k = 0; k < noise.Length; k++)
                smooth[k] = 0.5f + 0.02f * (noise[k] + noise[(k + 1) % noise.Length] + noise[(k + 256) % noise.Length]
                    + noise[(k + 257) % noise.Length]);
            Put($"noisy/{i}.pfm", smooth, 256);
        }
        Shot[] shots = [.. Load(Alone).Scenes.Select(scene => scene.Shots[0])];
        NoiseTexture texture = NoiseTexture.Of(shots, 1);
        Assert.InRange(texture.Correlation, 0.45, 0.52);
        float[] drawn = new float[128 * 128];
        var random = new RandomStream(1);
        texture.Draw(drawn, 128, ref random);
        double Correlation(int step) =>
            Enumerable.Range(0, 128 * 126).Average(i => drawn[i] * drawn[i + step]) / Math.Pow(Deviation(drawn), 2);
        Assert.InRange(Deviation(drawn), 0.9, 1.1);
        Assert.InRange(Correlation(1), 0.4, 0.6);
        Assert.InRange(Correlation(128), 0.4, 0.6);
        Assert.InRange(Correlation(2), -0.1, 0.12);
    }

    [Fact]
    public void WhiteNoiseIsFoundToBeWhite()
    {
        for (int i = 0; i < 3; i++)
            Put($"noisy/{i}.pfm", Noisy(Scene(i, 256), 0.1, i), 256);
        NoiseTexture texture = NoiseTexture.Of([.. Load(Alone).Scenes.Select(scene => scene.Shots[0])], 1);
        Assert.True(texture.IsWhite);
        Assert.InRange(texture.Correlation, -0.1, 0.1);
    }

    /// <summary>Noise whose power is a line over brightness is measured to a few percent, on pictures with detail.</summary>
    [Theory]
    [InlineData(0.01, 0)]
    [InlineData(0, 0.025)]
    [InlineData(0.001, 0.01)]
    public void WhiteNoiseIsMeasured(double dark, double slope)
    {
        float[] scene = Scene(1, 512), noise = new float[scene.Length];
        new RandomStream(3).Normal(noise);
        for (int i = 0; i < scene.Length; i++)
            noise[i] = (float)(scene[i] + noise[i] * Math.Sqrt(dark + slope * scene[i]));
        NoiseCurve curve = WhiteNoise.Fit(WhiteNoise.Blocks(noise, 512, 512))!;
        foreach (float brightness in new[] { 0.35f, 0.45f, 0.6f })
            Assert.InRange(curve.At(brightness) / Math.Sqrt(dark + slope * brightness), 0.96, 1.04);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, -7)]
    [InlineData(-12, 1)]
    public void AShiftIsFound(int down, int right)
    {
        float[] a = Noisy(Scene(1, Side), 0.1, 1), b = Noisy(Scene(1, Side, -down, -right), 0.1, 2);
        Assert.Equal((down, right), PictureShift.Of(a, b, Side, Side));
    }

    [Fact]
    public void NoiseAloneHasNoShift()
    {
        float[] flat = new float[Side * Side];
        Assert.Equal((0, 0), PictureShift.Of(Noisy(flat, 0.1, 1), Noisy(flat, 0.1, 2), Side, Side));
    }
}
