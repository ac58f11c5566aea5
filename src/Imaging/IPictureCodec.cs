namespace Denoise.Imaging;

/// <summary>JPEG, TIFF and WebP: the pixels only, as they are stored, whatever their orientation. Safe to call from several threads at once.</summary>
internal interface IPictureCodec
{
    /// <summary>Every page. Grey stays grey, palettes, CMYK and other colours become RGB; 8 and 16 bits and floats stay what they are.</summary>
    /// <param name="file">Of one of the three formats.</param>
    /// <param name="maxPixels">Of all pages together.</param>
    /// <exception cref="InvalidDataException">Damaged, cut short, too large, or of a kind that is not known.</exception>
    IReadOnlyList<Raster> Decode(byte[] file, long maxPixels);

    /// <summary>Quality 95, no chroma subsampling, no alpha.</summary>
    byte[] EncodeJpeg(Raster<byte> picture);

    /// <summary>Exact, or at quality 95.</summary>
    byte[] EncodeWebP(Raster<byte> picture, bool lossless);
}
