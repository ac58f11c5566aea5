namespace Denoise.Tests.Pictures;

public sealed class PictureFileTests : FolderTest
{
    private const string NoPicture = "is not a PNG, JPEG, TIFF, WebP, AVIF, BMP, PNM or PFM picture";

    /// <summary>Smooth along both axes, different in each channel.</summary>
    internal static Picture Gradient(int width, int height, int channels) => new(width, height, channels,
        [.. Enumerable.Range(0, width * height * channels).Select(i =>
            (byte)((i / channels % width * 3 + i / channels / width * 5 + i % channels * 60) % 256))]);

    public static TheoryData<string, int, int, int> Sizes
    {
        get
        {
            var data = new TheoryData<string, int, int, int>();
            foreach (string name in new[] { "p.png", "p.PGM", "p.jpg", "p.tif", "p.webp", "p.avif", "p.bmp", "p.pfm", "p.pam" })
                foreach (var (width, height) in new[] { (1, 1), (1, 7), (28, 28), (33, 17), (300, 200) })
                    foreach (int channels in new[] { 1, 3 })
                        data.Add(name, width, height, channels);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void WhatIsWrittenIsReadBack(string name, int width, int height, int channels)
    {
        Picture picture = Gradient(width, height, channels);
        PictureFile.Write(_folder[name], picture);
        Picture back = PictureFile.Read(_folder[name]);
        Assert.Equal((width, height, HasGrey(name) ? channels : 3), (back.Width, back.Height, back.Channels));
        if (back.Channels != channels)
            picture = new(width, height, 3, [.. picture.Pixels.SelectMany(grey => new[] { grey, grey, grey })]);
        if (name == "p.jpg")
            Assert.InRange(Quality.Psnr(back, picture), 35, double.PositiveInfinity);
        else
            Assert.Equal(picture.Pixels, back.Pixels);
    }

    private static bool HasGrey(string name) => name is not ("p.webp" or "p.avif");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void AlphaAndDepthSurvivePam(int channels)
    {
        ushort[] pixels = [.. Enumerable.Range(0, 6 * channels).Select(i => (ushort)(i * 3001))];
        var page = new Raster<ushort>(3, 2, channels, pixels, [0, 1, 256, 40000, 65534, 65535]);
        PictureFile.WriteDocument(_folder["p.pam"], new(PictureFormat.Pam, [page], new()));
        PictureDocument document = PictureFile.DecodeDocument(File.ReadAllBytes(_folder["p.pam"]));
        var back = Assert.IsType<Raster<ushort>>(Assert.Single(document.Pages));
        Assert.Equal((PictureFormat.Pam, channels), (document.Format, back.Channels));
        Assert.Equal(page.Pixels, back.Pixels);
        Assert.Equal(page.Alpha, back.Alpha);
    }

    [Fact]
    public void PbmIsBlackAndWhite()
    {
        PictureFile.Write(_folder["p.pbm"], new(9, 2, 1, [.. Enumerable.Range(0, 18).Select(i => (byte)(120 + i))]));
        Assert.Equal(Enumerable.Range(0, 18).Select(i => (byte)(120 + i < 128 ? 0 : 255)), PictureFile.Read(_folder["p.pbm"]).Pixels);
    }

    [Fact]
    public void NoiseSurvivesPngToo()
    {
        Picture noise = Samples.Picture(97, 61, 3);
        PictureFile.Write(_folder["n.png"], noise);
        Assert.Equal(noise.Pixels, PictureFile.Read(_folder["n.png"]).Pixels);
    }

    [Theory]
    [InlineData(1200, 2000, 1)] // strips of other lengths at the end
    [InlineData(1500, 1400, 3)]
    public void LargePngsAreWrittenInStrips(int width, int height, int channels)
    {
        byte[] noise = new byte[width * height * channels];
        new Random(1).NextBytes(noise.AsSpan(noise.Length / 3)); // what is smooth and what is not
        byte[] file = PictureFile.EncodePng(new(width, height, channels, noise));
        Assert.Equal(noise, PictureFile.Decode(file).Pixels);
        Assert.True(file.AsSpan().Count("IDAT"u8) > 1);
        // The reader does not look at the sum of the whole, which other readers do: a decompressor for zlib streams does.
        using var zlib = new ZLibStream(new MemoryStream(DataOf(file)), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        Assert.Equal((width * channels + 1) * height, rows.Length);
    }

    private static byte[] DataOf(byte[] png)
    {
        using var data = new MemoryStream();
        for (int at = 8; at < png.Length;)
        {
            int length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (png.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8))
                data.Write(png, at + 8, length);
            at += 12 + length;
        }
        return data.ToArray();
    }

    [Theory]
    [InlineData("P2 # grey\n3 1\n15\n0 5 15", 1, new byte[] { 0, 85, 255 })]
    [InlineData("P3\n#a\n#b\n1 1 255 1\t2\n3\n", 3, new byte[] { 1, 2, 3 })]
    [InlineData("P5 3 1 255\nabc", 1, new byte[] { 97, 98, 99 })]
    [InlineData("P5 1 1 1023\n\u0002\u0000", 1, new byte[] { 128 })]
    [InlineData("P6 1 1 255\n#!?", 3, new byte[] { 35, 33, 63 })]
    [InlineData("P1 # dots\n5 1\n10 1\n01", 1, new byte[] { 0, 255, 0, 255, 0 })]
    [InlineData("P4\n10 1\n\u0081\u0040", 1, new byte[] { 0, 255, 255, 255, 255, 255, 255, 0, 255, 0 })]
    [InlineData("P7\nWIDTH 1\nHEIGHT 1\n# a comment\nDEPTH 3\nMAXVAL 127\nTUPLTYPE RGB\nENDHDR\n\u0000\u007f@", 3,
        new byte[] { 0, 255, 129 })]
    [InlineData("P7\nDEPTH 1\nMAXVAL 1\nWIDTH 2\nHEIGHT 1\nTUPLTYPE BLACKANDWHITE\nENDHDR\n\u0001\u0000", 1, new byte[] { 255, 0 })]
    public void AnymapsAreRead(string file, int channels, byte[] pixels)
    {
        File.WriteAllBytes(_folder["p.pnm"], Encoding.Latin1.GetBytes(file));
        Picture picture = PictureFile.Read(_folder["p.pnm"]);
        Assert.Equal((channels, 1), (picture.Channels, picture.Height));
        Assert.Equal(pixels, picture.Pixels);
    }

    [Theory]
    [InlineData("P5 3 2 255\nabc", "is not a whole PNM picture: 3x2 pixels need at least 7 bytes after the header, and there are 4.")]
    [InlineData("P5 3", "is not a whole PNM picture: a number was expected, and the file ends.")]
    [InlineData("P5 3 x", "is not a whole PNM picture: a number was expected, and byte 78 is there.")]
    [InlineData("P2 1 1 15 16", "is not a whole PNM picture: it has the value 16 above its maxval 15.")]
    [InlineData("P5 1 1 70000\n\u0001", "is not a whole PNM picture: its header says maxval 70000, not 1 to 65535.")]
    [InlineData("P1 3 1 012", "is not a whole PBM picture: a 0 or 1 was expected, and byte 32 is there.")]
    [InlineData("P1 3 1 0 1", "is not a whole PBM picture: it has 2 of 3 pixels.")]
    [InlineData("P4 9 2\nabc", "is not a whole PBM picture: 9x2 pixels need at least 5 bytes after the header, and there are 4.")]
    [InlineData("P7\nWIDTH 1\nHEIGHT 1\n", "is not a whole PAM picture: its header has no end.")]
    [InlineData("P7\nWIDTH 1\nHEIGHT 0\nENDHDR\n", "is not a whole PAM picture: its header says HEIGHT '0'.")]
    [InlineData("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE CMYK\nENDHDR\nabcd",
        "is not a whole PAM picture: its pixels are 4 values of the type 'CMYK', not grey or RGB with or without alpha.")]
    [InlineData("P7\nWIDTH 2\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\nENDHDR\na",
        "is not a whole PAM picture: 2x1 pixels need at least 2 bytes after the header, and there are 1.")]
    [InlineData("P6 99999 99999 255\n", "is not a whole PNM picture: its header says 99999x99999 pixels;")]
    [InlineData("", $"{NoPicture}: it is empty.")]
    [InlineData("Dear Sir or Madam, ", $"{NoPicture}: it begins with \"Dear Sir or Mada\".")]
    [InlineData("GIF89a\u0001", $"{NoPicture}: it begins with the bytes 47494638396101.")]
    [InlineData("\u00ff\u00d8\u00ff\u00e0", "is not a whole JPEG picture: ")]
    public void WhatIsNoPictureIsSaidInOneSentence(string file, string message)
    {
        File.WriteAllBytes(_folder["p.png"], Encoding.Latin1.GetBytes(file));
        string actual = Assert.Throws<InvalidDataException>(() => PictureFile.Read(_folder["p.png"])).Message;
        Assert.StartsWith($"{_folder["p.png"]} {message}", actual);
    }

    [Fact]
    public void ATruncatedJpegIsRefused()
    {
        PictureFile.Write(_folder["p.jpg"], Gradient(64, 64, 3));
        byte[] file = File.ReadAllBytes(_folder["p.jpg"]);
        foreach (int length in new[] { 20, file.Length / 2, file.Length - 40 })
        {
            File.WriteAllBytes(_folder["p.jpg"], file[..length]);
            Assert.Throws<InvalidDataException>(() => PictureFile.Read(_folder["p.jpg"]));
        }
    }

    [Theory]
    [InlineData(true)] // cut in the middle, and closed
    [InlineData(false)] // a marker where none belongs
    public void AJpegWhosePixelsAreDamagedIsRefused(bool isCut)
    {
        PictureFile.Write(_folder["p.jpg"], Samples.Picture(128, 128, 3));
        byte[] file = File.ReadAllBytes(_folder["p.jpg"]);
        int half = file.Length / 2;
        byte[] damaged = isCut ? [.. file[..half], 0xFF, 0xD9] : [.. file[..half], 0xFF, 0xD0, .. file[(half + 2)..]];
        string message = Assert.Throws<InvalidDataException>(() => PictureFile.Decode(damaged)).Message;
        Assert.Equal("The file is not a whole JPEG picture: its data is damaged or cut short.", message);
    }

    [Theory]
    [InlineData(0xC3, 8, "its coding is of kind SOF3")] // lossless
    [InlineData(0xC1, 12, "its values are of 12 bits")]
    public void AJpegOfAnUnusualKindIsNamed(int frame, int bits, string kind)
    {
        byte[] file = [0xFF, 0xD8, 0xFF, 0xFE, 0, 4, 1, 2, 0xFF, (byte)frame, 0, 11, (byte)bits, 0, 1, 0, 1, 1, 1, 0x11, 0, 0xFF, 0xD9];
        Assert.Equal($"The file is a JPEG picture of a kind that is not read: {kind}.",
            Assert.Throws<InvalidDataException>(() => PictureFile.Decode(file)).Message);
    }

    [Fact]
    public void AFewBytesOfJpegCannotAskForAllTheMemory()
    {
        PictureFile.Write(_folder["p.jpg"], Gradient(8, 8, 1));
        byte[] file = File.ReadAllBytes(_folder["p.jpg"]);
        int frame = file.AsSpan().IndexOf(new byte[] { 0xFF, 0xC0 });
        (file[frame + 5], file[frame + 6], file[frame + 7], file[frame + 8]) = (0x40, 0, 0x40, 0);
        Assert.Equal($"The file is not a whole JPEG picture: {file.Length} bytes cannot hold the 16384x16384 pixels of its header.",
            Assert.Throws<InvalidDataException>(() => PictureFile.Decode(file)).Message);
        // Blank pictures are the smallest there are.
        PictureFile.Write(_folder["p.jpg"], new(2000, 2000, 1, new byte[2000 * 2000]));
        Assert.Equal(2000, PictureFile.Read(_folder["p.jpg"]).Width);
    }

    [Fact]
    public void AnExifOrientationIsApplied()
    {
        // A 40x20 picture, dark on the left; orientation 6 says that it is to be turned by 90 degrees to the right.
        byte[] pixels = new byte[40 * 20];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = i % 40 < 20 ? (byte)10 : (byte)240;
        PictureFile.Write(_folder["p.jpg"], new(40, 20, 1, pixels));
        byte[] file = File.ReadAllBytes(_folder["p.jpg"]);
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif"u8, 0, 0, .. "MM"u8, 0, 42, 0, 0, 0, 8,
            0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        File.WriteAllBytes(_folder["p.jpg"], [.. file[..2], .. exif, .. file[2..]]);
        Picture turned = PictureFile.Read(_folder["p.jpg"]);
        Assert.Equal((20, 40), (turned.Width, turned.Height));
        Assert.True(turned.Pixels[5 * 20 + 5] < 40 && turned.Pixels[35 * 20 + 5] > 200);
    }

    [Fact]
    public void TheNameTellsWhatIsWritten()
    {
        string[] pictures = ["a.png", "a.PNG", "a.jpg", "b/a.jpeg", "a.pgm", "a.ppm", "a.pnm", "a.tif", "a.TIFF", "a.webp", "a.avif",
            "a.bmp", "a.pfm", "a.jpe", "a.jfif", "a.pbm", "a.pam"];
        Assert.All(pictures, name => Assert.True(PictureFile.IsPicture(name)));
        Assert.All(["a", "a.txt", "png", ".a.png.partial"], name => Assert.False(PictureFile.IsPicture(name)));
        Assert.Throws<ArgumentException>(() => PictureFile.Write(_folder["a.gif"], Gradient(2, 2, 1)));
    }

    [Fact]
    public void AFailedWriteLeavesNothingBehind()
    {
        Directory.CreateDirectory(_folder["taken.png"]);
        Assert.ThrowsAny<Exception>(() => PictureFile.Write(_folder["taken.png"], Gradient(2, 2, 1)));
        Assert.Throws<DirectoryNotFoundException>(() => PictureFile.Write(_folder["none/a.png"], Gradient(2, 2, 1)));
        Assert.Equal([_folder["taken.png"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void ManyThreadsMayReadAndWrite()
    {
        Parallel.For(0, 64, i =>
        {
            string path = _folder[$"{i}.{(i % 2 == 0 ? "png" : "jpg")}"];
            Picture picture = Gradient(20 + i, 30, i % 4 < 2 ? 1 : 3);
            PictureFile.Write(path, picture);
            Assert.InRange(Quality.Psnr(PictureFile.Read(path), picture), 35, double.PositiveInfinity);
        });
    }

    [Theory]
    [InlineData(2, 2, 1, 3)]
    [InlineData(0, 2, 1, 0)]
    [InlineData(1, 1, 2, 2)]
    public void APicturesPixelsFitItsSize(int width, int height, int channels, int length) =>
        Assert.Throws<ArgumentException>(() => new Picture(width, height, channels, new byte[length]));
}
