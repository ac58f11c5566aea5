namespace Denoise.Pictures;

/// <summary>The number that is white in pictures of 16 bits or floats, where that is another than 65535 or 1: cameras of 12 bits, such as
/// those of microscopes, write files of 16 bits that end at 4095. Pictures of 8 bits are left as they are.</summary>
/// <param name="Value">Above 0; null for the usual white, with which every picture stays as it is.</param>
public readonly record struct WhiteLevel(double? Value)
{
    private static readonly double?[] Cameras = [1023, 4095, 16383];

    /// <summary>The white of 10, 12 or 14 bits that just holds a value.</summary>
    /// <param name="greatest">The greatest value in pictures of 16 bits.</param>
    /// <returns>The usual white where it takes 15 bits or more.</returns>
    public static WhiteLevel Holding(ushort greatest) => new(Array.Find(Cameras, white => white >= greatest));

    /// <summary>The picture with the usual white. Brighter values become white in 16 bits, and stay brighter in floats.</summary>
    public Raster Stretch(Raster picture) =>
        Value is { } white ? Scaled(picture, ushort.MaxValue / white, 1 / white) : picture;

    /// <summary>A picture with the usual white as it was before <see cref="Stretch"/>.</summary>
    public Raster Restore(Raster picture) =>
        Value is { } white ? Scaled(picture, white / ushort.MaxValue, white) : picture;

    /// <param name="words">The factor on 16 bits.</param>
    /// <param name="floats">The factor on floats.</param>
    private static Raster Scaled(Raster picture, double words, double floats) => picture switch
    {
        Raster<ushort> some => some.With(
            Array.ConvertAll(some.Pixels, value => (ushort)Math.Min(Math.Round(value * words), ushort.MaxValue))),
        Raster<float> some => some.With(Array.ConvertAll(some.Pixels, value => (float)(value * floats))),
        _ => picture,
    };
}
