namespace Denoise.Noises;

/// <summary>The 256 levels of a file of 8 bits.</summary>
internal static class EightBits
{
    /// <summary>White.</summary>
    public const float Most = 255;

    /// <summary>Clamps values to [0,1] and rounds them to the nearest n/255, to the very float that reading such a file gives.</summary>
    public static void Round(Span<float> values)
    {
        foreach (ref float value in values)
            value = OfLevel(value * Most);
    }

    /// <summary>From 0…255, rounded to the nearest and clamped, to [0,1]. What is not a number becomes black.</summary>
    public static float OfLevel(float level) => (int)(level > 0 ? Math.Min(level, Most) + 0.5f : 0) * (1 / Most);
}
