namespace Denoise.Tests.Pictures;

/// <summary>What is kept of a file from reading to writing: depth, alpha, pages, profile, EXIF.</summary>
public class PictureDocumentTests
{
    internal static readonly byte[] Profile = ProfileOf(70_000); // more than one segment of a JPEG file holds

    internal static readonly byte[] Xmp = [.. "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><dc:creator>Ansel</dc:creator></x:xmpmeta>"u8];

    // One image resource (0x0404) with one record: the city (2:90).
    internal static readonly byte[] Iptc = [.. "8BIM"u8, 4, 4, 0, 0, 0, 0, 0, 10, 0x1C, 2, 90, 0, 5, .. "Delft"u8];

    /// <summary>The header of an ICC profile of a screen (ICC.1:2022, 7.2), no tag, and bytes to the length.</summary>
    private static byte[] ProfileOf(int length)
    {
        byte[] profile = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];
        profile.AsSpan(0, 132).Clear();
        BinaryPrimitives.WriteInt32BigEndian(profile, length);
        profile[8] = 4;
        "mntrRGB XYZ "u8.CopyTo(profile.AsSpan(12));
        "acsp"u8.CopyTo(profile.AsSpan(36));
        return profile;
    }

    private static T[] Ramp<T>(int length, Func<int, T> value) => [.. Enumerable.Range(0, length).Select(value)];

    internal static Raster<byte> Bytes(int width, int height, int channels, bool alpha = false) => new(width, height, channels,
        Ramp(width * height * channels, i => (byte)(i * 7)), alpha ? Ramp(width * height, i => (byte)(i * 11)) : null);

    internal static Raster<ushort> Words(int width, int height, int channels, bool alpha = false) => new(width, height, channels,
        Ramp(width * height * channels, i => (ushort)(i * 1237)), alpha ? Ramp(width * height, i => (ushort)(i * 3001)) : null);

    internal static Raster<float> Floats(int width, int height, int channels, bool alpha = false) => new(width, height, channels,
        Ramp(width * height * channels, i => i / 1000f), alpha ? Ramp(width * height, i => i / 500f % 1) : null);

    /// <summary>EXIF with a maker, a big-endian orientation and an exposure time in its own directory.</summary>
    internal static byte[] Exif(int orientation) =>
    [
        .. "MM"u8, 0, 42, 0, 0, 0, 8,
        0, 3,
        1, 0x0F, 0, 2, 0, 0, 0, 6, 0, 0, 0, 50, // make, 6 letters at 50
        1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0,
        0x87, 0x69, 0, 4, 0, 0, 0, 1, 0, 0, 0, 56, // the directory at 56
        0, 0, 0, 0,
        .. "Kodak\0"u8,
        0, 1,
        0x82, 0x9A, 0, 5, 0, 0, 0, 1, 0, 0, 0, 74, // exposure time, a rational at 74
        0, 0, 0, 0,
        0, 0, 0, 1, 0, 0, 0, 125,
    ];

    private static PictureDocument Again(PictureDocument document, PictureFormat format) =>
        PictureFile.DecodeDocument(PictureFile.Encode(document, format));

    private static PictureDocument Of(Raster page, byte[]? exif = null, byte[]? icc = null) =>
        new(PictureFormat.Png, [page], new() { Exif = exif, Icc = icc });

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

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.Tiff)]
    [InlineData(PictureFormat.WebP)]
    [InlineData(PictureFormat.Avif)]
    public void ProfileAndExifAreKept(PictureFormat format)
    {
        PictureDocument back = Again(Of(Bytes(9, 6, 3), Exif(orientation: 1), Profile), format);
        Assert.Equal(Profile, back.Metadata.Icc);
        Assert.NotNull(back.Metadata.Exif);
        string exif = Encoding.Latin1.GetString(back.Metadata.Exif);
        Assert.Contains("Kodak\0", exif);
        // The exposure time, in the order of bytes that the file has now.
        Assert.Contains(format == PictureFormat.Tiff ? "\u0001\0\0\0\u007d\0\0\0" : "\0\0\0\u0001\0\0\0\u007d", exif);
        Assert.Equal(format is not (PictureFormat.Tiff or PictureFormat.Avif), back.Metadata.Exif.AsSpan().SequenceEqual(Exif(1)));
    }

    [Fact]
    public void ExifGoesFromTiffToTheOthersAndBack()
    {
        PictureDocument tiff = Again(Of(Bytes(4, 4, 1), Exif(1)), PictureFormat.Tiff);
        PictureDocument back = Again(Again(tiff, PictureFormat.Jpeg), PictureFormat.Tiff);
        Assert.Equal(tiff.Metadata.Exif, back.Metadata.Exif);
    }

    [Theory]
    [InlineData(1, "abcdef", 3, 2)]
    [InlineData(2, "cbafed", 3, 2)]
    [InlineData(3, "fedcba", 3, 2)]
    [InlineData(4, "defabc", 3, 2)]
    [InlineData(5, "adbecf", 2, 3)]
    [InlineData(6, "daebfc", 2, 3)]
    [InlineData(7, "fcebda", 2, 3)]
    [InlineData(8, "cfbead", 2, 3)]
    public void EachOrientationIsMadeUpright(int orientation, string upright, int width, int height)
    {
        var picture = new Raster<byte>(3, 2, 1, [.. "abcdef"u8], [.. "abcdef"u8]);
        foreach (var format in new[] { PictureFormat.Png, PictureFormat.WebP })
        {
            PictureDocument document = PictureFile.DecodeDocument(PictureFile.Encode(Of(picture, Exif(orientation)), format));
            var page = Assert.IsType<Raster<byte>>(document.Pages[0]);
            Assert.Equal((width, height), (page.Width, page.Height));
            Assert.Equal(Encoding.ASCII.GetBytes(upright), page.Alpha);
            Assert.Equal(upright, string.Concat(page.Pixels.Where((_, i) => i % page.Channels == 0).Select(value => (char)value)));
            Assert.Equal(Exif(1), document.Metadata.Exif);
        }
    }

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
    public void APageOnItsSideInATiffIsTurned()
    {
        byte[] file = PictureFile.Encode(Of(Bytes(6, 4, 1)), PictureFormat.Tiff);
        // The predictor's entry becomes an orientation; the pixels then are differences, which does not matter here.
        int at = file.AsSpan().IndexOf<byte>([0x3D, 1, 3, 0, 1, 0, 0, 0]);
        byte[] turned = [.. file];
        (turned[at], turned[at + 8]) = (0x12, 6);
        Raster page = PictureFile.DecodeDocument(turned).Pages[0];
        Assert.Equal((4, 6), (page.Width, page.Height));
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

    [Theory]
    [InlineData(PictureFormat.Png, false)]
    [InlineData(PictureFormat.Jpeg, true)]
    [InlineData(PictureFormat.Tiff, true)]
    [InlineData(PictureFormat.WebP, false)]
    [InlineData(PictureFormat.Avif, false)]
    public void XmpAndIptcAreKept(PictureFormat format, bool hasIptc)
    {
        PictureDocument described = Of(Bytes(9, 6, 3), Exif(1), Profile);
        PictureDocument back = Again(described with { Metadata = described.Metadata with { Xmp = Xmp, Iptc = Iptc } }, format);
        Assert.Equal(Xmp, back.Metadata.Xmp);
        Assert.Equal(hasIptc ? Iptc : null, back.Metadata.Iptc);
    }

    [Theory]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.WebP)]
    [InlineData(PictureFormat.Avif)]
    public void MetadataThatMakeNoSenseAreNoReasonToLoseAPicture(PictureFormat format)
    {
        var metadata = new PictureMetadata { Exif = [1, 2, 3], Icc = [4, 5, 6], Xmp = [7], Iptc = [8, 9] };
        PictureDocument back = Again(new(PictureFormat.Png, [Bytes(9, 6, 3)], metadata), format);
        Assert.Equal((9, 6), (back.Pages[0].Width, back.Pages[0].Height));
    }

    [Fact]
    public void IptcOfATiffAloneGoesToAJpeg()
    {
        byte[] file = TiffFile.Of(1, 1, [[7]], page => page.Set(TiffDirectory.Iptc, TiffDirectory.Undefined, Iptc[12..]));
        PictureDocument tiff = PictureFile.DecodeDocument(file);
        Assert.Equal(Iptc, Again(tiff, PictureFormat.Jpeg).Metadata.Iptc);
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

    [Fact]
    public void TheColoursOfAPngKeepTheirMeaning()
    {
        byte[] file = new PngBuilder().Header(1, 1, 8, 0).Chunk("gAMA", 0, 0, 0xB1, 0x8F).Chunk("pHYs", 0, 0, 1, 0, 0, 0, 1, 0, 1)
            .Rows(0, 1).End();
        byte[] back = PictureFile.Encode(PictureFile.DecodeDocument(file), PictureFormat.Png);
        Assert.True(back.AsSpan().IndexOf<byte>([.. "gAMA"u8, 0, 0, 0xB1, 0x8F]) > 0);
        Assert.True(back.AsSpan().IndexOf("pHYs"u8) > 0);
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
