namespace Denoise.Infer;

/// <summary>How a network of grey pictures denoises colour pictures.</summary>
public enum ColourMode
{
    /// <summary><see cref="LuminanceChroma"/> where the model's metadata say <c>colour</c> = <c>luminance-chroma</c>, which Denoise's
    /// exporter writes for networks trained on Gaussian noise of all levels from none up; else <see cref="Channels"/>.</summary>
    Auto,

    /// <summary>Red, green and blue, each as a grey picture with its own noise.</summary>
    Channels,

    /// <summary>The mean of red, green and blue, and two differences between them. The mean has a third of their noise's variance,
    /// the differences little detail: a network for all noise levels then keeps more of the picture and less colour noise.</summary>
    LuminanceChroma,
}
