namespace Denoise.Pictures;

/// <summary>The number that is white in pictures of 16 bits or floats, where that is another than 65535 or 1: cameras of 12 bits, such as
/// those of microscopes, write files of 16 bits that end at 4095. Pictures of 8 bits are left as they are.</summary>
/// <param name="Value">Above 0.</param>
public sealed record WhiteLevel(double Value)
{
    private static readonly int[] Usual = [1023, 4095, 16383];

    /// <summary>The white of 10, 12 or 14 bits that just holds a value.</summary>
    /// <param name="greatest">The greatest value in pictures of 16 bits.</param>
    /// <returns>Null where it takes 15 bits or more.</returns>
    public static WhiteLevel? Holding(ushort greatest) =>
        Array.Find(Usual, white => white >= greatest) is > 0 and int found ? new(found) : null;

    /// <summary>The picture with the usual white. Brighter values become white in 16 bits, and stay brighter in floats.</summary>
    public Raster Stretch(Raster picture) => picture switch
    {
        Raster<ushort> words => words.With(Array.ConvertAll(words.Pixels, value => Rounded(value * (ushort.MaxValue / Value)))),
        Raster<float> floats => floats.With(Array.ConvertAll(floats.Pixels, value => (float)(value / Value))),
        _ => picture,
    };

    /// <summary>A picture with the usual white as it was before <see cref="Stretch"/>.</summary>
    public Raster Restore(Raster picture) => picture switch
    {
        Raster<ushort> words => words.With(Array.ConvertAll(words.Pixels, value => Rounded(value * (Value / ushort.MaxValue)))),
        Raster<float> floats => floats.With(Array.ConvertAll(floats.Pixels, value => (float)(value * Value))),
        _ => picture,
    };

    private static ushort Rounded(double value) => (ushort)Math.Min(Math.Round(value), ushort.MaxValue);
}
