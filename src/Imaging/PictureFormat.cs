namespace Denoise.Imaging;

/// <summary>The kinds of file that pictures are read from and written to.</summary>
internal enum PictureFormat
{
    Png,
    Jpeg,

    /// <summary>Portable anymap: PGM (grey) and PPM (RGB).</summary>
    Pnm,
}
