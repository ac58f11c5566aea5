using Denoise.Tests.Pictures;

namespace Denoise.Fuzz;

/// <summary>Good files of each format and kind, to be damaged.</summary>
internal static class Corpus
{
    internal const string Onnx = "onnx";

    internal static IReadOnlyList<string> Formats { get; } = ["png", "jpeg", "tiff", "webp", "avif", "bmp", "pnm", "pfm", Onnx];

    internal static byte[][] Of(string format) => format switch
    {
        Onnx => [.. new[] { "conv-denoiser", "conv-autoencoder", "denoising-autoencoder" }.Select(Model)],
        "png" => [.. Written(PictureFormat.Png), .. OtherPngs()],
        "jpeg" => [.. Written(PictureFormat.Jpeg)],
        "tiff" => [.. Written(PictureFormat.Tiff), .. OtherTiffs()],
        "webp" => [.. Written(PictureFormat.WebP), .. OtherWebPs()],
        "avif" => [.. Written(PictureFormat.Avif)],
        "bmp" => [.. Written(PictureFormat.Bmp), RunLengthBmp()],
        "pnm" => [.. Written(PictureFormat.Pnm), [.. "P2 # plain\n3 2\n15\n0 5 15 1 2 3\n"u8], [.. "P3 1 1 255 1 2 3\n"u8]],
        _ => [.. Written(PictureFormat.Pfm)],
    };

    private static IEnumerable<byte[]> Written(PictureFormat format)
    {
        foreach (int channels in new[] { 1, 3 })
            foreach (bool alpha in new[] { false, true })
                foreach (Raster page in new Raster[] { Bytes(channels, alpha), Words(channels, alpha), Bytes(channels, alpha).To<float>() })
                    foreach (PictureMetadata metadata in new[] { new PictureMetadata(), Described() })
                        yield return PictureFile.Encode(new(format, [page], metadata), format);
    }

    private static IEnumerable<byte[]> OtherPngs()
    {
        yield return new PngBuilder().Header(10, 2, 1, 0).Rows(0, 0xA0, 0x40, 0, 0, 0).End();
        yield return new PngBuilder().Header(3, 2, 4, 3).Chunk("PLTE", 1, 2, 3, 4, 5, 6).Chunk("tRNS", 9)
            .Rows(0, 0x10, 0x10, 0, 0x10, 0).End();
        yield return new PngBuilder().Header(5, 3, 8, 0, interlace: 1)
            .Rows(0, 0, 0, 4, 0, 2, 0, 10, 12, 14, 0, 1, 3, 0, 11, 13, 0, 5, 6, 7, 8, 9).End();
    }

    /// <summary>Lossy, and animated.</summary>
    private static IEnumerable<byte[]> OtherWebPs()
    {
        var still = new PictureDocument(PictureFormat.WebP, [Bytes(3, true)], Described()) { IsLossy = true };
        yield return PictureFile.Encode(still, PictureFormat.WebP);
        PictureMetadata moving = Described() with { Animation = new([40, 50], 0) };
        yield return PictureFile.Encode(still with { Pages = [Bytes(3, true), Bytes(3, true)], Metadata = moving }, PictureFormat.WebP);
    }

    /// <summary>Three pages, subsampled YCbCr, 12 bits in planes apart, inks of 16 bits in tiles, a JPEG strip, and Lab.</summary>
    private static IEnumerable<byte[]> OtherTiffs()
    {
        Raster[] pages = [Bytes(3, false), Words(1, false), Bytes(3, true)];
        yield return PictureFile.Encode(new(PictureFormat.Tiff, pages, Described()), PictureFormat.Tiff);
        yield return TiffFile.Of(4, 4, [Some(24)], page => { page.SetSamples(6, 3, 8); page.SetShorts(TiffFile.Subsampling, 2, 2); });
        yield return TiffFile.Of(6, 2, [Some(18), Some(18), Some(18)], page =>
        {
            page.SetSamples(2, 3, 12);
            page.SetShorts(TiffFile.PlanarConfiguration, 2);
        });
        yield return TiffFile.Of(20, 9, [Some(2048), Some(2048)], page =>
        {
            page.SetSamples(5, 4, 16);
            page.SetLongs(TiffFile.TileWidth, 16);
            page.SetLongs(TiffFile.TileHeight, 16);
        });
        byte[] jpeg = PictureFile.Encode(new(PictureFormat.Png, [Bytes(3, false)], new()), PictureFormat.Jpeg);
        yield return TiffFile.Of(23, 17, [jpeg], page => { page.SetSamples(6, 3, 8); page.SetShorts(TiffFile.Compression, 7); });
        yield return TiffFile.Of(4, 2, [Some(24)], page => page.SetSamples(8, 3, 8));
    }

    /// <summary>3 x 2 pixels: two in turn and an end of row; a step, pixels as they are, and the end.</summary>
    private static byte[] RunLengthBmp() =>
    [
        .. "BM"u8, 0, 0, 0, 0, 0, 0, 0, 0, 62, 0, 0, 0, 40, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 4, 0, 2, 0, 0, 0, .. new byte[20],
        1, 2, 3, 0, 4, 5, 6, 0, 3, 0x01, 0, 0, 0, 2, 1, 0, 0, 3, 0x10, 0x10, 0, 1,
    ];

    private static Raster<byte> Bytes(int channels, bool alpha) =>
        new(23, 17, channels, Some(23 * 17 * channels), alpha ? Some(23 * 17) : null);

    private static Raster<ushort> Words(int channels, bool alpha) => Bytes(channels, alpha).To<ushort>();

    private static byte[] Some(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A profile, and EXIF of an orientation, a maker and a directory of its own.</summary>
    private static PictureMetadata Described() => new()
    {
        Icc = Some(300),
        Exif =
        [
            .. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 3,
            1, 0x0F, 0, 2, 0, 0, 0, 6, 0, 0, 0, 50, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0,
            0x87, 0x69, 0, 4, 0, 0, 0, 1, 0, 0, 0, 56, 0, 0, 0, 0,
            .. "Kodak\0"u8, 0, 1, 0x82, 0x9A, 0, 5, 0, 0, 0, 1, 0, 0, 0, 74, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 125,
        ],
    };

    private static byte[] Model(string name)
    {
        using Stream stream = typeof(Corpus).Assembly.GetManifestResourceStream($"{name}.onnx")!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
