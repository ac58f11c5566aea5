namespace Denoise.Network;

/// <summary>The values that pixels beyond the border are taken to have.</summary>
public enum PaddingMode
{
    /// <summary>0.</summary>
    Zeros,

    /// <summary>The picture as in a mirror, without the border's own pixel: c b | a b c | b a.</summary>
    Reflect,

    /// <summary>The pixel at the border: a a | a b c | c c.</summary>
    Replicate,
}

/// <summary>The padding modes along one axis.</summary>
internal static class PaddingModeMeaning
{
    /// <summary>The place inside whose value stands at a place outside; null for 0.</summary>
    public static int? At(this PaddingMode mode, int place, int size) => (mode, place) switch
    {
        (PaddingMode.Reflect, < 0) => -place,
        (PaddingMode.Reflect, _) when place >= size => 2 * (size - 1) - place,
        (PaddingMode.Zeros, _) when place < 0 || place >= size => null,
        _ => Math.Clamp(place, 0, size - 1),
    };

    /// <summary>Whether so many pixels can be added to a side of this size.</summary>
    public static bool Fits(this PaddingMode mode, int pixels, int size) => mode != PaddingMode.Reflect || pixels < size;

    /// <summary>How many of the picture's own pixels at the border are read for so many beyond it.</summary>
    public static int Reads(this PaddingMode mode, int pixels) => mode switch
    {
        PaddingMode.Reflect when pixels > 0 => pixels + 1,
        PaddingMode.Replicate when pixels > 0 => 1,
        _ => 0,
    };
}
