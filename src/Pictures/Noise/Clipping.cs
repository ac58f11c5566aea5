namespace Denoise.Noises;

/// <summary>What becomes of noisy values beyond black and white, and between two grey levels.</summary>
public enum Clipping
{
    /// <summary>They stay: <c>clip=off</c>.</summary>
    Off,

    /// <summary>Clamped to [0,1]: <c>clip=on</c>.</summary>
    On,

    /// <summary>Clamped to [0,1] and rounded to the nearest of 256 levels, as a file of 8 bits has them: <c>8bit</c>.</summary>
    EightBit,
}
