using Denoise.Network.Checkpoints;

namespace Denoise.Network;

/// <summary>What training code puts before parameters' names, and how to be rid of it.</summary>
public static class ForeignNames
{
    /// <summary>BatchNorm2d's count of batches, an I64 scalar: part of PyTorch's state dicts and of no use to us.</summary>
    public const string Counter = "num_batches_tracked";

    /// <summary>DataParallel's and torch.compile's: no layer is called so.</summary>
    private static readonly string[] Wrappers = ["module.", "_orig_mod."];

    /// <summary>The field that training code keeps its network in; a layer may well be called so.</summary>
    private static readonly string[] Fields = [.. Wrappers, "model.", "net.", "network."];

    /// <summary>The same tensors without the prefixes of DataParallel and torch.compile, where all names have them.</summary>
    public static IReadOnlyDictionary<string, StoredTensor> Unwrapped(IReadOnlyDictionary<string, StoredTensor> tensors) =>
        Stripped(tensors, Wrappers).Last();

    /// <summary>The same tensors by the architecture's names: prefixes that all names share are taken off as far as that makes
    /// more of them the architecture's, and batch norms' counters are left out.</summary>
    public static IReadOnlyDictionary<string, StoredTensor> Fitted(Architecture architecture, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        IReadOnlyDictionary<string, StoredTensor> named = Named(architecture, tensors);
        HashSet<string> counters = [.. Counters(architecture)];
        return new OrderedDictionary<string, StoredTensor>(named.Where(t => !counters.Contains(t.Key)));
    }

    /// <summary>The tensors in the order of PyTorch's state dict, with the counters that its strict loading wants.</summary>
    /// <param name="known">Where the counters are taken from if they are there; they are 0 otherwise.</param>
    public static OrderedDictionary<string, StoredTensor> WithCounters(Checkpoint checkpoint, IReadOnlyDictionary<string, StoredTensor> known)
    {
        Dictionary<string, StoredTensor> parameters = Checkpoint.ToTensors(checkpoint.Parameters);
        IReadOnlyDictionary<string, StoredTensor> named = Named(checkpoint.Architecture, known);
        var all = new OrderedDictionary<string, StoredTensor>();
        foreach (Layer layer in checkpoint.Architecture.Layers)
        {
            foreach (ParameterSpec spec in layer.Parameters)
                all.Add(spec.Name, parameters[spec.Name]);
            if (layer is BatchNorm2d)
                all.Add(CounterOf(layer), named.GetValueOrDefault(CounterOf(layer)) is { DType: "I64", Shape: [] } counter ? counter : new("I64", [], new byte[sizeof(long)]));
        }
        return all;
    }

    private static IReadOnlyDictionary<string, StoredTensor> Named(Architecture architecture, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        string[] wanted = [.. architecture.Parameters.Select(spec => spec.Name)];
        // The first of the best: no prefix is taken off for nothing.
        return Stripped(tensors, Fields).MaxBy(candidate => wanted.Count(candidate.ContainsKey))!;
    }

    /// <summary>The tensors as they are, then with one prefix less each time, as long as all names have one.</summary>
    private static IEnumerable<IReadOnlyDictionary<string, StoredTensor>> Stripped(IReadOnlyDictionary<string, StoredTensor> tensors, string[] prefixes)
    {
        const int MostPrefixes = 4;
        for (int i = 0; i <= MostPrefixes; i++)
        {
            yield return tensors;
            string? shared = prefixes.FirstOrDefault(prefix => tensors.Count > 0 && tensors.Keys.All(name => name.StartsWith(prefix, StringComparison.Ordinal)));
            if (shared is null)
                yield break;
            tensors = new OrderedDictionary<string, StoredTensor>(tensors.Select(t => KeyValuePair.Create(t.Key[shared.Length..], t.Value)));
        }
    }

    private static IEnumerable<string> Counters(Architecture architecture) => architecture.Layers.OfType<BatchNorm2d>().Select(CounterOf);

    private static string CounterOf(Layer layer) => $"{layer.Name}.{Counter}";
}
