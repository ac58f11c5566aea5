using NetVips;

namespace Denoise.Imaging;

/// <summary>JPEG, TIFF and WebP through libvips. It is loaded by the first call, so programs that meet none of them start without it.</summary>
internal static class VipsCodec
{
    static VipsCodec()
    {
        // The callers bring their own threads, and no picture is read twice.
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        // A damaged file is reported by us, in one sentence, and not on the terminal by libvips as well.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, static (_, _, _) => { });
    }

    /// <summary>Every page. Grey stays grey, palettes, CMYK and other colours become RGB; 8 and 16 bits and floats stay what they are.</summary>
    /// <param name="file">Of one of the three formats.</param>
    /// <param name="maxPixels">Of all pages together.</param>
    /// <exception cref="InvalidDataException">Damaged, cut short, too large, or of a kind that is not known.</exception>
    internal static IReadOnlyList<Raster> Decode(byte[] file, long maxPixels)
    {
        try
        {
            using Image first = Open(file, page: 0);
            int count = first.Contains("n-pages") ? (int)first.Get("n-pages") : 1;
            PixelLimit.Check(first.Width, first.Height, maxPixels, count);
            var pages = new List<Raster> { ReadPage(first) };
            for (int i = 1; i < count; i++)
            {
                using Image page = Open(file, i);
                PixelLimit.Check(page.Width, page.Height, maxPixels - pages.Sum(done => (long)done.Width * done.Height));
                pages.Add(ReadPage(page));
            }
            return pages;
        }
        catch (VipsException e)
        {
            throw new InvalidDataException("its data is damaged or cut short", e);
        }
    }

    /// <summary>Quality 95, no chroma subsampling, no alpha.</summary>
    internal static byte[] EncodeJpeg(Raster<byte> picture) => Encode(picture, picture.Pixels, "JPEG",
        image => image.JpegsaveBuffer(q: 95, subsampleMode: Enums.ForeignSubsample.Off, keep: Enums.ForeignKeep.None));

    /// <summary>Exact, or at quality 95.</summary>
    internal static byte[] EncodeWebP(Raster<byte> picture, bool lossless) => Encode(picture, picture.ToSamples(), "WEBP",
        image => lossless
            ? image.WebpsaveBuffer(lossless: true, exact: true, keep: Enums.ForeignKeep.None)
            : image.WebpsaveBuffer(q: 95, exact: true, keep: Enums.ForeignKeep.None));

    private static Image Open(byte[] file, int page) =>
        Image.NewFromBuffer(file, page == 0 ? "" : $"page={page}", Enums.Access.Sequential, Enums.FailOn.Error);

    private static Raster ReadPage(Image image)
    {
        // Inks, Lab and their like; pictures of one to four channels without a meaning of their own are taken for grey, RGB and alpha.
        if (image.Interpretation is Enums.Interpretation.Cmyk or Enums.Interpretation.Lab or Enums.Interpretation.Labs or Enums.Interpretation.Xyz)
        {
            using Image rgb = image.Colourspace(Enums.Interpretation.Srgb);
            return Read<byte>(rgb);
        }
        return image.Format switch
        {
            Enums.BandFormat.Uchar => Read<byte>(image),
            Enums.BandFormat.Ushort => Read<ushort>(image),
            Enums.BandFormat.Float => Read<float>(image),
            Enums.BandFormat.Double => ReadDoubles(image),
            _ => throw new InvalidDataException("its values are of a kind that is not known here: 8 and 16 bits without sign and floats are"),
        };
    }

    private static Raster<float> ReadDoubles(Image image)
    {
        using Image floats = image.Cast(Enums.BandFormat.Float);
        return Read<float>(floats);
    }

    private static Raster<T> Read<T>(Image image) where T : unmanaged => image.Bands is >= 1 and <= 4
        ? Raster<T>.OfSamples(image.Width, image.Height, image.WriteToMemory<T>())
        : throw new InvalidDataException($"it has {image.Bands} channels, and 1 to 4 are known here");

    private static byte[] Encode(Raster<byte> picture, byte[] samples, string format, Func<Image, byte[]> save)
    {
        try
        {
            int bands = samples.Length / (picture.Width * picture.Height);
            using Image image = Image.NewFromMemory(samples, picture.Width, picture.Height, bands, Enums.BandFormat.Uchar);
            return save(image);
        }
        catch (VipsException e)
        {
            throw new ArgumentException($"A picture of {picture.Width}x{picture.Height} pixels cannot be written as {format}.", e);
        }
    }
}
