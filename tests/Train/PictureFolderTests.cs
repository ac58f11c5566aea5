namespace Denoise.Tests.Train;

public sealed class PictureFolderTests : PictureFolderTest
{
    /// <summary>Every pixel another value than those around it: 16 × row + column.</summary>
    private void PutGrid(string name, int height, int width) => PictureFile.Write(_folder[name],
        new(width, height, 1, [.. Enumerable.Range(0, height * width).Select(i => (byte)(16 * (i / width) + i % width))]));

    [Fact]
    public void PicturesAreFoundInFoldersAndInOrdinalOrder()
    {
        foreach (string name in new[] { "b/c.pgm", "a.png", "B.png", "b/a/x.ppm", "b.jpg" })
            Put(name, 8, 8, name.EndsWith("ppm", StringComparison.Ordinal) ? 3 : 1);
        File.WriteAllText(_folder["readme.txt"], "not a picture, and not said to be one");
        Assert.Equal(["B.png", "a.png", "b.jpg", "b/a/x.ppm", "b/c.pgm"], Load().Names);
        Assert.Empty(_said);
    }

    [Fact]
    public void APictureCountsAsOftenAsCropsFitIn()
    {
        Put("a.png", 8, 12);
        Put("b.png", 7, 7);
        Put("c.png", 4, 9);
        IImages images = Load().RandomCrops();
        Assert.Equal((6 + 1 + 2, 1, 4, 4), (images.Count, images.Channels, images.Height, images.Width));
        Assert.Equal(3, Load().CentreCrops().Count);
    }

    [Fact]
    public void ADrawAlwaysGivesTheSameCropAndAnotherAnother()
    {
        Put("a.png", 40, 50);
        IImages images = Load().RandomCrops(), again = Load().RandomCrops();
        var crops = new HashSet<string>();
        for (int draw = 0; draw < 10; draw++)
            for (int index = 0; index < 10; index++)
            {
                Assert.Equal(Read(images, index, draw), Read(again, index, draw));
                crops.Add(Convert.ToHexString(Read(images, index, draw)));
            }
        Assert.InRange(crops.Count, 98, 100);
    }

    [Fact]
    public void CropsAreThePicturesOwnPixelsInEveryPlaceAndOrientation()
    {
        PutGrid("a.png", height: 6, width: 7);
        IImages images = Load().RandomCrops();
        var seen = new HashSet<(int Top, int Left, int Right, int Down)>();
        for (int draw = 0; draw < 4000; draw++)
        {
            byte[] crop = Read(images, 0, draw);
            int right = crop[1] - crop[0], down = crop[4] - crop[0], corner = crop.Min();
            // A step along a row is ±1 or ±16 in the picture, and one along a column the other.
            Assert.Equal(17, Math.Abs(right) + Math.Abs(down));
            Assert.Equal(crop, Enumerable.Range(0, 16).Select(i => (byte)(crop[0] + i % 4 * right + i / 4 * down)));
            Assert.Equal(3 * 17, crop.Max() - corner);
            seen.Add((corner / 16, corner % 16, right, down));
        }
        Assert.Equal(3 * 4 * Crop.Orientations, seen.Count);
        Assert.Equal((0, 2, 0, 3), (seen.Min(s => s.Top), seen.Max(s => s.Top), seen.Min(s => s.Left), seen.Max(s => s.Left)));
    }

    [Theory]
    [InlineData(0, "123456789")]
    [InlineData(1, "321654987")]
    [InlineData(2, "789456123")]
    [InlineData(3, "987654321")]
    [InlineData(4, "147258369")]
    [InlineData(5, "369258147")]
    [InlineData(6, "741852963")]
    [InlineData(7, "963852741")]
    public void EachOrientationIsWhatItSays(int orientation, string expected)
    {
        float[] image = new float[9];
        var picture = new Raster<byte>(6, 5, 1, "xxxxxxxx123xxx456xxx789xxxxxxx"u8.ToArray());
        new Crop(Top: 1, Left: 2, Size: 3, orientation).Write(picture, 1, image);
        Assert.Equal(expected, string.Concat(image.Select(value => (char)MathF.Round(value * 255))));
    }

    [Fact]
    public void TestCropsAreTheMiddleWhateverTheDraw()
    {
        PutGrid("a.png", height: 7, width: 9);
        IImages images = Load().CentreCrops();
        byte[] expected = [.. Enumerable.Range(0, 16).Select(i => (byte)(16 * (1 + i / 4) + 2 + i % 4))];
        Assert.All(Enumerable.Range(0, 20), draw => Assert.Equal(expected, Read(images, 0, draw)));
    }

    [Fact]
    public void ColoursBecomeGreyByTheirLuma()
    {
        byte[] pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 1, 2, 3, 10, 20, 31, 77, 77, 77, 0, 0, 0, 200, 100, 50];
        PictureFile.Write(_folder["a.ppm"], new(3, 3, 3, pixels));
        byte[] expected = [.. pixels.Chunk(3).Select(p => (byte)Math.Floor(0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2] + 0.5))];
        Assert.Equal(expected, Read(Load(channels: 1, crop: 3).CentreCrops(), 0));
        Assert.Equal([76, 150, 29, 255], expected[..4]);
    }

    [Fact]
    public void ColoursArePlanesAndGreyIsRepeated()
    {
        PictureFile.Write(_folder["a.ppm"], new(2, 2, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
        PictureFile.Write(_folder["b.pgm"], new(2, 2, 1, [1, 2, 3, 4]));
        IImages images = Load(channels: 3, crop: 2).CentreCrops();
        Assert.Equal([1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12], Read(images, 0));
        Assert.Equal([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4], Read(images, 1));
    }

    [Theory]
    [InlineData(0, "6 of 6 pictures do not fit in the 0 bytes of memory meant for them; they are decoded each time.")]
    [InlineData(500, "4 of 6 pictures do not fit in the 500 bytes of memory meant for them; they are decoded each time.")]
    [InlineData(1200, null)]
    public void WhatDoesNotFitInMemoryGivesTheSameImages(int cacheBytes, string? line)
    {
        for (int i = 0; i < 6; i++)
            Put($"{i}.png", 10, 20, i % 2 == 0 ? 1 : 3);
        IImages kept = Load().RandomCrops(), decoded = Load(cacheBytes: cacheBytes).RandomCrops();
        Assert.Equal(line, _said.SingleOrDefault());
        Assert.All(Enumerable.Range(0, kept.Count), i => Assert.Equal(Read(kept, i, 7), Read(decoded, i, 7)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void ThreadsReadTheSameAsOne(long cacheBytes)
    {
        for (int i = 0; i < 5; i++)
            Put($"{i}.png", 20 + i, 30);
        IImages images = Load(cacheBytes: cacheBytes).RandomCrops();
        byte[][] serial = [.. Enumerable.Range(0, images.Count).Select(i => Read(images, i, i))];
        var parallel = new byte[images.Count][];
        Parallel.For(0, images.Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => parallel[i] = Read(images, i, i));
        Assert.Equal(serial, parallel);
    }

    [Theory]
    [InlineData(2, "1")]
    [InlineData(9, "4")]
    [InlineData(10, "5")]
    [InlineData(30, "05,15,25")]
    [InlineData(39, "06,19,32")]
    public void ATenthIsHeldBackEvenlySpread(int count, string heldBack)
    {
        for (int i = 0; i < count; i++)
            Put(count > 10 ? $"{i:D2}.pgm" : $"{i}.pgm", 4, 4);
        PictureFolder all = Load();
        var (rest, held) = all.HoldBack(0.1);
        Assert.Equal(heldBack, string.Join(',', held.Names.Select(Path.GetFileNameWithoutExtension)));
        Assert.Equal(all.Names.Except(held.Names), rest.Names);
    }

    [Fact]
    public void SplitTwiceThePartsAreDisjointAndComplete()
    {
        for (int i = 0; i < 50; i++)
            Put($"{i:D2}.pgm", 4, 4);
        var (rest, test) = Load().HoldBack(0.1);
        var (training, validation) = rest.HoldBack(0.1);
        Assert.Equal((41, 4, 5), (training.Count, validation.Count, test.Count));
        Assert.Equal(Load().Names, [.. training.Names.Concat(validation.Names).Concat(test.Names).Order(StringComparer.Ordinal)]);
    }

    [Fact]
    public void SeveralFoldersAreOneSetEachInItsOrder()
    {
        Put("one/b.png", 8, 8);
        Put("one/a.png", 8, 8);
        Put("two/a.png", 4, 8);
        PictureFolder both = PictureFolder.Load([_folder["two"], _folder["one"]], 1, 4, new());
        Assert.Equal(["a.png", "a.png", "b.png"], both.Names);
        Assert.Equal(2 + 4 + 4, both.RandomCrops().Count);
        var choice = new DataChoice($"images:{_folder["one"]}+{_folder["two"]}") { Crop = 4 };
        DataSet data = DataSets.Load(choice, Samples.Network("conv-autoencoder"), new());
        Assert.Equal(2 + 4, data.Training.Count);
        Assert.Equal(1, data.Test.Count);
    }

    [Fact]
    public void ProgressCountsEveryPicture()
    {
        for (int i = 0; i < 5; i++)
            Put($"{i}.png", 8, 8);
        var counts = new List<(int, int)>();
        PictureFolder.Load([_folder.Path], 1, 4, new() { Progress = (done, total) => counts.Add((done, total)) });
        Assert.Equal(Enumerable.Range(1, 5).Select(done => (done, 5)), counts);
    }

    [Fact]
    public void TheScanCanBeStopped()
    {
        Put("a.png", 8, 8);
        var stopped = new Loading { Stop = new CancellationToken(canceled: true) };
        Assert.ThrowsAny<OperationCanceledException>(() => PictureFolder.Load([_folder.Path], 1, 4, stopped));
    }

    [Fact]
    public void ASetOfImagesIsReadAsFloats()
    {
        IImages images = new ImageSet(2, 1, 3, [0, 1, 2, 51, 128, 255]);
        Assert.Equal((2, 1, 1, 3), (images.Count, images.Channels, images.Height, images.Width));
        float[] image = new float[3];
        images.Read(1, 5, image);
        Assert.Equal([0.2f, 128 / 255f, 1], image);
    }

    [Fact]
    public void RealPicturesAreReadWhereTheyAre()
    {
        string folder = RealData.FolderOrSkip("train400");
        var (rest, test) = PictureFolder.Load([folder], channels: 1, crop: 40, new() { Note = _said.Add }).HoldBack(0.1);
        IImages training = rest.RandomCrops();
        Assert.Equal((360 * 16, 40, 0), (training.Count, test.CentreCrops().Count, _said.Count));
        Picture picture = PictureFile.Read(Path.Combine(folder, test.Names.First()));
        byte[] middle = [.. Enumerable.Range(0, 1600).Select(i => picture.Pixels[(70 + i / 40) * 180 + 70 + i % 40])];
        Assert.Equal(middle, Read(test.CentreCrops(), 0));
        Assert.All(Enumerable.Range(0, training.Count), i => Assert.InRange(Read(training, i, 1).Average(p => p), 0, 255));
    }
}
