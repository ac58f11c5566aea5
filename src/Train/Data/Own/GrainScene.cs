using Denoise.Infer;
using Denoise.Noises;

namespace Denoise.Data;

/// <summary>A noisy picture of which there is no other, whose noise is correlated between neighbours. The target is more noise of its kind,
/// which a network that denoises the picture first can learn from.</summary>
internal sealed class GrainScene(Shot shot, NoiseTexture texture, Area area) : Scene([shot], area)
{
    public double Correlation => texture.Correlation;

    public override NoiseCurve Cut(Crop crop, int channels, long draw, Span<float> noisy, Span<float> target)
    {
        crop.Write(Shots[0].Picture.Read(), channels, noisy);
        var random = new RandomStream(draw);
        texture.Draw(noisy, new(channels, crop.Size, crop.Size), Shots[0].Level, target, ref random);
        return Shots[0].Level;
    }
}
