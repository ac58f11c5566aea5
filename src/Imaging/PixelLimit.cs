namespace Denoise.Imaging;

/// <summary>Keeps a few hostile bytes from asking for all the memory: checked on the header, before any pixel is decoded.</summary>
internal static class PixelLimit
{
    /// <summary>About half a gigapixel, so that three channels still fit one array.</summary>
    internal const long Pixels = 512L * 1024 * 1024;

    /// <summary>Keeps the bytes of a row countable.</summary>
    internal const long Side = 10_000_000;

    /// <exception cref="InvalidDataException">The picture is larger.</exception>
    internal static void Check(long width, long height)
    {
        if (width is < 1 or > Side || height is < 1 or > Side || width * height > Pixels)
            throw new InvalidDataException($"its header says {width}x{height} pixels; from 1 to {Pixels} are read, at most {Side} along a side");
    }
}
