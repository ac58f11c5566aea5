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
}

/// <summary>The names and properties of the formats.</summary>
internal static class PictureFormats
{
    /// <summary>Null for a name whose extension, in any case, is not known.</summary>
    internal static PictureFormat? OfName(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => PictureFormat.Png,
        ".jpg" or ".jpeg" => PictureFormat.Jpeg,
        ".tif" or ".tiff" => PictureFormat.Tiff,
        ".webp" => PictureFormat.WebP,
        ".avif" => PictureFormat.Avif,
        ".bmp" => PictureFormat.Bmp,
        ".pgm" or ".ppm" or ".pnm" => PictureFormat.Pnm,
        ".pfm" => PictureFormat.Pfm,
        _ => null,
    };

    /// <summary>As messages write it.</summary>
    internal static string NameOf(PictureFormat format) => format == PictureFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant();
}
