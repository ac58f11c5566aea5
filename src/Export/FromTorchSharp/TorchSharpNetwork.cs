using Denoise.Export.FromTorchSharp;
using Denoise.Network;
using TorchSharp.Modules;

namespace Denoise.Export;

/// <summary>Networks that were built and trained with TorchSharp's own modules.</summary>
public static class TorchSharpNetwork
{
    /// <summary>Takes over a module with its weights, for <c>OnnxExporter.Export</c> or <see cref="Checkpoint.Save"/>.</summary>
    /// <param name="module">Known modules one after the other, nested to any depth. Parameters keep their names of its
    /// <c>state_dict</c>, e.g. <c>encoder.0.weight</c>. It runs once in evaluation, on its own device, and stays as it was.</param>
    /// <param name="name">The network's name in checkpoints and models.</param>
    /// <param name="channels">C of the (N, C, H, W) input and output in [0,1]: 1 grey, 3 RGB.</param>
    /// <param name="inputSize">Height and width where there are linear layers, which take one size only.</param>
    /// <returns>The architecture and a copy of the weights. Dropout and Identity compute nothing in evaluation and are left out.</returns>
    /// <exception cref="ArchitectureException">A module or a setting has no counterpart (the message lists all of them, one in each
    /// line), the output has another shape than the input, or the result computes something else than the module.</exception>
    public static Checkpoint FromModule(Sequential module, string name, int channels = 1, int[]? inputSize = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        var walk = new ModuleWalk();
        walk.Visit("", module);
        if (walk.Problems.Count > 0)
            throw new ArchitectureException(string.Join('\n', walk.Problems));
        var architecture = new Architecture(name, channels, walk.Layers, inputSize);
        var network = new Checkpoint(architecture, walk.Parameters, new Dictionary<string, string>());
        SelfCheck.Run(module, network);
        return network;
    }
}
