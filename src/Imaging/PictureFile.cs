using Denoise.Imaging.Png;

namespace Denoise.Imaging;

/// <summary>
/// Reads and writes pictures: PNG (.png), JPEG (.jpg, .jpeg) and portable anymaps (.pgm, .ppm, .pnm).
/// A file is read by what it contains, and written by what its name says.
/// </summary>
public static class PictureFile
{
#if VIPS
    private static readonly Lazy<IJpegCodec> Jpeg = new(() => new VipsJpeg());
#else
    private static readonly Lazy<IJpegCodec> Jpeg = new(() => new ImageSharpJpeg());
#endif

    /// <summary>Whether the name's extension, in any case, is one this class writes.</summary>
    public static bool IsPicture(string path) => FormatOf(path) is not null;

    /// <summary>
    /// Grey files give 1 channel, all others 3. For now alpha is dropped (the colours beneath it are kept),
    /// 16-bit values are reduced to 8 bits, and an EXIF orientation is applied.
    /// </summary>
    /// <exception cref="InvalidDataException">Not a picture, damaged, cut short or too large; one sentence that names the file.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static Picture Read(string path) => Decode(File.ReadAllBytes(path), path);

    /// <summary>The same of a file's bytes.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="name">What messages are to call it.</param>
    /// <exception cref="InvalidDataException">Not a picture, damaged, cut short or too large; one sentence that names the file.</exception>
    public static Picture Decode(byte[] file, string name = "The file")
    {
        PictureFormat format = Signature.Of(file)
            ?? throw new InvalidDataException($"{name} is not a PNG, JPEG or PNM picture: {Signature.Describe(file)}.");
        try
        {
            return format switch
            {
                PictureFormat.Png => PngReader.Decode(file),
                PictureFormat.Jpeg => Jpeg.Value.Decode(file),
                _ => PortableAnymap.Decode(file),
            };
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{name} is not a whole {format.ToString().ToUpperInvariant()} picture: {e.Message}.", e);
        }
    }

    /// <summary>Writes the file whole or not at all; an existing one is replaced. JPEG at quality 95, without chroma subsampling.</summary>
    /// <exception cref="ArgumentException">The extension names no format that can be written.</exception>
    /// <exception cref="IOException">The folder is missing or cannot be written.</exception>
    public static void Write(string path, Picture picture)
    {
        PictureFormat format = FormatOf(path)
            ?? throw new ArgumentException($"{path}: pictures are written as .png, .jpg, .jpeg, .pgm, .ppm or .pnm.");
        byte[] file = format switch
        {
            PictureFormat.Png => PngWriter.Encode(picture),
            PictureFormat.Jpeg => Jpeg.Value.Encode(picture),
            _ => PortableAnymap.Encode(picture),
        };
        AtomicFile.Write(path, file);
    }

    /// <summary>The picture as the bytes of a PNG file, to be put into something else.</summary>
    public static byte[] EncodePng(Picture picture) => PngWriter.Encode(picture);

    private static PictureFormat? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => PictureFormat.Png,
        ".jpg" or ".jpeg" => PictureFormat.Jpeg,
        ".pgm" or ".ppm" or ".pnm" => PictureFormat.Pnm,
        _ => null,
    };
}
