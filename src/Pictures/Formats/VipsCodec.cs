using NetVips;

namespace Denoise.Pictures;

/// <summary>JPEG, WebP and AVIF through libvips, with the EXIF, ICC, XMP and IPTC that they carry. It is loaded by the first call, so
/// programs that meet none of them start without it.</summary>
internal static class VipsCodec
{
    private const string ExifData = "exif-data", IccData = "icc-profile-data", XmpData = "xmp-data", IptcData = "iptc-data";

    // As JPEG's segments name what they hold.
    internal static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;

    private static ReadOnlySpan<byte> IptcName => "Photoshop 3.0\0"u8;

    static VipsCodec()
    {
        // The callers bring their own threads, and no picture is read twice.
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        // A damaged file is reported by us, in one sentence, and not on the terminal by libvips as well.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, static (_, _, _) => { });
    }

    /// <summary>Grey stays grey, CMYK becomes RGB; 8 and 16 bits stay what they are. An animation's frames become pages.</summary>
    /// <param name="file">A file in one of the three formats.</param>
    /// <param name="maxPixels">The limit for all pages together.</param>
    /// <exception cref="InvalidDataException">Damaged, cut short, too large, or of a kind that is not known.</exception>
    internal static PictureDocument Decode(byte[] file, PictureFormat format, long maxPixels)
    {
        try
        {
            using Image image = Open(file, format);
            PixelLimit.Check(image.Width, image.PageHeight, maxPixels, image.Height / image.PageHeight);
            if (format == PictureFormat.Jpeg && !JpegFile.CanHold(file.Length, image.Width, image.Height))
                throw new InvalidDataException($"{file.Length} bytes cannot hold the {image.Width}x{image.Height} pixels of its header");
            List<Raster> pages = ReadPages(image);
            PictureMetadata metadata = MetadataOf(image);
            if (format == PictureFormat.Jpeg)
                metadata = metadata with
                {
                    Xmp = JpegFile.XmpOf(file), Comments = JpegFile.Comments(file), Resolution = JpegFile.ResolutionOf(file),
                };
            return new(format, pages, metadata) { IsLossy = format != PictureFormat.WebP || WebPFile.IsLossy(file) };
        }
        catch (VipsException e)
        {
            string? misfit = format == PictureFormat.Jpeg ? JpegFile.Misfit(file) : null;
            throw misfit is null ? new InvalidDataException(Damaged, e) : new UnknownKindException(misfit, e);
        }
    }

    /// <summary>JPEG and lossy WebP at quality 95, lossy AVIF at 90, others exactly. No chroma subsampling but in WebP, which has no other
    /// way and is given the sharper of two.</summary>
    /// <exception cref="ArgumentException">The picture is larger than the format can hold.</exception>
    internal static byte[] Encode(PictureDocument document, PictureFormat format)
    {
        Image[] pages = [.. document.Pages.Select(page => ToImage(page, format))];
        try
        {
            using Image all = pages is [var only] ? only.Copy() : Image.Arrayjoin(pages, across: 1);
            using Image typed = all.Copy(interpretation: RgbOf(all.Format));
            using Image described = typed.Mutate(image => Describe(image, document.Metadata, format));
            byte[]? exif = ExifFor(document.Metadata, format);
            byte[] file = Save(described, format, document.IsLossy, document.Pages[0].Height, keepExif: exif is not null);
            return format == PictureFormat.Jpeg
                ? JpegFile.With(file, exif is null ? null : [.. ExifName, .. exif], document.Metadata)
                : format == PictureFormat.Avif || exif is null ? file : WebPFile.WithExif(file, exif);
        }
        catch (VipsException e)
        {
            string size = $"{document.Pages[0].Width}x{document.Pages[0].Height}";
            throw new ArgumentException($"A picture of {size} pixels cannot be written as {PictureFormats.NameOf(format)}.", e);
        }
        finally
        {
            Array.ForEach(pages, page => page.Dispose());
        }
    }

    /// <summary>A strip or tile of a TIFF file.</summary>
    /// <param name="jpeg">As a file of its own.</param>
    internal static byte[] DecodePiece(byte[] jpeg, int width, int perPixel)
    {
        try
        {
            using Image image = Open(jpeg, PictureFormat.Jpeg);
            return image.Width == width && image.Bands == perPixel ? image.WriteToMemory<byte>() : throw new InvalidDataException(Damaged);
        }
        catch (VipsException e)
        {
            throw new InvalidDataException(Damaged, e);
        }
    }

    /// <summary>A page of a TIFF file that LibTiff does not know.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or libvips does not know it either.</exception>
    internal static Raster DecodeTiffPage(byte[] file, int page, string compression)
    {
        try
        {
            using Image image = Image.TiffloadBuffer(file, page, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
            return ReadPage(image);
        }
        catch (VipsException e)
        {
            throw e.Message.Contains("not configured", StringComparison.Ordinal)
                ? new UnknownKindException($"its compression is {compression}", e)
                : new InvalidDataException(Damaged, e);
        }
    }

    /// <summary>Inks to RGB by their profile or a usual one, or Lab to sRGB.</summary>
    internal static TTo[] ToRgb<TFrom, TTo>(TFrom[] values, int width, int height, Enums.Interpretation from, byte[]? profile)
        where TFrom : unmanaged where TTo : unmanaged
    {
        using Image plain = Image.NewFromMemory(values, width, height, values.Length / (width * height), FormatOf<TFrom>());
        using Image typed = plain.Copy(interpretation: from);
        using Image stored = typed.Mutate(image => Set(image, IccData, profile));
        using Image rgb = stored.Colourspace(RgbOf(FormatOf<TTo>()));
        return rgb.WriteToMemory<TTo>();
    }

    private const string Damaged = "its data is damaged or cut short";

    /// <summary>Libjpeg's warnings count as damage, because it fills missing parts with grey.</summary>
    private static Image Open(byte[] file, PictureFormat format) => format switch
    {
        PictureFormat.Jpeg => Image.JpegloadBuffer(file, access: Enums.Access.Sequential, failOn: Enums.FailOn.Warning),
        PictureFormat.WebP => Image.WebploadBuffer(file, n: -1, access: Enums.Access.Sequential, failOn: Enums.FailOn.Warning),
        _ => Image.HeifloadBuffer(file, n: -1, access: Enums.Access.Sequential, failOn: Enums.FailOn.Warning),
    };

    private static List<Raster> ReadPages(Image image)
    {
        int height = image.PageHeight;
        if (height == image.Height)
            return [ReadPage(image)];
        var pages = new List<Raster>();
        using Image decoded = image.CopyMemory();
        for (int top = 0; top < image.Height; top += height)
        {
            using Image page = decoded.ExtractArea(0, top, image.Width, height);
            pages.Add(ReadPage(page));
        }
        return pages;
    }

    private static Raster ReadPage(Image image)
    {
        if (image.Interpretation is Enums.Interpretation.Cmyk or Enums.Interpretation.Xyz)
        {
            bool isLinear = image.Interpretation == Enums.Interpretation.Xyz;
            using Image rgb = image.Colourspace(isLinear ? Enums.Interpretation.Scrgb : Enums.Interpretation.Srgb);
            return ReadPage(rgb);
        }
        return image.Format switch
        {
            Enums.BandFormat.Uchar => Read<byte>(image),
            Enums.BandFormat.Ushort => WithWhite(Read<ushort>(image), image),
            Enums.BandFormat.Float => Read<float>(image),
            _ => throw new UnknownKindException("its values have a sign or more than 16 bits"),
        };
    }

    private static Raster<T> Read<T>(Image image) where T : unmanaged => image.Bands is >= 1 and <= 4
        ? Raster<T>.OfSamples(image.Width, image.Height, image.WriteToMemory<T>())
        : throw new UnknownKindException($"it has {image.Bands} channels");

    /// <summary>AVIF's values of 10 or 12 bits come with zeros below them, so that white is not yet white.</summary>
    private static Raster<ushort> WithWhite(Raster<ushort> raster, Image image)
    {
        int bits = image.Contains("bits-per-sample") ? (int)image.Get("bits-per-sample") : 16;
        foreach (ushort[]? values in bits < 16 ? new[] { raster.Pixels, raster.Alpha } : [])
            for (int i = 0; i < values?.Length; i++)
                values[i] |= (ushort)(values[i] >> bits);
        return raster;
    }

    private static Image ToImage(Raster page, PictureFormat format) =>
        format == PictureFormat.Jpeg ? ToImage(page, page.To<byte>().Pixels)
        : format == PictureFormat.Avif && page is not Raster<byte> ? ToImage(page, page.To<ushort>().ToSamples())
        : ToImage(page, page.To<byte>().ToSamples());

    private static Image ToImage<T>(Raster page, T[] samples) where T : unmanaged =>
        Image.NewFromMemory(samples, page.Width, page.Height, samples.Length / (page.Width * page.Height), FormatOf<T>());

    private static Enums.BandFormat FormatOf<T>() =>
        typeof(T) == typeof(byte) ? Enums.BandFormat.Uchar : typeof(T) == typeof(ushort) ? Enums.BandFormat.Ushort : Enums.BandFormat.Float;

    private static Enums.Interpretation RgbOf(Enums.BandFormat format) =>
        format == Enums.BandFormat.Uchar ? Enums.Interpretation.Srgb : Enums.Interpretation.Rgb16;

    private static byte[] Save(Image image, PictureFormat format, bool isLossy, int pageHeight, bool keepExif)
    {
        const Enums.ForeignSubsample whole = Enums.ForeignSubsample.Off;
        Enums.ForeignKeep keep = Enums.ForeignKeep.Icc | Enums.ForeignKeep.Xmp | Enums.ForeignKeep.Iptc;
        if (format == PictureFormat.Jpeg)
            keep = Enums.ForeignKeep.Icc | Enums.ForeignKeep.Iptc;
        else if (keepExif) // else libvips makes some up
            keep |= Enums.ForeignKeep.Exif;
        return format switch
        {
            PictureFormat.Jpeg => image.JpegsaveBuffer(q: 95, subsampleMode: whole, keep: keep),
            PictureFormat.WebP => image.WebpsaveBuffer(
                q: 95, smartSubsample: isLossy, lossless: !isLossy, exact: true, keep: keep, pageHeight: pageHeight),
            _ => image.HeifsaveBuffer(q: 90, lossless: !isLossy, compression: Enums.ForeignHeifCompression.Av1, subsampleMode: whole,
                bitdepth: image.Format == Enums.BandFormat.Uchar ? 8 : 12, keep: keep),
        };
    }

    private static PictureMetadata MetadataOf(Image image) => new()
    {
        // Inks become RGB, which their profile says nothing of.
        Icc = image.Interpretation == Enums.Interpretation.Cmyk ? null : Get(image, IccData),
        Exif = Get(image, ExifData) is { } exif ? exif.AsSpan().StartsWith(ExifName) ? exif[ExifName.Length..] : exif : null,
        Xmp = Get(image, XmpData),
        Iptc = Get(image, IptcData) is { } iptc && iptc.AsSpan().StartsWith(IptcName) ? iptc[IptcName.Length..] : null,
        Animation = image.Contains("delay") ? new((int[])image.Get("delay"), image.Contains("loop") ? (int)image.Get("loop") : 0) : null,
    };

    /// <summary>WebP and AVIF have no other place for the resolution.</summary>
    private static byte[]? ExifFor(PictureMetadata metadata, PictureFormat format)
    {
        if (metadata.Exif is not null || metadata.Resolution is not { } resolution || format == PictureFormat.Jpeg)
            return metadata.Exif;
        var page = new TiffDirectory();
        resolution.AddTo(page);
        return Exif.Of(page);
    }

    private static byte[]? Get(Image image, string name) => image.Contains(name) ? image.Get(name) as byte[] : null;

    /// <summary>Libvips writes EXIF anew, without makers' notes and what it does not know: it does so for AVIF only, elsewhere EXIF is
    /// put in as it was.</summary>
    private static void Describe(MutableImage image, PictureMetadata metadata, PictureFormat format)
    {
        Set(image, IccData, metadata.Icc);
        Set(image, XmpData, metadata.MarkedXmp);
        Set(image, IptcData, metadata.Iptc is { } iptc ? [.. IptcName, .. iptc] : null);
        Set(image, ExifData, format == PictureFormat.Avif && ExifFor(metadata, format) is { } exif ? [.. ExifName, .. exif] : null);
        if (metadata.Animation is { } animation)
        {
            image.Set(GValue.ArrayIntType, "delay", animation.Delays);
            image.Set(GValue.GIntType, "loop", animation.Loops);
        }
    }

    private static void Set(MutableImage image, string name, byte[]? value)
    {
        if (value is not null)
            image.Set(GValue.BlobType, name, value);
    }
}
