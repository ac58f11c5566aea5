using Denoise.Export.FromTorchSharp;

namespace Denoise.Export;

/// <summary>Networks that were built and trained with TorchSharp.</summary>
public static class TorchSharpNetwork
{
    /// <summary>Takes over a module with its weights, for <c>OnnxExporter.Export</c> or <see cref="Checkpoint.Save"/>.</summary>
    /// <param name="module">A module with any <c>forward</c>. It runs on a few random pictures in evaluation, on its own device, and
    /// stays as it was. Parameters keep their names of its <c>state_dict</c>, e.g. <c>encoder.0.weight</c>.</param>
    /// <param name="name">The network's name in checkpoints and models.</param>
    /// <param name="channels">C of the (N, C, H, W) input and output in [0,1]: 1 grey, 3 RGB.</param>
    /// <param name="inputSize">Height and width where there are linear layers, which take one size only.</param>
    /// <returns>The architecture and a copy of the weights. Dropout and Identity compute nothing in evaluation and are left out.</returns>
    /// <exception cref="ArchitectureException">A module, a setting or the code between modules has no counterpart (the message lists all
    /// of them, one in each line), the output has another shape than the input, or the result computes something else than the
    /// module.</exception>
    public static Checkpoint FromModule(nn.Module<Tensor, Tensor> module, string name, int channels = 1, int[]? inputSize = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        using DisposeScope scope = NewDisposeScope();
        using var without = no_grad();
        using var evaluation = new EvaluationMode(module);
        var modules = new ModuleTree(module, evaluation.Device);
        var trials = new Trials(modules, channels, inputSize);
        var explanation = new Explanation(modules, Recordings(modules, trials, scope));
        var layers = new LayerList(explanation, modules);
        var network = new Checkpoint(new(name, channels, layers.Layers, inputSize), layers.Parameters, new Dictionary<string, string>());
        SelfCheck.Layers(network, explanation.Input, layers.Values);
        SelfCheck.Output(network, trials.Another(), module.call(trials.Another()));
        return network;
    }

    private static IReadOnlyList<Moment>[] Recordings(ModuleTree modules, Trials trials, DisposeScope scope)
    {
        IReadOnlyList<Moment> Of(Tensor picture) => Recording.Of(modules, picture, scope);
        var beyond = trials.Beyond().Select(Of).FirstOrDefault(moments => moments.All(m => m.Tensor.isfinite().all().item<bool>()));
        return [Of(trials.InRange()), Of(trials.AroundZero()), .. beyond is null ? [] : (IReadOnlyList<Moment>[])[beyond]];
    }
}
