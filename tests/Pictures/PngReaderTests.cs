namespace Denoise.Tests.Pictures;

public sealed class PngReaderTests : FolderTest
{
    private const int Grey = 0, Rgb = 2, Palette = 3, GreyAlpha = 4, Rgba = 6;

    private Picture Read(byte[] file)
    {
        File.WriteAllBytes(_folder["p.png"], file);
        return PictureFile.Read(_folder["p.png"]);
    }

    private void Holds(int width, int height, int channels, byte[] pixels, byte[] file)
    {
        Picture picture = Read(file);
        Assert.Equal((width, height, channels), (picture.Width, picture.Height, picture.Channels));
        Assert.Equal(pixels, picture.Pixels);
    }

    private void Fails(string clause, byte[] file)
    {
        string message = Assert.Throws<InvalidDataException>(() => Read(file)).Message;
        Assert.StartsWith($"{_folder["p.png"]} is not a whole PNG picture: ", message);
        Assert.Contains(clause, message);
    }

    [Fact]
    public void OneBitIsBlackOrWhite() =>
        Holds(10, 2, 1, [255, 0, 255, 0, 0, 0, 0, 0, 0, 255, .. new byte[10]],
            new PngBuilder().Header(10, 2, 1, Grey).Rows(0, 0b10100000, 0b01000000, 0, 0, 0).End());

    [Fact]
    public void TwoAndFourBitsAreSpreadOverTheRange()
    {
        Holds(4, 1, 1, [0, 85, 170, 255], new PngBuilder().Header(4, 1, 2, Grey).Rows(0, 0b00011011).End());
        Holds(3, 1, 1, [0, 119, 255], new PngBuilder().Header(3, 1, 4, Grey).Rows(0, 0x07, 0xF0).End());
    }

    [Fact]
    public void SixteenBitsAreRoundedToEight() =>
        Holds(4, 1, 1, [0, 1, 128, 255], new PngBuilder().Header(4, 1, 16, Grey).Rows(0, 0, 128, 0, 129, 128, 0, 255, 255).End());

    [Fact]
    public void AlphaIsDroppedAndTheColourBeneathKept()
    {
        Holds(2, 1, 1, [7, 9], new PngBuilder().Header(2, 1, 8, GreyAlpha).Rows(0, 7, 0, 9, 255).End());
        Holds(1, 1, 3, [1, 2, 3], new PngBuilder().Header(1, 1, 8, Rgba).Rows(0, 1, 2, 3, 0).End());
        Holds(1, 1, 3, [1, 2, 3], new PngBuilder().Header(1, 1, 16, Rgba).Rows(0, 1, 1, 2, 2, 3, 3, 0, 0).End());
    }

    [Fact]
    public void PalettesBecomeRgb() =>
        Holds(3, 1, 3, [4, 5, 6, 1, 2, 3, 4, 5, 6],
            new PngBuilder().Header(3, 1, 4, Palette).Chunk("PLTE", 1, 2, 3, 4, 5, 6).Rows(0, 0x10, 0x10).End());

    [Theory]
    [InlineData(0, new byte[] { 30, 40, 60 })]
    [InlineData(1, new byte[] { 30, 10, 20 })]
    [InlineData(2, new byte[] { 20, 10, 10 })]
    [InlineData(3, new byte[] { 25, 10, 15 })] // less half of left and above: 30-10/2, 40-(30+30)/2, 60-(40+50)/2
    // Less the nearest to left + above - above left: 10 of (0,10,0), 30 of (30,30,10), 50 of (40,50,30).
    [InlineData(4, new byte[] { 20, 10, 10 })]
    public void EachFilterIsUndone(byte filter, byte[] row)
    {
        byte[] above = [10, 30, 50], expected = [30, 40, 60];
        Holds(3, 2, 1, [.. above, .. expected], new PngBuilder().Header(3, 2, 8, Grey).Rows([0, .. above, filter, .. row]).End());
    }

    [Fact]
    public void InterlacedRowsAreSpreadOut()
    {
        // A 5x3 picture of 0..14 taken apart by the passes: (0,0); (4,0); none; (2,0); (0,2) (2,2) (4,2); (1,0) (3,0) (1,2) (3,2); row 1.
        byte[] passes = [0, 0, 0, 4, 0, 2, 0, 10, 12, 14, 0, 1, 3, 0, 11, 13, 0, 5, 6, 7, 8, 9];
        Holds(5, 3, 1, [.. Enumerable.Range(0, 15).Select(i => (byte)i)],
            new PngBuilder().Header(5, 3, 8, Grey, interlace: 1).Rows(passes).End());
    }

    [Fact]
    public void PixelsMayBeSpreadOverChunksAmongOthers()
    {
        byte[] data = PngBuilder.Deflate([0, 1, 2, 3]);
        Holds(3, 1, 1, [1, 2, 3], new PngBuilder().Header(3, 1, 8, Grey).Chunk("tEXt", 65, 0, 66)
            .Chunk("IDAT", data[..2]).Chunk("IDAT").Chunk("IDAT", data[2..]).Chunk("tIME", 1).End());
    }

    [Theory]
    [InlineData("CgBI", "it needs the extension CgBI.")]
    [InlineData("acTL", "it is animated, and only still pictures are denoised.")]
    public void AKindThatIsNotReadIsNamed(string chunk, string clause)
    {
        byte[] file = new PngBuilder().Header(3, 1, 8, Grey).Chunk(chunk, 1).Rows(0, 1, 2, 3).End();
        Assert.Equal($"{_folder["p.png"]} is a PNG picture of a kind that is not read: {clause}",
            Assert.Throws<InvalidDataException>(() => Read(file)).Message);
    }

    [Fact]
    public void WhatIsBrokenIsSaid()
    {
        PngBuilder Start(int width = 3, int height = 1, int depth = 8, int color = Grey) =>
            new PngBuilder().Header(width, height, depth, color);
        Fails("cut short between two chunks", Start().Rows(0, 1, 2, 3).ToArray());
        Fails("cut short: a chunk of ", Start().Rows(0, 1, 2, 3).ToArray()[..^6]);
        Fails("header is not where it belongs", new PngBuilder().Rows(0, 1).End());
        Fails("header is not where it belongs", Start().Header(3, 1, 8, Grey).Rows(0, 1, 2, 3).End());
        Fails("does not begin with an image header", new PngBuilder().Chunk("IHDR", 1, 2, 3).End());
        Fails("a kind of PNG that does not exist (0902000000)", Start(depth: 9, color: Rgb).End());
        Fails("the filter 5, which does not exist", Start().Rows(5, 1, 2, 3).End());
        Fails("ends before its last row", Start(height: 2).Rows(0, 1, 2, 3).End());
        Fails("a pixel asks for colour 3 of a palette of 2", Start(color: Palette).Chunk("PLTE", 1, 2, 3, 4, 5, 6).Rows(0, 0, 3, 1).End());
        Fails("does not hold whole colours", Start(color: Palette).Chunk("PLTE", 1, 2).End());
        Fails("", Start().Chunk("IDAT", 1, 2, 3, 4, 5).End()); // no deflate stream at all; the words are the decompressor's

        byte[] wrongSum = Start().Rows(0, 1, 2, 3).End();
        wrongSum[20] ^= 1;
        Fails("the check sum of its chunk at byte 8 is wrong", wrongSum);
    }

    [Fact]
    public void AWrongCheckSumOutsideThePixelsIsAWarning()
    {
        byte[] file = new PngBuilder().Header(3, 1, 8, Grey).Chunk("gAMA", 0, 0, 177, 143).Rows(0, 1, 2, 3).End();
        Assert.Null(PictureFile.DecodeDocument(file).Warning);
        file[file.AsSpan().IndexOf("gAMA"u8) + 7] ^= 1;
        PictureDocument document = PictureFile.DecodeDocument(file);
        Assert.Equal("The check sum of its chunk gAMA is wrong, so that is left out.", document.Warning);
        Assert.Equal([1, 2, 3], document.Pages[0].ToPicture().Pixels);
        Assert.Empty(document.Metadata.PngChunks);
    }

    [Fact]
    public void AHeaderCannotAskForAllTheMemory()
    {
        Fails("its header says 2000000000x1 pixels", new PngBuilder().Header(2_000_000_000, 1, 8, Grey).Rows(0).End());
        Fails("its header says 100000x100000 pixels", new PngBuilder().Header(100_000, 100_000, 8, Rgb).Rows(0).End());
        Fails("its header says 0x5 pixels", new PngBuilder().Header(0, 5, 8, Grey).Rows(0).End());
        Fails("cannot hold the 16000x16000 pixels", new PngBuilder().Header(16_000, 16_000, 8, Rgb).Rows(0).End());
    }
}
