namespace Denoise.Network.Recognition;

/// <summary>DnCNN (Zhang, Zuo, Chen, Meng, Zhang: Beyond a Gaussian denoiser, IEEE Transactions on Image Processing 26, 2017) of any
/// depth and width. The network finds the noise; it is subtracted here. Names: <c>dncnn.N</c> of SaoYan/DnCNN-PyTorch, <c>model.N</c>
/// of cszn/KAIR.</summary>
internal static class DnCnn
{
    public static Guess? Of(IReadOnlyDictionary<string, StoredTensor> tensors) =>
        Chain.Of(tensors, "dncnn", "model") is { } chain && chain.In == chain.Out
            ? new($"DnCNN, {chain.Words}", Residual("dncnn", chain, []), tensors)
            : null;

    /// <summary>The input minus the chain's output.</summary>
    public static Architecture Residual(string name, Chain chain, int[] dilations)
    {
        List<Layer> layers = chain.Layers(Architecture.InputName, dilations);
        return new(name, chain.In, [.. layers, new Subtract("denoised") { Inputs = [Architecture.InputName, layers[^1].Name] }]);
    }
}
