namespace Denoise.Infer.Pages;

/// <summary>The noise level that a user asks for.</summary>
/// <param name="Sigma">Standard deviation in levels of 255; null to find it in each picture.</param>
/// <param name="Scale">Factor on the level.</param>
internal sealed record SigmaOption(float? Sigma, float Scale)
{
    internal const string Auto = "auto";

    /// <summary>A sentence on a wrong level; null for a right one.</summary>
    /// <param name="name">The option's.</param>
    internal static string? Error(string name, string text) =>
        text == Auto || Parse(text) is >= 0 and <= 255 ? null : $"{name} {text}: expected {Auto} or a number from 0 to 255.";

    /// <returns>Null for <see cref="Auto"/>, and for what is no number.</returns>
    internal static float? Parse(string text) =>
        float.TryParse(text, CultureInfo.InvariantCulture, out float sigma) ? sigma : null;

    /// <summary>The level of a curve in levels of 255, as a mean over brightness.</summary>
    internal static float Mean(NoiseCurve curve) => 255 * curve.Sigmas.Average();

    /// <param name="pixels">C×H×W or H×W×C values of one picture.</param>
    internal NoiseCurve Of<T>(ReadOnlySpan<T> pixels, ImageLayout layout) where T : unmanaged =>
        (Sigma is { } sigma ? NoiseCurve.Constant(sigma / 255) : NoiseCurve.Estimate(pixels, layout)).Times(Scale);
}
