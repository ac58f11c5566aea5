namespace Denoise.Network.Recognition;

/// <summary>IRCNN's denoiser (Zhang, Zuo, Gu, Zhang: Learning deep CNN denoiser prior for image restoration, CVPR 2017): seven dilated
/// convolutions that find the noise. Names and shapes are those of a DnCNN of seven convolutions, which nobody has published.</summary>
internal static class IrCnn
{
    private static readonly int[] Dilations = [1, 2, 3, 4, 3, 2, 1];

    public static Guess? Of(IReadOnlyDictionary<string, StoredTensor> tensors) =>
        Chain.Of(tensors, "model") is { HasNorm: false, Depth: 7, HasBiases: true } chain && chain.In == chain.Out
            ? new($"IRCNN, {chain.Words} with dilations {string.Join(' ', Dilations)}", DnCnn.Residual("ircnn", chain, Dilations), tensors)
            : null;
}
