using Tensors = System.Collections.Generic.IReadOnlyDictionary<string, Denoise.Network.Checkpoints.StoredTensor>;

namespace Denoise.Network;

/// <summary>Takes off what training code puts before the names of parameters.</summary>
public static class ForeignNames
{
    /// <summary>BatchNorm2d's count of batches, an I64 scalar: part of PyTorch's state dicts, but it does not change the result.</summary>
    private const string Counter = "num_batches_tracked";

    private const int MostPrefixes = 4;

    /// <summary>The prefixes of DataParallel and torch.compile; no layer has such a name.</summary>
    private static readonly string[] Wrappers = ["module.", "_orig_mod."];

    /// <summary>The field in which training code keeps its network; a layer may have such a name.</summary>
    private static readonly string[] Fields = [.. Wrappers, "model.", "net.", "network.", "denoiser."];

    /// <summary>Whether it is such a count's name.</summary>
    internal static bool IsCounter(string name) => name.EndsWith($".{Counter}", StringComparison.Ordinal);

    /// <summary>The same tensors without the prefixes of DataParallel and torch.compile, where all names have them.</summary>
    public static Tensors Unwrapped(Tensors tensors) => Stripped(tensors).Last();

    /// <summary>The tensors whose names begin with the key and a dot, without these.</summary>
    /// <exception cref="FormatException">There are none.</exception>
    public static IReadOnlyDictionary<string, T> Under<T>(string key, IReadOnlyDictionary<string, T> tensors)
    {
        var found = Below(tensors, $"{key}.");
        return found.Count > 0 ? found
            : throw new FormatException($"Nothing is called {key.Shown()} in it; its tensors begin with "
                + $"{tensors.Keys.FirstOrDefault("").Shown()}.");
    }

    private static OrderedDictionary<string, T> Below<T>(IReadOnlyDictionary<string, T> tensors, string prefix) =>
        new(tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(t => KeyValuePair.Create(t.Key[prefix.Length..], t.Value)));

    /// <summary>The same tensors by the architecture's names. Prefixes come off as far as more names then fit, and tensors without them,
    /// such as those of a loss, are left out; so are the counters of batch norms.</summary>
    public static Tensors Fitted(Architecture architecture, Tensors tensors)
    {
        HashSet<string> counters = [.. architecture.Layers.OfType<BatchNorm2d>().Select(CounterOf)];
        return new OrderedDictionary<string, StoredTensor>(Named(architecture, tensors).Where(t => !counters.Contains(t.Key)));
    }

    /// <summary>The checkpoint's tensors in the order of PyTorch's state dict, with the counters that its strict loading wants.</summary>
    /// <param name="checkpoint">The network and its weights.</param>
    /// <param name="known">The counters are taken from here where it has them; the others are 0.</param>
    public static OrderedDictionary<string, StoredTensor> WithCounters(Checkpoint checkpoint, Tensors known)
    {
        Dictionary<string, StoredTensor> parameters = Checkpoint.ToTensors(checkpoint.Parameters);
        Tensors named = Named(checkpoint.Architecture, known);
        var all = new OrderedDictionary<string, StoredTensor>();
        foreach (Layer layer in checkpoint.Architecture.Layers)
        {
            foreach (ParameterSpec spec in layer.Parameters)
                all.Add(spec.Name, parameters[spec.Name]);
            if (layer is BatchNorm2d)
                all.Add(CounterOf(layer), named.GetValueOrDefault(CounterOf(layer)) is { DType: DType.I64, Shape: [] } counter
                    ? counter
                    : new(DType.I64, [], new byte[sizeof(long)]));
        }
        return all;
    }

    private static Tensors Named(Architecture architecture, Tensors tensors)
    {
        string[] wanted = [.. architecture.Parameters.Select(spec => spec.Name)];
        // The first of the best, so that no prefix comes off in vain.
        return Candidates(tensors).MaxBy(candidate => wanted.Count(candidate.ContainsKey))!;
    }

    /// <summary>The tensors as they are, then those that begin with a prefix, without it, and so on.</summary>
    internal static IEnumerable<Tensors> Candidates(Tensors tensors, int depth = MostPrefixes)
    {
        yield return tensors;
        foreach (string prefix in depth > 0 ? Fields : [])
            if (Below(tensors, prefix) is { Count: > 0 } below)
                foreach (Tensors candidate in Candidates(below, depth - 1))
                    yield return candidate;
    }

    /// <summary>The tensors as they are, then with one prefix less each time, as long as all names have one.</summary>
    private static IEnumerable<Tensors> Stripped(Tensors tensors)
    {
        for (int i = 0; i <= MostPrefixes; i++)
        {
            yield return tensors;
            string? shared = Wrappers.FirstOrDefault(prefix => tensors.Keys.All(name => name.StartsWith(prefix, StringComparison.Ordinal)));
            if (shared is null || tensors.Count == 0)
                yield break;
            var shorter = tensors.Select(t => KeyValuePair.Create(t.Key[shared.Length..], t.Value));
            tensors = new OrderedDictionary<string, StoredTensor>(shorter);
        }
    }

    private static string CounterOf(Layer layer) => $"{layer.Name}.{Counter}";
}
