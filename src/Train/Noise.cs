using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>Gaussian noise, clipped: clamp(x + sigma·n, 0, 1), n standard normal.</summary>
internal static class Noise
{
    /// <param name="clean">(N, C, H, W) in [0,1].</param>
    /// <param name="sigma">In units of the image, [0,1].</param>
    /// <param name="generator">On the images' device.</param>
    /// <param name="seed">The same seed draws the same noise on the same device.</param>
    public static Tensor Add(Tensor clean, double sigma, Generator generator, long seed)
    {
        generator.manual_seed(seed);
        Tensor noise = randn(clean.shape, dtype: clean.dtype, device: clean.device, generator: generator);
        return noise.mul_(sigma).add_(clean).clamp_(0, 1);
    }
}
