using System.Runtime.InteropServices;
using static Denoise.Tests.Pictures.TiffFile;

namespace Denoise.Tests.Pictures;

/// <summary>TIFF files as others write them: every kind either gives the right values or is named.</summary>
public class TiffKindsTests
{
    private const int WhiteIsZero = 0, BlackIsZero = 1, Rgb = 2, Palette = 3, Inks = 5, YCbCr = 6, Lab = 8;

    private static Raster Read(byte[] file) => Assert.Single(PictureFile.DecodeDocument(file).Pages);

    private static byte[] Read8(byte[] file) => Assert.IsType<Raster<byte>>(Read(file)).Pixels;

    private static float[] ReadFloats(byte[] file) => Assert.IsType<Raster<float>>(Read(file)).Pixels;

    private static string Refusal(byte[] file) => Assert.Throws<InvalidDataException>(() => PictureFile.DecodeDocument(file)).Message;

    private static void Near(IEnumerable<int> expected, IEnumerable<byte> actual, int most = 1) =>
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - most, pair.First + most));

    /// <summary>The low bits of each value one behind the other, each row to whole bytes.</summary>
    private static byte[] Pack(int bits, int perRow, params uint[] values)
    {
        var rows = new List<byte>();
        foreach (uint[] row in values.Chunk(perRow))
        {
            string text = string.Concat(row.Select(value => Convert.ToString(value, 2).PadLeft(bits, '0')));
            rows.AddRange(text.PadRight((text.Length + 7) / 8 * 8, '0').Chunk(8).Select(octet => Convert.ToByte(new string(octet), 2)));
        }
        return [.. rows];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(10)]
    [InlineData(12)]
    [InlineData(14)]
    public void EachNumberOfBitsIsSpreadOverTheWholeRange(int bits)
    {
        uint most = (1u << bits) - 1;
        uint[] values = [0, most, most / 2, 1, most, most / 3];
        foreach (int photometric in new[] { BlackIsZero, WhiteIsZero })
        {
            Raster page = Read(Of(3, 2, [Pack(bits, 3, values)], directory => directory.SetSamples(photometric, 1, bits)));
            uint white = bits <= 8 ? 255u : 65535u;
            IEnumerable<uint> levels = values.Select(value => photometric == BlackIsZero ? value : most - value);
            IEnumerable<uint> expected = levels.Select(level => (uint)Math.Round((double)level * white / most));
            Assert.Equal(expected, page switch
            {
                Raster<byte> bytes => bytes.Pixels.Select(v => (uint)v),
                _ => ((Raster<ushort>)page).Pixels.Select(v => (uint)v),
            });
        }
    }

    [Fact]
    public void MoreThan16BitsBecomeFloats()
    {
        byte[] of24 = [0, 0, 0, 0xFF, 0xFF, 0xFF, 0, 0, 0x80];
        float[] expected = [0, 1, 0x800000 / (float)0xFFFFFF];
        Assert.Equal(expected, ReadFloats(Of(3, 1, [of24], page => page.SetSamples(BlackIsZero, 1, 24))));
        byte[] of32 = [0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0x80];
        Assert.Equal([0f, 1f, 0.5f], ReadFloats(Of(3, 1, [of32], page => page.SetSamples(BlackIsZero, 1, 32))));
    }

    [Fact]
    public void FloatsOfEachLengthAreRead()
    {
        byte[] half = MemoryMarshal.AsBytes<Half>([(Half)0.25f, (Half)1.5f]).ToArray();
        byte[] wide = MemoryMarshal.AsBytes<double>([0.25, 1.5]).ToArray();
        Assert.Equal([0.25f, 1.5f], ReadFloats(Of(2, 1, [half], page => page.SetSamples(BlackIsZero, 1, 16, format: 3))));
        Assert.Equal([0.25f, 1.5f], ReadFloats(Of(2, 1, [wide], page => page.SetSamples(BlackIsZero, 1, 64, format: 3))));
    }

    [Fact]
    public void PlanesApartAreJoined()
    {
        byte[] grey = [1, 2, 3, 4, 5, 6], alpha = [11, 12, 13, 14, 15, 16];
        var page = Assert.IsType<Raster<byte>>(Read(Of(3, 2, [grey, alpha], directory =>
        {
            directory.SetSamples(BlackIsZero, 2, 8);
            directory.SetShorts(PlanarConfiguration, 2);
            directory.SetShorts(ExtraSamples, 2);
        })));
        Assert.Equal(grey, page.Pixels);
        Assert.Equal(alpha, page.Alpha);
    }

    [Fact]
    public void TilesOfPlanesApartAreJoined()
    {
        // 20 x 18 pixels in 2 x 2 tiles of 16 x 16, of three planes.
        byte Value(int plane, int x, int y) => (byte)(plane * 80 + x * 3 + y);
        byte[][] tiles = [.. Enumerable.Range(0, 12).Select(tile => Enumerable.Range(0, 256)
            .Select(i => Value(tile / 4, tile % 2 * 16 + i % 16, tile % 4 / 2 * 16 + i / 16)).ToArray())];
        byte[] pixels = Read8(Of(20, 18, tiles, page =>
        {
            page.SetSamples(Rgb, 3, 8);
            page.SetShorts(PlanarConfiguration, 2);
            page.SetLongs(TileWidth, 16);
            page.SetLongs(TileHeight, 16);
        }));
        Assert.Equal(Enumerable.Range(0, 20 * 18 * 3).Select(i => Value(i % 3, i / 3 % 20, i / 60)), pixels);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 2)]
    public void YCbCrThatIsNotJpegBecomesRgb(int across, int down)
    {
        // By section 21: Y = .299 R + .587 G + .114 B, Cb = (B - Y) / 1.772 + 128, Cr = (R - Y) / 1.402 + 128. Red, then below it blue.
        byte[] red = [.. Enumerable.Repeat((byte)76, across * down), 85, 255];
        byte[] blue = [.. Enumerable.Repeat((byte)29, across * down), 255, 107];
        byte[] pixels = Read8(Of(across, 2 * down, [[.. red, .. blue]], page =>
        {
            page.SetSamples(YCbCr, 3, 8);
            page.SetShorts(Subsampling, across, down);
        }));
        int half = across * down;
        Near(Enumerable.Range(0, 6 * half).Select(i => i < 3 * half ? i % 3 == 0 ? 254 : 0 : i % 3 == 2 ? 254 : 0), pixels);
    }

    [Fact]
    public void CmykKeepsItsDepthAndFloatsAreNotWhite()
    {
        // Paper, black, and cyan.
        byte[] inks = [0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0];
        byte[] bytes = Read8(Of(3, 1, [inks], page => page.SetSamples(Inks, 4, 8)));
        Near([255, 255, 255], bytes[..3]);
        Assert.All(bytes[3..6], black => Assert.InRange(black, 0, 60));
        Assert.True(bytes[6] < 60 && bytes[7] > 130 && bytes[8] > 200);

        byte[] of16 = MemoryMarshal.AsBytes<ushort>([.. inks.Select(ink => (ushort)(ink * 257))]).ToArray();
        byte[] floats = MemoryMarshal.AsBytes<float>([.. inks.Select(ink => ink / 255f)]).ToArray();
        byte[][] files =
        [
            Of(3, 1, [of16], page => page.SetSamples(Inks, 4, 16)),
            Of(3, 1, [floats], page => page.SetSamples(Inks, 4, 32, format: 3)),
        ];
        foreach (byte[] file in files)
            Near(bytes.Select(b => (int)b), Assert.IsType<Raster<ushort>>(Read(file)).To<byte>().Pixels, most: 2);
    }

    [Fact]
    public void LabBecomesSrgbInItsDepth()
    {
        // White, black, and the red of sRGB: L 53.2, a 80.1, b 67.2 of 100, 128 and 128.
        byte[] of8 = [255, 0, 0, 0, 0, 0, 136, 80, 67];
        Near([255, 255, 255, 0, 0, 0, 255, 0, 0], Read8(Of(3, 1, [of8], directory => directory.SetSamples(Lab, 3, 8))), most: 4);
        byte[] of16 = MemoryMarshal.AsBytes<ushort>([65535, 0, 0, 0, 0, 0, 34889, 20506, 17203]).ToArray();
        var page = Assert.IsType<Raster<ushort>>(Read(Of(3, 1, [of16], directory => directory.SetSamples(Lab, 3, 16))));
        Near([255, 255, 255, 0, 0, 0, 255, 0, 0], page.To<byte>().Pixels, most: 1);
    }

    [Fact]
    public void LogLuvBecomesFloats()
    {
        // 24 bits (Larson, "LogLuv encoding"): 10 of luminance, 2^((L + .5) / 64 - 12), and 14 of colour, the last of which is neutral.
        const int luminance = 703;
        int code = luminance << 14 | 0x3FFF;
        float grey = (float)Math.Pow(2, (luminance + 0.5) / 64 - 12);
        var page = Assert.IsType<Raster<float>>(Read(Of(1, 1, [[(byte)(code >> 16), (byte)(code >> 8), (byte)code]], directory =>
        {
            directory.SetSamples(32845, 3, 16, format: 2);
            directory.SetShorts(Compression, 34677);
        })));
        Assert.All(page.Pixels, value => Assert.Equal(grey, value, 0.01f));
    }

    [Fact]
    public void APaletteIsLookedUp()
    {
        ushort[] reds = [0, 0xFFFF, 0x8080, 1], greens = [0, 0, 0x4040, 2], blues = [0, 0, 0, 3];
        byte[] pixels = Read8(Of(4, 1, [[0b00011011]], page =>
        {
            page.SetSamples(Palette, 1, 2);
            page.SetShorts(ColourMap, [.. reds.Concat(greens).Concat(blues).Select(v => (int)v)]);
        }));
        Assert.Equal<byte[]>([0, 0, 0, 255, 0, 0, 0x80, 0x40, 0, 0, 0, 0], pixels);
    }

    [Theory]
    [InlineData(1, new byte[] { 200, 100, 0, 50, 50, 50, 0, 0, 0 })] // multiplied with alpha
    [InlineData(2, new byte[] { 100, 50, 0, 50, 50, 50, 0, 0, 0 })]
    [InlineData(null, new byte[] { 100, 50, 0, 50, 50, 50, 0, 0, 0 })] // nothing is said
    public void AlphaIsKeptAndTakenOutOfTheColours(int? extra, byte[] colours)
    {
        byte[] stored = [100, 50, 0, 128, 50, 50, 50, 255, 0, 0, 0, 0];
        var page = Assert.IsType<Raster<byte>>(Read(Of(3, 1, [stored], directory =>
        {
            directory.SetSamples(Rgb, 4, 8);
            if (extra is { } kind)
                directory.SetShorts(ExtraSamples, kind);
        })));
        Near(colours.Select(c => (int)c), page.Pixels);
        Assert.Equal<byte[]>([128, 255, 0], page.Alpha);
    }

    [Fact]
    public void AFourthChannelThatIsNotAlphaStaysWhatItWas()
    {
        byte[] stored = [100, 50, 0, 128, 50, 50, 50, 255, 0, 0, 0, 0];
        PictureDocument document = PictureFile.DecodeDocument(Of(3, 1, [stored], directory =>
        {
            directory.SetSamples(Rgb, 4, 8);
            directory.SetShorts(ExtraSamples, 0);
            directory.SetShorts(TiffDirectory.Orientation, 3);
        }));
        byte[] file = PictureFile.Encode(document, PictureFormat.Tiff);
        Assert.Equal(0, TiffDirectory.Read(file).Number(ExtraSamples));
        var page = (Raster<byte>)PictureFile.DecodeDocument(file).Pages[0];
        Assert.Null(page.Alpha);
        Assert.Equal<byte[]>([0, 255, 128], page.Extra);
        Assert.Equal<byte[]>([0, 0, 0, 50, 50, 50, 100, 50, 0], page.Pixels);
        Assert.Equal<ushort[]>([0, 65535, 128 * 257], page.To<ushort>().Extra);
        Assert.Equal(["PNG files have no channel beside colours and alpha, so it is left out."],
            PictureFile.LossesIn("a.png", document));
        Assert.Empty(PictureFile.LossesIn("a.tif", document));
    }

    [Fact]
    public void JpegInATiffIsAsItIsAlone()
    {
        Picture smooth = PictureFileTests.Gradient(48, 32, 3);
        byte[] jpeg = PictureFile.Encode(new(PictureFormat.Png, [new Raster<byte>(48, 32, 3, smooth.Pixels)], new()), PictureFormat.Jpeg);
        byte[] alone = PictureFile.Decode(jpeg).Pixels;
        Assert.Equal(alone, Read8(Of(48, 32, [jpeg], page =>
        {
            page.SetSamples(YCbCr, 3, 8);
            page.SetShorts(Compression, 7);
        })));
        byte[] damaged = [.. jpeg[..(jpeg.Length / 2)], 0xFF, 0xD9];
        Assert.Contains("damaged or cut short", Refusal(Of(48, 32, [damaged], page =>
        {
            page.SetSamples(YCbCr, 3, 8);
            page.SetShorts(Compression, 7);
        })));
    }

    [Fact]
    public void OldStyleJpegIsRead()
    {
        Picture smooth = PictureFileTests.Gradient(48, 32, 3);
        byte[] jpeg = PictureFile.Encode(new(PictureFormat.Png, [new Raster<byte>(48, 32, 3, smooth.Pixels)], new()), PictureFormat.Jpeg);
        Picture page = PictureFile.Decode(Of(48, 32, [jpeg], directory =>
        {
            directory.SetSamples(YCbCr, 3, 8);
            directory.SetShorts(Compression, 6);
            directory.SetShorts(Subsampling, 1, 1);
            directory.SetLongs(513, 8); // where the JPEG file lies, and its length
            directory.SetLongs(514, jpeg.Length);
        }));
        Assert.InRange(Quality.Psnr(page, smooth), 35, 99);
    }

    public static TheoryData<string, int, int, int, int, int> Misfits => new()
    {
        // photometric, samples, bits, format, compression
        { "its compression is LZMA.", BlackIsZero, 1, 8, 1, 34925 },
        { "its compression is Zstandard.", BlackIsZero, 1, 8, 1, 50000 },
        { "its values have a sign.", BlackIsZero, 1, 16, 2, 1 },
        { "its values are complex numbers.", BlackIsZero, 1, 64, 6, 1 },
        { "it has 5 channels.", Rgb, 5, 8, 1, 1 },
        { "its colours are of kind 32803.", 32803, 1, 8, 1, 1 },
        { "its values are floats of 24 bits.", BlackIsZero, 1, 24, 3, 1 },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void WhatIsNotReadIsNamed(string message, int photometric, int samples, int bits, int format, int compression) =>
        Assert.Contains($"The file is a TIFF picture of a kind that is not read: {message}", Refusal(Of(2, 2, [new byte[256]], page =>
        {
            page.SetSamples(photometric, samples, bits, format);
            page.SetShorts(Compression, compression);
        })));

    [Fact]
    public void SixtyThousandPagesAreAllReadAndWritten()
    {
        const int count = 60_000;
        Raster[] pages = [.. Enumerable.Range(0, count).Select(i => new Raster<byte>(1, 1, 1, [(byte)(i / 7)]))];
        PictureDocument back = PictureFile.DecodeDocument(PictureFile.Encode(new(PictureFormat.Tiff, pages, new()), PictureFormat.Tiff));
        Assert.Equal(count, back.Pages.Count);
        Assert.Equal(pages.Select(page => ((Raster<byte>)page).Pixels[0]), back.Pages.Select(page => ((Raster<byte>)page).Pixels[0]));
    }

    [Fact]
    public void AFileCutBetweenItsPagesIsRefused()
    {
        Raster page = Documents.Bytes(9, 9, 3);
        byte[] two = PictureFile.Encode(new(PictureFormat.Tiff, [page, page], new()), PictureFormat.Tiff);
        Assert.Contains("its page 2 is cut off", Refusal(two[..^20]));
    }

    [Fact]
    public void PagesThatFormACircleAreReadOnce()
    {
        byte[] file = PictureFile.Encode(new(PictureFormat.Tiff, [Documents.Bytes(3, 2, 1)], new()), PictureFormat.Tiff);
        file.AsSpan(4, 4).CopyTo(file.AsSpan(file.Length - 4)); // the next page is the first one
        Assert.Equal(Documents.Bytes(3, 2, 1).Pixels, Read8(file));
    }
}
