using static Denoise.Tests.Pictures.Documents;

namespace Denoise.Tests.Pictures;

/// <summary>Comments, the resolution and the words on denoising go wherever a format has a place for them.</summary>
public class TextMetadataTests
{
    private static PictureMetadata Again(PictureMetadata metadata, params PictureFormat[] formats) =>
        formats.Aggregate(new PictureDocument(PictureFormat.Png, [Bytes(9, 6, 3)], metadata), Documents.Again).Metadata;

    private static string[] TextsOf(PictureMetadata metadata) => [.. metadata.Comments.Select(Encoding.UTF8.GetString)];

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.Pnm)]
    [InlineData(PictureFormat.Pam)]
    [InlineData(PictureFormat.Pbm)]
    public void CommentsGoFromFormatToFormat(PictureFormat format)
    {
        var metadata = new PictureMetadata { Comments = [[.. "In the rain"u8], [.. "日本 #2"u8]] };
        Assert.Equal(["In the rain", "日本 #2"], TextsOf(Again(metadata, format, PictureFormat.Png, format)));
    }

    [Fact]
    public void CommentsBecomeTheDescriptionOfATiffThatHasNone()
    {
        var metadata = new PictureMetadata { Comments = [[.. "a"u8], [.. "b"u8]] };
        Assert.Contains("a\nb\0", Encoding.UTF8.GetString(Again(metadata, PictureFormat.Tiff).Exif!));
    }

    [Fact]
    public void ACommentOfAnyBytesStaysInAJpeg()
    {
        byte[] comment = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Assert.Equal(comment, Again(new() { Comments = [comment] }, PictureFormat.Jpeg).Comments.Single());
        Assert.Equal("é", Encoding.UTF8.GetString(Again(new() { Comments = [[0xE9]] }, PictureFormat.Png).Comments.Single()));
    }

    private static byte[] Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static byte[] WithTexts(params (string Type, byte[] Data)[] chunks)
    {
        PngBuilder png = chunks.Aggregate(new PngBuilder().Header(1, 1, 8, 0), (png, chunk) => png.Chunk(chunk.Type, chunk.Data));
        return png.Rows(0, 1).End();
    }

    [Fact]
    public void TheTextsOfAPngStayAsTheyAre()
    {
        (string, byte[])[] texts =
        [
            ("tEXt", [.. "Title\0A title"u8]), ("tEXt", [.. "Author\0Zo"u8, 0xEB]), ("zTXt", [.. "Long\0\0"u8, .. Packed("zzz")]),
            ("iTXt", [.. "Description\0\u0001\0ja\0"u8, .. "記述\0"u8, .. Packed("日本")]), ("tEXt", [.. "no zero byte"u8]),
        ];
        byte[] file = WithTexts(texts);
        PictureDocument document = PictureFile.DecodeDocument(file);
        byte[] back = PictureFile.Encode(document, PictureFormat.Png);
        foreach (var (type, data) in texts)
            Assert.True(back.AsSpan().IndexOf([.. Encoding.ASCII.GetBytes(type), .. data]) > 0, type);
        Assert.Equal(["Title: A title", "Author: Zoë", "Long: zzz", "Description: 日本"], TextsOf(document.Metadata));
    }

    [Theory]
    [InlineData("exif")]
    [InlineData("APP1")]
    public void ProfilesInTheTextsOfAPngAreRead(string name)
    {
        string Hex(string kind, byte[] profile) => $"\n{kind}\n{profile.Length,8}\n{Convert.ToHexStringLower(profile).Insert(20, "\n")}\n";
        byte[] file = WithTexts(
            ("tEXt", [.. Encoding.ASCII.GetBytes($"Raw profile type {name}\0" + Hex(name, [.. "Exif\0\0"u8, .. Documents.Exif(1)]))]),
            ("zTXt", [.. "Raw profile type iptc\0\0"u8, .. Packed(Hex("iptc", Iptc))]));
        PictureMetadata metadata = PictureFile.DecodeDocument(file).Metadata;
        Assert.Equal(Documents.Exif(1), metadata.Exif);
        Assert.Equal(Iptc, metadata.Iptc);
        Assert.Empty(metadata.PngChunks);
    }

    [Fact]
    public void ATextThatUnpacksToAnySizeIsNotUnpacked()
    {
        byte[] bomb = Packed(new string('z', 50_000_000));
        byte[] file = WithTexts([.. Enumerable.Repeat(("zTXt", (byte[])[.. "Comment\0\0"u8, .. bomb]), 20)]);
        Assert.Empty(PictureFile.DecodeDocument(file).Metadata.Comments);
    }

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.Tiff)]
    [InlineData(PictureFormat.WebP)]
    [InlineData(PictureFormat.Avif)]
    [InlineData(PictureFormat.Bmp)]
    public void TheResolutionGoesFromFormatToFormat(PictureFormat format)
    {
        foreach (double dotsPerInch in new[] { 72.0, 300, 299.72 }) // the last is 118 for each centimetre
        {
            double pixels = Math.Round(dotsPerInch / 0.0254, 6);
            var metadata = new PictureMetadata { Resolution = new(pixels, 2 * pixels) };
            Resolution back = Again(metadata, format, PictureFormat.Jpeg, format).Resolution!.Value;
            Assert.InRange(back.Across, pixels - 0.6, pixels + 0.6); // whole pixels for each metre are the coarsest
            Assert.InRange(back.Down, 2 * pixels - 0.6, 2 * pixels + 0.6);
        }
        Assert.Null(Again(new PictureMetadata(), format).Resolution);
    }

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.Tiff)]
    public void AResolutionWithoutUnitSaysOnlyHowThePixelsAreShaped(PictureFormat format)
    {
        Resolution back = Again(new PictureMetadata { Resolution = new(2, 1, HasUnit: false) }, format).Resolution!.Value;
        Assert.Equal(new(2, 1, HasUnit: false), back);
    }

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.Tiff)]
    [InlineData(PictureFormat.WebP)]
    [InlineData(PictureFormat.Avif)]
    [InlineData(PictureFormat.Pnm)]
    [InlineData(PictureFormat.Pam)]
    [InlineData(PictureFormat.Pbm)]
    public void FilesSayHowTheyWereDenoised(PictureFormat format)
    {
        string[] words = ["photo, noise level 3.0 of 255", "photo 🌷 <\"&'", "photo, noise level 3.0 of 255"];
        PictureMetadata once = Again(new PictureMetadata { Denoised = words[..1] }, format);
        Assert.Equal(words[..1], once.Denoised);
        Assert.Equal(words, Again(once with { Denoised = words }, format).Denoised);
        byte[] file = PictureFile.Encode(new(format, [Bytes(9, 6, 3)], once), format);
        Assert.Equal(file, PictureFile.Encode(new(format, [Bytes(9, 6, 3)], once), format));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><Description><a>🌷</a></Description></RDF>""")]
    public void WordsOnDenoisingLoseOnlyWhatXmlCannotHold(string? xmp)
    {
        byte[]? kept = xmp is null ? null : Encoding.UTF8.GetBytes(xmp);
        PictureMetadata back = Again(new() { Xmp = kept, Denoised = ["🌷\u0001\uD83C\uFFFF\uDF37é"] }, PictureFormat.Png);
        Assert.Equal(["🌷????é"], back.Denoised);
        Assert.Equal(xmp is null ? 1 : 2, Regex.Count(Encoding.UTF8.GetString(back.Xmp!), "🌷"));
    }

    [Fact]
    public void TheHistoryIsAddedToXmpThatIsThere()
    {
        byte[] xmp = Encoding.UTF8.GetBytes("""
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="uuid:7" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
             xmlns:e="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"><xmpMM:History><rdf:Seq>
            <rdf:li rdf:parseType="Resource"><e:action>filtered</e:action><e:parameters>Denoised by other</e:parameters></rdf:li>
            <rdf:li e:action="saved"/></rdf:Seq></xmpMM:History></rdf:Description></rdf:RDF></x:xmpmeta>
            """);
        PictureMetadata metadata = Again(new PictureMetadata { Xmp = xmp }, PictureFormat.Png);
        Assert.Equal(["other"], metadata.Denoised);
        Assert.Equal(xmp, metadata.Xmp);
        metadata = Again(metadata with { Denoised = ["other", "photo"] }, PictureFormat.Png);
        Assert.Equal(["other", "photo"], metadata.Denoised);
        Assert.Equal(1, Regex.Count(Encoding.UTF8.GetString(metadata.Xmp!), "<xmpMM:History>"));
        Assert.Contains("Denoised by photo\" stEvt:softwareAgent=\"Denoise ", Encoding.UTF8.GetString(metadata.Xmp!));
    }

    /// <summary>Longer than a segment, in one property that is an element, one that is an attribute, and many that are short.</summary>
    [Theory]
    [InlineData(100_000, 0, 0)]
    [InlineData(0, 100_000, 0)]
    [InlineData(0, 0, 3000)]
    [InlineData(200_000, 70_000, 10)]
    public void XmpOfAnyLengthGoesThroughAJpeg(int element, int attribute, int many)
    {
        XNamespace dc = "http://purl.org/dc/elements/1.1/";
        string few = string.Concat(Enumerable.Range(0, many).Select(i => $"<dc:p{i}>number {i}</dc:p{i}>"));
        byte[] xmp = Encoding.UTF8.GetBytes($"""
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:dc="{dc}" dc:rights="{new string('r', attribute)}" dc:title="Delft">
            <dc:source>{new string('s', element)}</dc:source>{few}</rdf:Description></rdf:RDF></x:xmpmeta>
            """);
        var document = new PictureDocument(PictureFormat.Png, [Bytes(9, 6, 3)], new() { Xmp = xmp, Denoised = ["photo"] });
        Assert.Empty(PictureFile.LossesIn("a.jpg", document));
        PictureMetadata back = Documents.Again(Documents.Again(document, PictureFormat.Jpeg), PictureFormat.Jpeg).Metadata;
        XDocument read = XDocument.Parse(Encoding.UTF8.GetString(back.Xmp!));
        string Value(string name) => read.Descendants(dc + name).SingleOrDefault()?.Value
            ?? read.Descendants().Attributes(dc + name).Single().Value;
        Assert.Equal((element, attribute, "Delft"), (Value("source").Length, Value("rights").Length, Value("title")));
        Assert.All(Enumerable.Range(0, many), i => Assert.Equal($"number {i}", Value($"p{i}")));
        Assert.DoesNotContain("HasExtendedXMP", Encoding.UTF8.GetString(back.Xmp!));
        Assert.Equal(["photo"], back.Denoised);
    }

    [Theory]
    [InlineData(65_504, true)]
    [InlineData(65_505, false)]
    public void WhatIsTooLongForASegmentOfAJpegIsSaid(int length, bool fits)
    {
        byte[] xmp = Encoding.UTF8.GetBytes($"<a>{new string('x', length - 7)}</a>");
        var document = new PictureDocument(PictureFormat.Png, [Bytes(9, 6, 3)], new() { Xmp = xmp });
        Assert.Equal(fits ? [] : ["Its XMP is too long for JPEG files, and left out."], PictureFile.LossesIn("a.jpg", document));
        Assert.Equal(fits ? xmp : null, Documents.Again(document, PictureFormat.Jpeg).Metadata.Xmp);
        Assert.Empty(PictureFile.LossesIn("a.png", document));
        Assert.Equal(xmp, Documents.Again(document, PictureFormat.Png).Metadata.Xmp);
    }
}
