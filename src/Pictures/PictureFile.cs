
namespace Denoise.Pictures;

/// <summary>Reads and writes pictures: PNG (.png), JPEG (.jpg, .jpeg, .jpe, .jfif), TIFF (.tif, .tiff), WebP (.webp), AVIF (.avif),
/// Windows bitmaps (.bmp), portable maps (.pgm, .ppm, .pnm, .pbm, .pam) and float maps (.pfm). A file is read by what it contains, and
/// written by what its name says.</summary>
public static class PictureFile
{
    /// <summary>For messages: what the names of pictures end in.</summary>
    public const string Extensions =
        ".png, .jpg, .jpeg, .jpe, .jfif, .tif, .tiff, .webp, .avif, .bmp, .pgm, .ppm, .pnm, .pbm, .pam or .pfm";

    /// <summary>Whether the name's extension, in any case, is one this class writes.</summary>
    public static bool IsPicture(string path) => PictureFormats.OfName(path) is not null;

    /// <summary>Whether the bytes begin as those of a format that this class reads.</summary>
    public static bool HasPicture(byte[] file) => Signature.Of(file) is not null;

    /// <summary>Whether another picture begins right behind the first one, as in a stream of pictures.</summary>
    public static bool IsFollowed(byte[] file) => FirstPicture.IsFollowed(file);

    /// <summary>Sentences on what a file of this name has a place for in other files, and cannot hold of this picture.</summary>
    public static IEnumerable<string> LossesIn(string path, PictureDocument document) =>
        LossesIn(PictureFormats.OfName(path) ?? document.Format, document);

    /// <summary>The same of a file of this format.</summary>
    public static IEnumerable<string> LossesIn(PictureFormat format, PictureDocument document)
    {
        if (!PictureFormats.HasAlpha(format) && document.Pages.Any(page => page.HasAlpha))
            yield return $"{PictureFormats.NameOf(format)} files have no alpha, so it is left out.";
        if (format != PictureFormat.Tiff && document.Pages.Any(page => page.HasExtra))
            yield return $"{PictureFormats.NameOf(format)} files have no channel beside colours and alpha, so it is left out.";
        if (format == PictureFormat.Jpeg && JpegFile.IsTooLong(document.Metadata) is { } name)
            yield return $"Its {name} is too long for JPEG files, and left out.";
    }

    /// <summary>The first page in 8 bits: grey files give 1 channel, all others 3. Alpha is left out (the colours beneath it are kept), and
    /// an EXIF orientation is applied.</summary>
    /// <exception cref="InvalidDataException">Not a picture, damaged, cut short or too large; one sentence that names the file.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read, or is a pipe, a socket or a device.</exception>
    public static Picture Read(string path) => Decode(FileKind.ReadOrdinary(path), path);

    /// <summary>The same of a file's bytes.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="name">Its name in messages.</param>
    /// <exception cref="InvalidDataException">Not a picture, damaged, cut short or too large; one sentence that names the file.</exception>
    public static Picture Decode(byte[] file, string name = "The file") => DecodeDocument(file, name).Pages[0].ToPicture();

    /// <summary>All of a file's bytes: every page in the depth it has, alpha, profile and EXIF. An EXIF orientation is applied.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="maxPixels">The limit for all pages together, at most <see cref="PixelLimit.Most"/>.</param>
    /// <exception cref="InvalidDataException">Not a picture, animated, damaged, cut short or too large; one sentence that names the
    /// file.</exception>
    public static PictureDocument DecodeDocument(byte[] file, string name = "The file", long maxPixels = PixelLimit.Usual)
    {
        PictureFormat format = Signature.Of(file)
            ?? throw new InvalidDataException(
                $"{name} is not a PNG, JPEG, TIFF, WebP, AVIF, BMP, PNM or PFM picture: {Signature.Describe(file)}.");
        try
        {
            return format switch
            {
                PictureFormat.Png => Upright(PngReader.Decode(file, maxPixels)),
                PictureFormat.Tiff => TiffReader.Decode(file, maxPixels),
                PictureFormat.Jpeg or PictureFormat.WebP or PictureFormat.Avif => Upright(VipsCodec.Decode(file, format, maxPixels)),
                PictureFormat.Bmp =>
                    new(format, [BmpReader.Decode(file, maxPixels)], new() { Resolution = BmpReader.ResolutionOf(file) }),
                PictureFormat.Pbm => new(format, [PortableBitmap.Decode(file, maxPixels)], Comments.OfMap(file, numbers: 2)),
                PictureFormat.Pam => new(format, [PortableArbitraryMap.Decode(file, maxPixels)], Comments.OfMap(file, numbers: 0)),
                PictureFormat.Pfm => new(format, [PortableFloatMap.Decode(file, maxPixels)], new()),
                _ => new(format, [PortableAnymap.Decode(file, maxPixels)], Comments.OfMap(file, numbers: 3)),
            };
        }
        catch (UnknownKindException e)
        {
            throw new InvalidDataException(
                $"{name} is a {PictureFormats.NameOf(format)} picture of a kind that is not read: {e.Message}.", e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{name} is not a whole {PictureFormats.NameOf(format)} picture: {e.Message}.", e);
        }
    }

    /// <summary>Writes the file whole or not at all; an existing one is replaced. JPEG at quality 95, without chroma subsampling; WebP
    /// exactly.</summary>
    /// <exception cref="ArgumentException">The extension names no format that can be written, or the format cannot hold a picture of this
    /// size.</exception>
    /// <exception cref="IOException">The folder is missing or cannot be written.</exception>
    public static void Write(string path, Picture picture) =>
        WriteDocument(path, new(PictureFormat.Png, [picture.ToRaster()], new()));

    /// <summary>The same with pages, depth, alpha, profile and EXIF, as far as the format named by the extension has them.</summary>
    /// <param name="path">Where the file is to be.</param>
    /// <param name="document">The picture.</param>
    /// <param name="stop">Ends the waiting for a pipe's reader.</param>
    /// <inheritdoc cref="Write(string, Picture)"/>
    public static void WriteDocument(string path, PictureDocument document, CancellationToken stop = default)
    {
        PictureFormat format = PictureFormats.OfName(path)
            ?? throw new ArgumentException($"{path}: the names of pictures end in {Extensions}.");
        AtomicFile.Write(path, Encode(document, format), stop: stop);
    }

    /// <summary>The picture as the bytes of a PNG file, to be put into something else.</summary>
    public static byte[] EncodePng(Picture picture) => PngWriter.Encode(picture.ToRaster(), new());

    /// <summary>The bytes of a file. Anything that the format lacks is left out; depths become the deepest it has.</summary>
    /// <exception cref="ArgumentException">There are several pages, which only TIFF has, or the picture is larger than the format can
    /// hold.</exception>
    public static byte[] Encode(PictureDocument document, PictureFormat format)
    {
        if (format == PictureFormat.Tiff)
            return TiffWriter.Encode(document);
        if (format == PictureFormat.WebP && document.Metadata.Animation is not null)
            return VipsCodec.Encode(document, format);
        if (document.Pages is not [var page])
            throw new ArgumentException(
                $"{PictureFormats.NameOf(format)} files hold one page, and this picture has {document.Pages.Count}: TIFF files hold more.");
        return format switch
        {
            PictureFormat.Png => PngWriter.Encode(page, document.Metadata),
            PictureFormat.Jpeg or PictureFormat.WebP or PictureFormat.Avif => VipsCodec.Encode(document, format),
            PictureFormat.Bmp => BmpWriter.Encode(page.To<byte>(), document.Metadata.Resolution),
            PictureFormat.Pbm => PortableBitmap.Encode(page.To<byte>(), Comments.ForMap(document.Metadata)),
            PictureFormat.Pam => PortableArbitraryMap.Encode(page, Comments.ForMap(document.Metadata)),
            PictureFormat.Pfm => PortableFloatMap.Encode(page.To<float>()),
            _ => PortableAnymap.Encode(page, Comments.ForMap(document.Metadata)),
        };
    }

    private static PictureDocument Upright(PictureDocument document)
    {
        int orientation = Exif.OrientationOf(document.Metadata.Exif);
        // AVIF is turned by its own properties, and EXIF says it once more.
        IReadOnlyList<Raster> pages = orientation == Orientation.Upright || document.Format == PictureFormat.Avif
            ? document.Pages
            : [.. document.Pages.Select(page => Orientation.Apply(page, orientation))];
        return document with { Pages = pages, Metadata = document.Metadata.Fit(pages[0]) };
    }
}
