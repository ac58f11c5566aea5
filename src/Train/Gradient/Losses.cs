using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>What training makes small, by name: of squared errors (N,C,H,W) the mean over the N images, a scalar.</summary>
internal static class Losses
{
    /// <summary>The mean squared error, 50 dB, below which an image hardly gains by getting better, so that images almost without noise do not rule the rest.</summary>
    private const double Floor = 1e-5;

    private static readonly Dictionary<string, Func<Tensor, Tensor>> Known = new()
    {
        ["mse"] = squares => squares.mean(),
        ["psnr"] = squares => (squares.mean([1, 2, 3]) + Scalars.Of(Floor)).log().mean(),
    };

    public static IReadOnlyCollection<string> Names => Known.Keys;

    public static Func<Tensor, Tensor> Of(string name) => Known[name];
}
