using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The losses as torch computes them.</summary>
internal static class Losses
{
    /// <summary>A mean squared error of 50 dB. Below it an image gains little by getting better, so images almost without noise do not
    /// rule the others.</summary>
    private const double Floor = 1e-5;

    /// <summary>The loss of a batch, a scalar: a mean over images.</summary>
    /// <param name="loss">Which loss.</param>
    /// <param name="squares">Squared errors (N, C, H, W).</param>
    public static Tensor Of(Loss loss, Tensor squares) => loss == Loss.Psnr
        ? (squares.mean([1, 2, 3]) + Scalars.Of(Floor)).log().mean()
        : squares.mean();
}
