namespace Denoise.Network.Recognition;

/// <summary>FFDNet (Zhang, Zuo, Zhang: FFDNet, IEEE Transactions on Image Processing 27, 2018), with the names of cszn/KAIR: a chain of
/// convolutions on the half-size pictures of a pixel unshuffle, and on the noise level, one value for each 2×2 pixels.</summary>
internal static class FfdNet
{
    private const int Block = 4;

    public static Guess? Of(IReadOnlyDictionary<string, StoredTensor> tensors) =>
        Chain.Of(tensors, "model") is { Out: > 1 } chain && chain.Out % Block == 0 && chain.In == chain.Out + 1
            ? new($"FFDNet, {chain.Words}, which reads the noise level", Network(chain), tensors)
            : null;

    private static Architecture Network(Chain chain) => new("ffdnet", chain.Out / Block,
    [
        new PixelUnshuffle("m_down") { Inputs = [Architecture.InputName] },
        new AvgPool2d("sigma_half") { Inputs = [Architecture.SigmaName] },
        new Concat("noisy_sigma") { Inputs = ["m_down", "sigma_half"] },
        .. chain.Layers("noisy_sigma", []), new PixelShuffle("m_up"),
    ]);
}
