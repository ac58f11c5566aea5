namespace Denoise.Imaging;

/// <summary>JPEG files to pictures and back. Safe to call from several threads at once.</summary>
internal interface IJpegCodec
{
    /// <summary>Grey stays grey, everything else becomes RGB; an EXIF orientation is applied.</summary>
    /// <exception cref="InvalidDataException">Damaged or cut short, or larger than <see cref="PixelLimit"/> allows.</exception>
    Picture Decode(byte[] file);

    /// <summary>Quality 95, no chroma subsampling.</summary>
    byte[] Encode(Picture picture);
}
