namespace Denoise.Noises;

/// <summary>What is done to a clean image x in [0,1] to make it noisy; docs/noise.md has the formulas and their sources.</summary>
public enum NoiseKind
{
    /// <summary>x.</summary>
    None,

    /// <summary>x + level·n, n standard normal.</summary>
    Gaussian,

    /// <summary>0 with probability level, otherwise x / (1 − level).</summary>
    Dropout,

    /// <summary>0 or 1 with probability level/2 each, otherwise x.</summary>
    SaltPepper,

    /// <summary>Poisson(level·x) / level: level photons make white.</summary>
    Poisson,

    /// <summary>x + level·x·n, n standard normal.</summary>
    Speckle,

    /// <summary>x and the noise that a camera, drawn for each image, makes of a sensor's, its root mean square the level; in 8 bits, often
    /// through JPEG.</summary>
    Camera,
}
