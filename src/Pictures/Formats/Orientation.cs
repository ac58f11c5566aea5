namespace Denoise.Pictures;

/// <summary>Turns and mirrors that make a picture upright, by the EXIF tag Orientation (0x0112; CIPA DC-008, 4.6.4): 1 upright, 2 mirrored
/// left to right, 3 turned by half, 4 mirrored top to bottom; 5 to 8 are on their side.</summary>
internal static class Orientation
{
    internal const int Upright = 1;

    internal static Raster Apply(Raster raster, int orientation) => orientation is < 2 or > 8 ? raster : raster switch
    {
        Raster<byte> bytes => Apply(bytes, orientation),
        Raster<ushort> words => Apply(words, orientation),
        _ => Apply((Raster<float>)raster, orientation),
    };

    private static Raster<T> Apply<T>(Raster<T> from, int orientation) where T : unmanaged
    {
        bool isOnSide = orientation >= 5;
        int width = isOnSide ? from.Height : from.Width, height = isOnSide ? from.Width : from.Height;
        return new(width, height, from.Channels, Move(from.Pixels, from.Width, from.Height, from.Channels, orientation),
            from.Alpha is null ? null : Move(from.Alpha, from.Width, from.Height, 1, orientation))
        {
            Extra = from.Extra is null ? null : Move(from.Extra, from.Width, from.Height, 1, orientation),
        };
    }

    private static T[] Move<T>(T[] from, int width, int height, int channels, int orientation)
    {
        var to = new T[from.Length];
        int at = 0;
        for (int y = 0; y < (orientation >= 5 ? width : height); y++)
            for (int x = 0; x < (orientation >= 5 ? height : width); x++, at += channels)
            {
                var (column, row) = SourceOf(x, y, width - 1, height - 1, orientation);
                from.AsSpan((row * width + column) * channels, channels).CopyTo(to.AsSpan(at));
            }
        return to;
    }

    /// <summary>The stored column and row of the pixel at x, y of the upright picture.</summary>
    private static (int Column, int Row) SourceOf(int x, int y, int right, int bottom, int orientation) => orientation switch
    {
        2 => (right - x, y),
        3 => (right - x, bottom - y),
        4 => (x, bottom - y),
        5 => (y, x),
        6 => (y, bottom - x),
        7 => (right - y, bottom - x),
        _ => (right - y, x),
    };
}
