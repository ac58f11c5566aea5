namespace Denoise.Tests.Train;

public sealed class IdxFileTests : FolderTest
{
    private static readonly byte[] Header = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3];
    private static readonly byte[] Valid = [.. Header, 1, 2, 3, 4, 5, 6];

    private string Write(byte[] content)
    {
        File.WriteAllBytes(_folder["images"], content);
        return _folder["images"];
    }

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }

    private string ErrorOf(byte[] content, string? sha256 = null)
    {
        string path = Write(content);
        var e = Assert.Throws<InvalidDataException>(() => IdxFile.Read(path, sha256));
        Assert.StartsWith(path, e.Message);
        return e.Message;
    }

    [Fact]
    public void PlainAndGzippedFilesAreRead()
    {
        foreach (byte[] content in new[] { Valid, Gzip(Valid) })
        {
            ImageSet images = IdxFile.Read(Write(content));
            Assert.Equal((2, 1, 3), (images.Count, images.Height, images.Width));
            Assert.Equal([4, 5, 6], images.Image(1).ToArray());
        }
    }

    [Fact]
    public void AMissingFileIsNamed() =>
        Assert.Contains("There is no data file", Assert.Throws<FileNotFoundException>(() => IdxFile.Read(_folder["none"])).Message);

    public static TheoryData<byte[], string> Broken => new()
    {
        { [], "cut short: it has 0 bytes" },
        { Valid[..^1], "2 images of 1×3 are 6 bytes, found 5; the file is cut short" },
        { [.. Valid, 0], "found 7" },
        { [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff], "cannot be unpacked" },
        { [0, 0, 8, 1, .. Valid[4..]], "begins with 0x00000801, expected 0x00000803" },
        { [0, 0, 8, 3, .. Enumerable.Repeat((byte)0xff, 12), 1, 2, 3], "damaged" }, // a product that overflows
        { [0, 0, 8, 3, .. new byte[12]], "holds no images" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void ABrokenFileIsRefused(byte[] content, string words) => Assert.Contains(words, ErrorOf(content));

    [Fact]
    public void CutGzipDataAreRefused()
    {
        byte[] packed = Gzip([.. Header[..7], 100, 0, 0, 0, 10, 0, 0, 0, 10, .. Samples.Picture(100, 100).Pixels]);
        Assert.Contains("cut short", ErrorOf(packed[..(packed.Length / 2)]));
    }

    [Fact]
    public void AnotherContentThanThePublishedIsRefused() =>
        Assert.Contains("is not the published file: its content has SHA-256", ErrorOf(Valid, new string('0', 64)));
}
