using static Denoise.Tests.Pictures.Documents;

namespace Denoise.Tests.Pictures;

/// <summary>A file keeps its depth, alpha and pages from reading to writing; <see cref="MetadataTests"/> has the rest.</summary>
public class PictureDocumentTests
{
    public static TheoryData<PictureFormat, string, int, bool> Kept
    {
        get
        {
            var data = new TheoryData<PictureFormat, string, int, bool>();
            foreach (int channels in new[] { 1, 3 })
                foreach (bool alpha in new[] { false, true })
                {
                    data.Add(PictureFormat.Png, "byte", channels, alpha);
                    data.Add(PictureFormat.Png, "ushort", channels, alpha);
                    foreach (string depth in new[] { "byte", "ushort", "float" })
                        data.Add(PictureFormat.Tiff, depth, channels, alpha);
                    if (channels == 3)
                    {
                        data.Add(PictureFormat.WebP, "byte", channels, alpha);
                        data.Add(PictureFormat.Bmp, "byte", channels, alpha);
                    }
                }
            data.Add(PictureFormat.Bmp, "byte", 1, false);
            data.Add(PictureFormat.Pnm, "byte", 1, false);
            data.Add(PictureFormat.Pnm, "ushort", 3, false);
            data.Add(PictureFormat.Pfm, "float", 1, false);
            data.Add(PictureFormat.Pfm, "float", 3, false);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public void DepthAndAlphaStayWhatTheyAre(PictureFormat format, string depth, int channels, bool alpha)
    {
        foreach (var (width, height) in new[] { (1, 1), (7, 5), (33, 129) })
        {
            Raster page = depth switch
            {
                "byte" => Bytes(width, height, channels, alpha),
                "ushort" => Words(width, height, channels, alpha),
                _ => Unit(Floats(width, height, channels, alpha)),
            };
            PictureDocument back = Again(Of(page), format);
            Assert.Equal(format, back.Format);
            Same(page, Assert.Single(back.Pages));
        }
    }

    /// <summary>Not every codec has values beyond white.</summary>
    private static Raster<float> Unit(Raster<float> raster) => raster.With([.. raster.Pixels.Select(value => value % 1)]);

    private static void Same(Raster expected, Raster actual)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        Assert.Equal((expected.Channels, expected.HasAlpha), (actual.Channels, actual.HasAlpha));
        Assert.IsType(expected.GetType(), actual);
        Assert.Equal(Values<byte>(expected), Values<byte>(actual));
        Assert.Equal(Values<ushort>(expected), Values<ushort>(actual));
        Assert.Equal(Values<float>(expected), Values<float>(actual));
    }

    private static T[] Values<T>(Raster raster) where T : unmanaged =>
        raster is Raster<T> { Pixels: var pixels, Alpha: var alpha } ? [.. pixels, .. alpha ?? []] : [];

    [Fact]
    public void ATiffsPagesAreAllRead()
    {
        var document = new PictureDocument(PictureFormat.Tiff, [Bytes(8, 5, 3), Bytes(8, 5, 3, alpha: true), Bytes(8, 5, 3)], new());
        PictureDocument back = Again(document, PictureFormat.Tiff);
        Assert.Equal(3, back.Pages.Count);
        for (int page = 0; page < 3; page++)
            Assert.Equal(((Raster<byte>)document.Pages[page]).Pixels, ((Raster<byte>)back.Pages[page]).Pixels);
        Assert.Contains("hold one page, and this picture has 3",
            Assert.Throws<ArgumentException>(() => PictureFile.Encode(document, PictureFormat.Png)).Message);
        Assert.Contains("3 pages of 8x5 pixels; from 1 to 100 are read", Assert.Throws<InvalidDataException>(
            () => PictureFile.DecodeDocument(PictureFile.Encode(document, PictureFormat.Tiff), maxPixels: 100)).Message);
    }

    [Fact]
    public void WhatAFormatCannotHoldBecomesTheDeepestItCan()
    {
        Raster<float> page = Floats(5, 4, 3, alpha: true);
        Assert.IsType<Raster<ushort>>(Again(Of(page), PictureFormat.Png).Pages[0]);
        Assert.IsType<Raster<ushort>>(Again(Of(page), PictureFormat.Pnm).Pages[0]);
        Assert.IsType<Raster<byte>>(Again(Of(page), PictureFormat.Bmp).Pages[0]);
        Assert.False(Again(Of(page), PictureFormat.Jpeg).Pages[0].HasAlpha);
        var webP = (Raster<byte>)Again(Of(page), PictureFormat.WebP).Pages[0];
        Assert.Equal(page.Pixels.Select(value => (byte)MathF.Round(value * 255)), webP.Pixels);
    }

    [Fact]
    public void EveryLevelSurvivesAChangeOfDepth()
    {
        var bytes = new Raster<byte>(256, 1, 1, Ramp(256, i => (byte)i));
        Assert.Equal(bytes.Pixels, bytes.To<ushort>().To<byte>().Pixels);
        Assert.Equal(bytes.Pixels.Select(value => (ushort)(value * 257)), bytes.To<ushort>().Pixels);
        Assert.Equal(bytes.Pixels, bytes.To<float>().To<byte>().Pixels);
        var words = new Raster<ushort>(65536, 1, 1, Ramp(65536, i => (ushort)i));
        Assert.Equal(words.Pixels, words.To<float>().To<ushort>().Pixels);
        Assert.Equal(words.Pixels.Select(value => (byte)((value * 255 + 32767) / 65535)), words.To<byte>().Pixels);
        Assert.Equal<byte[]>([0, 0, 255], new Raster<float>(3, 1, 1, [float.NaN, -1, 2]).To<byte>().Pixels);
    }

    [Fact]
    public void ValuesHalfwayBetweenLevelsMakeAPictureNeitherBrighterNorDarker()
    {
        var halves = new Raster<float>(254, 1, 1, Ramp(254, i => (i + 0.5f) / 255));
        Assert.InRange(halves.To<byte>().Pixels.Average(level => level) - halves.Pixels.Average() * 255, -0.02, 0.02);
    }

    [Fact]
    public void ALossyWebPIsWrittenLossyAgainAndALosslessOneExactly()
    {
        Raster<byte> page = Bytes(64, 64, 3);
        PictureDocument exact = Again(Of(page), PictureFormat.WebP);
        Assert.False(exact.IsLossy);
        PictureDocument lossy = Again(Of(page) with { IsLossy = true }, PictureFormat.WebP);
        Assert.True(lossy.IsLossy);
        Assert.NotEqual(page.Pixels, ((Raster<byte>)lossy.Pages[0]).Pixels);
    }

    [Fact]
    public void AnAnimatedPngIsRefused()
    {
        byte[] png = new PngBuilder().Header(1, 1, 8, 0).Chunk("acTL", 0, 0, 0, 2, 0, 0, 0, 0).Rows(0, 1).End();
        Assert.Contains("animated", Assert.Throws<InvalidDataException>(() => PictureFile.DecodeDocument(png)).Message);
    }

    [Fact]
    public void AnAnimatedWebPsFramesArePagesAndWrittenAsSuch()
    {
        Raster<byte>[] frames = [Bytes(8, 6, 3), Bytes(8, 6, 3).With([.. Bytes(8, 6, 3).Pixels.Reverse()]), Bytes(8, 6, 3)];
        var metadata = new PictureMetadata { Animation = new([40, 120, 300], 3), Exif = Exif(1), Xmp = Xmp };
        var animation = new PictureDocument(PictureFormat.WebP, frames, metadata);
        PictureDocument back = Again(animation, PictureFormat.WebP);
        Assert.Equal(frames.Select(frame => frame.Pixels), back.Pages.Select(page => ((Raster<byte>)page).Pixels));
        Assert.Equal<int[]>([40, 120, 300], back.Metadata.Animation!.Delays);
        Assert.Equal(3, back.Metadata.Animation.Loops);
        Assert.Equal(Exif(1), back.Metadata.Exif);
        Assert.False(back.IsLossy);
        Assert.True(Again(animation with { IsLossy = true }, PictureFormat.WebP).IsLossy);
        Assert.Equal(3, Again(back, PictureFormat.Tiff).Pages.Count);
        Assert.Contains("PNG files hold one page, and this picture has 3",
            Assert.Throws<ArgumentException>(() => PictureFile.Encode(back, PictureFormat.Png)).Message);
        Assert.Contains("3 pages of 8x6", Assert.Throws<InvalidDataException>(
            () => PictureFile.DecodeDocument(PictureFile.Encode(animation, PictureFormat.WebP), maxPixels: 100)).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnAvifOfThatIsNotLossyIsExact(bool alpha)
    {
        Raster<byte> bytes = Bytes(17, 9, 3, alpha);
        Same(bytes, Assert.Single(Again(Of(bytes), PictureFormat.Avif).Pages));
        // 12 bits are the most it has.
        Raster<ushort> words = Words(17, 9, 3, alpha);
        var back = Assert.IsType<Raster<ushort>>(Assert.Single(Again(Of(words), PictureFormat.Avif).Pages));
        Assert.All(words.Pixels.Zip(back.Pixels), pair => Assert.Equal(pair.First >> 4, pair.Second >> 4));
        Raster white = Again(Of(new Raster<ushort>(1, 1, 3, [65535, 65535, 65535])), PictureFormat.Avif).Pages[0];
        Assert.Equal(ushort.MaxValue, ((Raster<ushort>)white).Pixels[0]);
    }

    [Fact]
    public void ALossyAvifIsNearAndUpright()
    {
        Picture smooth = PictureFileTests.Gradient(64, 48, 3);
        var page = new Raster<byte>(64, 48, 3, smooth.Pixels);
        PictureDocument lossy = Again(Of(page, Exif(orientation: 1)) with { IsLossy = true }, PictureFormat.Avif);
        Assert.NotEqual(page.Pixels, ((Raster<byte>)lossy.Pages[0]).Pixels);
        Assert.InRange(Quality.Psnr(lossy.Pages[0].ToPicture(), smooth), 35, 99);
        Assert.True(lossy.IsLossy);
    }

    [Fact]
    public void ColoursOfALossyWebPStaySharp()
    {
        // Columns of red and blue, where plainly halved chroma is 35 levels off.
        byte[] pixels = [.. Enumerable.Range(0, 32 * 32).SelectMany(i => i % 4 < 2 ? new byte[] { 220, 20, 20 } : [20, 20, 220])];
        var back = (Raster<byte>)Again(Of(new Raster<byte>(32, 32, 3, pixels)) with { IsLossy = true }, PictureFormat.WebP).Pages[0];
        Assert.InRange(pixels.Zip(back.Pixels, (a, b) => Math.Abs(a - b)).Average(), 0, 16);
    }

    [Fact]
    public void TransparencyOfAPngMayBeAPalettesOrOneColour()
    {
        byte[] palette = new PngBuilder().Header(3, 1, 8, 3).Chunk("PLTE", 1, 2, 3, 4, 5, 6).Chunk("tRNS", 9).Rows(0, 0, 1, 0).End();
        var page = (Raster<byte>)PictureFile.DecodeDocument(palette).Pages[0];
        Assert.Equal<byte[]>([9, 255, 9], page.Alpha);
        byte[] key = new PngBuilder().Header(3, 1, 8, 0).Chunk("tRNS", 0, 7).Rows(0, 6, 7, 8).End();
        Assert.Equal<byte[]>([255, 0, 255], ((Raster<byte>)PictureFile.DecodeDocument(key).Pages[0]).Alpha);
    }

    [Theory]
    [InlineData(16, 0, 0x7FFF, new byte[] { 255, 255, 255 })]
    [InlineData(16, 0, 0x001F, new byte[] { 0, 0, 255 })]
    [InlineData(32, 0, 0x00102030, new byte[] { 0x10, 0x20, 0x30 })]
    [InlineData(24, 0, 0x00102030, new byte[] { 0x10, 0x20, 0x30 })]
    public void BitmapsOfOtherDepthsAreRead(int bits, int compression, int pixel, byte[] colour)
    {
        byte[] file = new byte[54 + 4];
        "BM"u8.CopyTo(file);
        (file[10], file[14], file[18], file[22], file[26], file[28], file[30]) = (54, 40, 1, 1, 1, (byte)bits, (byte)compression);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(54), pixel);
        Assert.Equal(colour, PictureFile.Decode(file).Pixels);
    }

    /// <summary>Two pixels in turn, an end of row, pixels as they are, a step over one, and the end; rows come from the bottom.</summary>
    [Theory]
    [InlineData(2, 4, new byte[] { 3, 0x12, 0, 0, 0, 3, 0x21, 0x20, 0, 1 }, "212121")]
    [InlineData(1, 8, new byte[] { 2, 1, 1, 2, 0, 0, 0, 2, 1, 0, 2, 1, 0, 1 }, "211112")]
    [InlineData(1, 8, new byte[] { 9, 1, 0, 0, 0, 3, 2, 1, 2, 0, 0, 1 }, "212111")] // longer than the row
    public void RunLengthBitmapsAreUnpacked(int compression, int bits, byte[] runs, string pixels)
    {
        byte[] header = new byte[54];
        "BM"u8.CopyTo(header);
        (header[10], header[14], header[18], header[22], header[26]) = (66, 40, 3, 2, 1);
        (header[28], header[30], header[46]) = ((byte)bits, (byte)compression, 3);
        byte[] file = [.. header, 20, 20, 20, 0, 10, 10, 10, 0, 20, 20, 20, 0, .. runs];
        Assert.Equal(pixels, string.Concat(PictureFile.Decode(file).Pixels.Select(value => value / 10)));
        Assert.Contains("cut short", Assert.Throws<InvalidDataException>(() => PictureFile.Decode(file[..^2])).Message);
    }

    [Fact]
    public void AFloatMapHasItsRowsFromTheBottomInEitherByteOrder()
    {
        byte[] big = [.. "Pf\n1 2\n1.0\n"u8, .. Enumerable.Repeat((byte)0, 8)];
        BinaryPrimitives.WriteSingleBigEndian(big.AsSpan(^8), 0.25f);
        BinaryPrimitives.WriteSingleBigEndian(big.AsSpan(^4), 1.5f);
        Assert.Equal([1.5f, 0.25f], ((Raster<float>)PictureFile.DecodeDocument(big).Pages[0]).Pixels);
        Assert.Contains("need 8 bytes after the header, and there are 7",
            Assert.Throws<InvalidDataException>(() => PictureFile.DecodeDocument(big[..^1])).Message);
    }
}
