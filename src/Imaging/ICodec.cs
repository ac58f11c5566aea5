namespace Denoise.Imaging;

/// <summary>Turns the bytes of PNG and JPEG files into pictures and back. Safe to call from several threads at once.</summary>
internal interface ICodec
{
    /// <summary>Grey stays grey, everything else becomes RGB; 16 bits become 8, alpha is dropped, EXIF orientation is applied.</summary>
    /// <exception cref="InvalidDataException">Damaged or cut short, or larger than <see cref="PixelLimit"/> allows.</exception>
    Picture Decode(byte[] file, PictureFormat format);

    byte[] Encode(Picture picture, PictureFormat format);
}
