namespace Denoise.Imaging;

/// <summary>Keeps a few hostile bytes from asking for all the memory: checked on the header, before any pixel is decoded.</summary>
internal static class PixelLimit
{
    /// <summary>About half a gigapixel, so that three channels still fit one array.</summary>
    internal const long Pixels = 512L * 1024 * 1024;

    /// <exception cref="InvalidDataException">The picture is larger.</exception>
    internal static void Check(long width, long height)
    {
        if (width < 1 || height < 1 || width > Pixels / height)
            throw new InvalidDataException($"its header says {width}x{height} pixels, and the limit is {Pixels:N0} pixels");
    }
}
