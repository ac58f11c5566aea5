namespace Denoise.Infer;

/// <summary>How a network of grey pictures denoises colour pictures.</summary>
public enum ColourMode
{
    /// <summary><see cref="LuminanceChroma"/> where the model's metadata say <c>colour</c> = <c>luminance-chroma</c>, as Denoise's
    /// exporter writes for networks trained on Gaussian noise of all levels from none up; else <see cref="Channels"/>.</summary>
    Auto,

    /// <summary>Red, green and blue each as a grey picture, with the noise that they have.</summary>
    Channels,

    /// <summary>The mean of the three, which has a third of the variance of their noise, and two differences between them, in
    /// which there is little detail; a network that copes with less noise too leaves more of the picture and less colour noise.</summary>
    LuminanceChroma,
}
