namespace Denoise.Tests.Train;

/// <summary>Folders and pictures that cannot be learned from.</summary>
public sealed class PictureFolderErrorTests : PictureFolderTest
{
    [Fact]
    public void BrokenAndSmallPicturesAreNamedOnceAndPassedOver()
    {
        Put("a.png", 8, 8);
        Put("e.png", 8, 8);
        File.WriteAllText(_folder["b.png"], "Dear Sir or Madam");
        File.WriteAllBytes(_folder["c.png"], File.ReadAllBytes(_folder["a.png"])[..60]);
        Put("d/tiny.png", 3, 9);
        File.WriteAllBytes(_folder["f.jpg"], []);
        PictureFolder folder = Load();
        Assert.Equal(["a.png", "e.png"], folder.Names);
        Read(folder.RandomCrops(), 0);
        Assert.Equal(4, _said.Count);
        Assert.Equal($"Passed over: {_folder["b.png"]} is not a PNG, JPEG, TIFF, WebP, AVIF, BMP, PNM or PFM picture: "
            + "it begins with \"Dear Sir or Mada\".", _said[0]);
        Assert.StartsWith($"Passed over: {_folder["c.png"]} is not a whole PNG picture: it is cut short", _said[1]);
        Assert.Equal($"Passed over: {_folder["d/tiny.png"]} is 3×9, smaller than the crop of 4×4.", _said[2]);
        Assert.StartsWith($"Passed over: {_folder["f.jpg"]} is not a PNG, JPEG, TIFF, WebP, AVIF, BMP, PNM or PFM picture", _said[3]);
    }

    [Fact]
    public void AMissingFolderIsNamed() =>
        Assert.Equal($"There is no folder {_folder["none"]} to take pictures from.",
            Assert.Throws<DirectoryNotFoundException>(() => PictureFolder.Load([_folder["none"]], 1, 4, new())).Message);

    [Fact]
    public void AFolderWithoutPicturesSaysWhatPicturesAre()
    {
        File.WriteAllText(_folder["readme.txt"], "");
        Assert.Equal($"There is no picture in {_folder.Path}: the names of pictures end in {PictureFile.Extensions}.", Error(() => Load()));
    }

    [Fact]
    public void AFolderWithoutGoodPicturesSaysSo()
    {
        Put("a.png", 3, 3);
        Put("b.png", 9, 3);
        Assert.Equal($"No picture in {_folder.Path} can be learned from: all 2 are broken or smaller than 4×4.", Error(() => Load()));
        Assert.Equal(2, _said.Count);
    }

    [Fact]
    public void OnePictureIsTooFewToHoldOneBack()
    {
        Put("a.png", 8, 8);
        Assert.Equal($"{_folder.Path} holds too few pictures: one is left where at least two are needed, "
            + "one of them to be held back; add some.", Error(() => Load().HoldBack(0.1)));
    }

    [Fact]
    public void OtherChannelsThanAPicturesAreRefused() =>
        Assert.Equal("Pictures are learned from with 1 channel (grey) or 3 (red, green, blue), and the network takes 2.",
            Error(() => Load(channels: 2)));

    [Fact]
    public void APictureThatIsGoneOrChangedDuringTrainingIsNamed()
    {
        Put("a.png", 8, 8);
        IImages images = Load(cacheBytes: 0).RandomCrops();
        Put("a.png", 9, 8);
        const string advice = "the pictures must stay as they are until the training is over.";
        Assert.Equal($"{_folder["a.png"]} has changed since it was first read: it was 8×8 and is 9×8; {advice}",
            Error(() => Read(images, 0)));
        File.Delete(_folder["a.png"]);
        string message = Error(() => Read(images, 0));
        Assert.StartsWith($"{_folder["a.png"]} can no longer be read (", message);
        Assert.EndsWith($"); {advice}", message);
    }
}
