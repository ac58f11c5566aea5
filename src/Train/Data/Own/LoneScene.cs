using Denoise.Infer;
using Denoise.Noises;

namespace Denoise.Data;

/// <summary>A noisy picture of which there is no other. It is recorrupted: with more noise z of the same kind, independent of the
/// picture's own, y + αz and y − z/α have independent noise, so the one may be learned from the other (Pang, Zheng, Quan, Ji:
/// Recorrupted-to-Recorrupted, 2021).</summary>
/// <remarks>Each draw comes twice, with z and with −z, one after the other: in the mean of the two most of what z does by chance cancels.
/// </remarks>
internal sealed class LoneScene(Shot shot, NoiseCurve noise, Area area) : Scene([shot], area)
{
    /// <summary>α: the smaller, the more the input is like the picture itself, and the noisier is the target.</summary>
    private const float Share = 0.5f;

    public override int Repeats => 2;

    public override NoiseCurve Cut(Crop crop, int channels, long draw, Span<float> noisy, Span<float> target)
    {
        crop.Write(Shots[0].Picture.Read(), channels, noisy);
        var random = new RandomStream(draw >> 1);
        NoiseTexture.White.Draw(noisy, new(channels, crop.Size, crop.Size), noise, target, ref random);
        float sign = (draw & 1) == 0 ? 1 : -1;
        for (int i = 0; i < noisy.Length; i++)
            (noisy[i], target[i]) = (noisy[i] + sign * Share * target[i], noisy[i] - sign / Share * target[i]);
        return Shots[0].Level.Times(MathF.Sqrt(1 + Share * Share));
    }
}
