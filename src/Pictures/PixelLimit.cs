namespace Denoise.Pictures;

/// <summary>Keeps a few hostile bytes from asking for all the memory: checked on the header, before any pixel is decoded.</summary>
public static class PixelLimit
{
    /// <summary>How many pixels a file may have, its pages taken together, where nothing else is said: 268 million.</summary>
    public const long Usual = 256L * 1024 * 1024;

    /// <summary>The most that can be asked for: beyond it a picture's values would not fit into one array.</summary>
    public const long Most = 512L * 1024 * 1024;

    /// <summary>The longest side, which keeps the bytes of a row countable.</summary>
    public const int MostSide = 10_000_000;

    private const string Mark = "Denoise.PixelLimit";

    /// <summary>Whether a picture was refused because it has too many pixels.</summary>
    public static bool IsReasonOf(InvalidDataException e) => e.Data.Contains(Mark) || e.InnerException?.Data.Contains(Mark) == true;

    /// <param name="most">Pixels that are allowed.</param>
    /// <param name="pages">The number of pages of this size.</param>
    /// <exception cref="InvalidDataException">The picture is larger.</exception>
    internal static void Check(long width, long height, long most, long pages = 1)
    {
        if (width is < 1 or > MostSide || height is < 1 or > MostSide || (Int128)width * height * pages > most)
            throw new InvalidDataException($"its header says {(pages > 1 ? $"{pages} pages of " : "")}{width}x{height} pixels; "
                + $"from 1 to {most} are read, at most {MostSide} along a side") { Data = { [Mark] = most } };
    }
}
