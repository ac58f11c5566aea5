using static Denoise.Tests.Pictures.Documents;

namespace Denoise.Tests.Pictures;

/// <summary>A picture's metadata go with it: profile, EXIF, XMP, IPTC, and which side is up.</summary>
public class MetadataTests
{
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

    [Theory]
    [InlineData(PictureFormat.Png, true)]
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
    public void IptcThatATiffCallsNumbersKeepsTheOrderOfItsBytes()
    {
        byte[] iptc = [.. Iptc[12..], 0, 0];
        byte[] bigEndian = [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x83, 0xBB, 0, 4, 0, 0, 0, 3, 0, 0, 0, 26, 0, 0, 0, 0, .. iptc];
        Assert.Equal(iptc, TiffDirectory.Read(bigEndian).Bytes(TiffDirectory.Iptc)!);
        byte[] file = TiffFile.Of(1, 1, [[7]], page => page.Set(TiffDirectory.Iptc, TiffDirectory.Ulong, iptc));
        byte[] back = PictureFile.Encode(PictureFile.DecodeDocument(file), PictureFormat.Tiff);
        Assert.Equal(iptc, TiffDirectory.Read(back).Bytes(TiffDirectory.Iptc)!);
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
}
