using static Denoise.Tests.Pictures.Documents;

namespace Denoise.Tests.Pictures;

/// <summary>Metadata that speak of the pixels are made to fit, and small pictures of the noisy one are left out.</summary>
public class FittedMetadataTests
{
    private static readonly byte[] Thumbnail = [0xFF, 0xD8, 0xFF, 0xDB, .. Ramp(60, i => (byte)(i + 1)), 0xFF, 0xD9];

    /// <summary>EXIF of a picture on its side with its size, and a small picture in a second directory.</summary>
    /// <param name="behind">Bytes behind the small picture.</param>
    private static byte[] WithThumbnail(params byte[] behind) =>
    [
        .. "II"u8, 42, 0, 8, 0, 0, 0,
        2, 0,
        0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0,
        0x69, 0x87, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0,
        68, 0, 0, 0, // the second directory
        2, 0, // at 38
        0x02, 0xA0, 4, 0, 1, 0, 0, 0, 0xE7, 3, 0, 0,
        0x03, 0xA0, 3, 0, 1, 0, 0, 0, 0xE8, 3, 0, 0,
        0, 0, 0, 0,
        2, 0, // at 68
        0x01, 2, 4, 0, 1, 0, 0, 0, 98, 0, 0, 0,
        0x02, 2, 4, 0, 1, 0, 0, 0, (byte)Thumbnail.Length, 0, 0, 0,
        0, 0, 0, 0,
        .. Thumbnail, // at 98
        .. behind,
    ];

    private static PictureMetadata Fitted(PictureMetadata metadata, PictureFormat format = PictureFormat.Png) =>
        Again(new(PictureFormat.Png, [Bytes(9, 6, 3)], metadata), format).Metadata;

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.WebP)]
    public void TheThumbnailIsCutOffAndTheSizeFollows(PictureFormat format)
    {
        byte[] exif = Fitted(new() { Exif = WithThumbnail() }, format).Exif!;
        Assert.Equal(98, exif.Length);
        TiffDirectory photograph = TiffDirectory.Read(exif).Entries[TiffDirectory.ExifDirectory].Directory!;
        Assert.Equal((6, 9), (photograph.Number(0xA002), photograph.Number(0xA003)));
        Assert.Equal(1, TiffDirectory.Read(exif).Number(TiffDirectory.Orientation));
        Assert.Equal(new byte[4], exif[34..38]);
    }

    [Fact]
    public void AThumbnailBeforeOtherDataIsBlackenedOut()
    {
        byte[] exif = Fitted(new() { Exif = WithThumbnail([.. "maker"u8]) }).Exif!;
        Assert.Equal([.. new byte[Thumbnail.Length], .. "maker"u8], exif[98..]);
    }

    [Fact]
    public void PhotoshopsThumbnailIsLeftOut()
    {
        byte[] thumbnail = [.. "8BIM"u8, 4, 12, 0, 0, 0, 0, 0, 3, 1, 2, 3, 0];
        Assert.Equal(Iptc, Fitted(new() { Iptc = [.. thumbnail, .. Iptc, .. thumbnail] }, PictureFormat.Jpeg).Iptc);
        Assert.Null(Fitted(new() { Iptc = thumbnail }, PictureFormat.Jpeg).Iptc);
        byte[] cut = [.. Iptc, .. "8BIM"u8, 4];
        Assert.Equal(cut, Fitted(new() { Iptc = cut }, PictureFormat.Jpeg).Iptc);
    }

    [Fact]
    public void XmpFollowsAndLosesItsThumbnails()
    {
        string xmp = Encoding.UTF8.GetString(Fitted(new()
        {
            Exif = Documents.Exif(6),
            Xmp = Encoding.UTF8.GetBytes("""
                <?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
                <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
                <rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
                 xmlns:xmp="http://ns.adobe.com/xap/1.0/" tiff:Orientation="6" xmp:Rating="5"><tiff:ImageWidth>9</tiff:ImageWidth>
                <exif:PixelYDimension>7</exif:PixelYDimension>
                <xmp:Thumbnails><rdf:Alt><rdf:li>/9j/</rdf:li></rdf:Alt></xmp:Thumbnails></rdf:Description></rdf:RDF></x:xmpmeta>
                <?xpacket end="w"?>
                """),
        }).Xmp!);
        Assert.Contains("tiff:Orientation=\"1\" xmp:Rating=\"5\"", xmp);
        Assert.Contains("<tiff:ImageWidth>6<", xmp);
        Assert.Contains("<exif:PixelYDimension>9<", xmp);
        Assert.DoesNotContain("Thumbnails", xmp);
        Assert.StartsWith("<?xpacket begin", xmp);
        Assert.EndsWith("<?xpacket end=\"w\"?>", xmp.TrimEnd());
    }

    [Theory]
    [InlineData("<not xml")]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>")]
    public void XmpThatIsNoneStaysAsItIs(string text)
    {
        byte[] xmp = Encoding.UTF8.GetBytes(text);
        PictureMetadata metadata = Fitted(new() { Xmp = xmp, Denoised = ["photo"] });
        Assert.Equal(xmp, metadata.Xmp);
        Assert.Empty(metadata.Denoised);
    }

    [Theory]
    [InlineData("{\"shape\": [6, 9, 3]}", true)]
    [InlineData("ImageJ=1.53\nimages=1\nchannels=3\n", true)]
    [InlineData("<?xml version=\"1.0\"?><OME xmlns=\"http://www.openmicroscopy.org/\"/>", true)]
    [InlineData("Delft in the rain", false)]
    public void ADescriptionOfAnotherLayoutIsLeftOut(string description, bool statesLayout)
    {
        byte[] text = [.. Encoding.ASCII.GetBytes(description), 0];
        byte[] Kept(int planar, byte[][] pieces) => PictureFile.Encode(PictureFile.DecodeDocument(TiffFile.Of(9, 6, pieces, page =>
        {
            page.SetSamples(photometric: 2, samples: 3, bits: 8);
            page.SetShorts(TiffFile.PlanarConfiguration, planar);
            page.Set(TiffDirectory.Description, TiffDirectory.Ascii, text);
        })), PictureFormat.Tiff);
        byte[] same = Kept(1, [new byte[9 * 6 * 3]]), other = Kept(2, [new byte[9 * 6], new byte[9 * 6], new byte[9 * 6]]);
        Assert.Equal(text, TiffDirectory.Read(same).Bytes(TiffDirectory.Description));
        Assert.Equal(statesLayout ? null : text, TiffDirectory.Read(other).Bytes(TiffDirectory.Description));
    }

    [Fact]
    public void EveryPageOfATiffKeepsItsOwn()
    {
        PictureMetadata Named(string name, int kind)
        {
            var tags = new TiffDirectory();
            tags.Set(285, TiffDirectory.Ascii, [.. Encoding.ASCII.GetBytes(name), 0]);
            return new()
            {
                Exif = Denoise.Pictures.Exif.Of(tags), Xmp = Encoding.UTF8.GetBytes($"<a>{name}</a>"), Icc = Encoding.UTF8.GetBytes(name),
                TiffTags = [KeyValuePair.Create((ushort)254, new TiffDirectory.Entry(TiffDirectory.Ulong, [(byte)kind, 0, 0, 0]))],
            };
        }
        var document = new PictureDocument(PictureFormat.Tiff, [Bytes(9, 6, 3), Bytes(4, 3, 3)], Named("one", 2))
        {
            LaterMetadata = [Named("two", 1)],
        };
        PictureDocument back = Again(Again(document, PictureFormat.Tiff), PictureFormat.Tiff);
        string[] names = ["one", "two"];
        for (int i = 0; i < 2; i++)
        {
            PictureMetadata metadata = back.MetadataOf(i);
            Assert.Equal(names[i], Encoding.UTF8.GetString(metadata.Icc!));
            Assert.Equal($"<a>{names[i]}</a>", Encoding.UTF8.GetString(metadata.Xmp!));
            Assert.Contains(names[i], Encoding.UTF8.GetString(metadata.Exif!));
            Assert.Equal(i == 0 ? 2 : 1, metadata.TiffTags.Single().Value.Values[0]);
        }
    }

    [Fact]
    public void PhotoshopsLayersAreLeftOut()
    {
        byte[] file = TiffFile.Of(1, 1, [[7]], page => page.Set(37724, TiffDirectory.Undefined, [.. "Adobe Photoshop layers"u8]));
        Assert.True(PictureFile.Encode(PictureFile.DecodeDocument(file), PictureFormat.Tiff).AsSpan().IndexOf("layers"u8) < 0);
    }
}
