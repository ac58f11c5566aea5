namespace Denoise.Network.Recognition;

/// <summary>FDnCNN of cszn/KAIR: a DnCNN that reads the noise level as one more channel, without batch normalisation, and gives the
/// picture itself.</summary>
internal static class FdnCnn
{
    public static Guess? Of(IReadOnlyDictionary<string, StoredTensor> tensors) =>
        Chain.Of(tensors, "model") is { } chain && chain.In == chain.Out + 1
            ? new($"FDnCNN, {chain.Words}, which reads the noise level", Network(chain), tensors)
            : null;

    private static Architecture Network(Chain chain) => new("fdncnn", chain.Out,
    [
        new Concat("noisy_sigma") { Inputs = [Architecture.InputName, Architecture.SigmaName] }, .. chain.Layers("noisy_sigma", []),
    ]);
}
