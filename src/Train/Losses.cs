using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>What training makes small, by name: of denoised and clean images, each (N,C,H,W), the mean over the N images, a scalar.</summary>
internal static class Losses
{
    /// <summary>The mean squared error, 50 dB, below which an image hardly gains by getting better, so that images almost without noise do not rule the rest.</summary>
    private const double Floor = 1e-5;

    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> Known = new()
    {
        ["mse"] = (denoised, clean) => nn.functional.mse_loss(denoised, clean),
        ["psnr"] = (denoised, clean) => (ImageErrors(denoised, clean) + Scalars.Of(Floor)).log().mean(),
    };

    public static IReadOnlyCollection<string> Names => Known.Keys;

    public static Func<Tensor, Tensor, Tensor> Of(string name) => Known[name];

    /// <summary>Each image's mean squared error, (N).</summary>
    private static Tensor ImageErrors(Tensor denoised, Tensor clean) =>
        nn.functional.mse_loss(denoised, clean, nn.Reduction.None).mean([1, 2, 3]);
}
