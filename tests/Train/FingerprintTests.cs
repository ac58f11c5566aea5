using System.Security.Cryptography;

namespace Denoise.Tests.Train;

public sealed class FingerprintTests : FolderTest
{
    private void Put(string name, params byte[] pixels) => PictureFile.Write(_folder[name], new(2, 2, pixels.Length / 4, pixels));

    private PictureFolder Load(int channels = 1, int crop = 2) => PictureFolder.Load([_folder.Path], channels, crop, new());

    private string Pictures() => Load().RandomCrops().Fingerprint();

    [Fact]
    public void ASetOfImagesIsHashedWithItsShape()
    {
        var images = new ImageSet(1, 2, 3, [1, 2, 3, 4, 5, 6]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([.. "1x2x3\n"u8, 1, 2, 3, 4, 5, 6])), images.Fingerprint());
        string[] others =
        [
            (images with { Height = 3, Width = 2 }).Fingerprint(),
            (images with { Pixels = [1, 2, 3, 4, 5, 7] }).Fingerprint(),
            new ImageSet(2, 2, 3, [.. images.Pixels, .. images.Pixels]).Slice(1, 1).Fingerprint(),
        ];
        Assert.Equal([false, false, true], others.Select(other => other == images.Fingerprint()));
    }

    [Fact]
    public void PicturesAreHashedOneByOne()
    {
        Put("a.png", 1, 2, 3, 4);
        Put("b.ppm", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        byte[] a = SHA256.HashData([.. "2x2x1\n"u8, 1, 2, 3, 4]);
        byte[] b = SHA256.HashData([.. "2x2x3\n"u8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([.. a, .. b])), Load(channels: 3).RandomCrops().Fingerprint());
    }

    [Fact]
    public void NamesCropsAndFormatsDoNotCountAndPixelsAndOrderDo()
    {
        Put("a.png", 1, 2, 3, 4);
        Put("b.png", 5, 6, 7, 8);
        string first = Pictures();
        Assert.Equal([first, first], [Load(crop: 1).RandomCrops().Fingerprint(), Load().CentreCrops().Fingerprint()]);
        File.Delete(_folder["b.png"]);
        Put("c.pgm", 5, 6, 7, 8);
        Assert.Equal(first, Pictures());
        File.Move(_folder["c.pgm"], _folder["A.pgm"]);
        Assert.NotEqual(first, Pictures());
        File.Delete(_folder["A.pgm"]);
        Put("b.png", 5, 6, 7, 9);
        Assert.NotEqual(first, Pictures());
    }

    [Fact]
    public void ThePartsOfASplitHaveTheirOwn()
    {
        for (int i = 0; i < 5; i++)
            Put($"{i}.png", (byte)i, 2, 3, 4);
        var (kept, heldBack) = Load().HoldBack(0.1);
        Assert.Equal(3, new[] { Pictures(), kept.RandomCrops().Fingerprint(), heldBack.CentreCrops().Fingerprint() }.Distinct().Count());
    }
}
