namespace Denoise.Pictures;

/// <summary>The kinds of file that pictures are read from and written to.</summary>
public enum PictureFormat
{
    /// <summary>Portable Network Graphics: 8 or 16 bits, alpha.</summary>
    Png,

    /// <summary>JPEG: 8 bits.</summary>
    Jpeg,

    /// <summary>Tagged Image File Format: 8 or 16 bits or floats, alpha, several pages.</summary>
    Tiff,

    /// <summary>WebP: 8 bits, alpha, animations.</summary>
    WebP,

    /// <summary>AV1 Image File Format: 8 bits, or 12 for all that is deeper, alpha.</summary>
    Avif,

    /// <summary>Windows bitmap: 8 bits, alpha.</summary>
    Bmp,

    /// <summary>Portable anymap, PGM (grey) and PPM (RGB): 8 or 16 bits.</summary>
    Pnm,

    /// <summary>Portable float map: floats.</summary>
    Pfm,

    /// <summary>Portable bitmap: black and white.</summary>
    Pbm,

    /// <summary>Portable arbitrary map: 8 or 16 bits, alpha.</summary>
    Pam,
}

/// <summary>The names and properties of the formats.</summary>
public static class PictureFormats
{
    /// <summary>Null for a name whose extension, in any case, is not known.</summary>
    public static PictureFormat? OfName(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => PictureFormat.Png,
        ".jpg" or ".jpeg" or ".jpe" or ".jfif" => PictureFormat.Jpeg,
        ".tif" or ".tiff" => PictureFormat.Tiff,
        ".webp" => PictureFormat.WebP,
        ".avif" => PictureFormat.Avif,
        ".bmp" => PictureFormat.Bmp,
        ".pgm" or ".ppm" or ".pnm" => PictureFormat.Pnm,
        ".pfm" => PictureFormat.Pfm,
        ".pbm" => PictureFormat.Pbm,
        ".pam" => PictureFormat.Pam,
        _ => null,
    };

    internal static bool HasAlpha(PictureFormat format) =>
        format is not (PictureFormat.Jpeg or PictureFormat.Pnm or PictureFormat.Pfm or PictureFormat.Pbm);

    /// <summary>The media type of the web.</summary>
    public static string MediaTypeOf(PictureFormat format) => format switch
    {
        PictureFormat.Pnm => "image/x-portable-anymap",
        PictureFormat.Pfm => "image/x-portable-floatmap",
        PictureFormat.Pbm => "image/x-portable-bitmap",
        PictureFormat.Pam => "image/x-portable-arbitrarymap",
        _ => $"image/{format.ToString().ToLowerInvariant()}",
    };

    /// <summary>As messages write it.</summary>
    internal static string NameOf(PictureFormat format) => format == PictureFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant();
}
