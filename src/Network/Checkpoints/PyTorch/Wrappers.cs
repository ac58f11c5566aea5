namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>Finds the state dict in what was saved: itself, or under one of the names that training code puts it under.</summary>
internal static class Wrappers
{
    private const int MaxDepth = 3;

    /// <summary>In this order: averaged weights first, as they are meant to be used rather than the last ones (BasicSR and KAIR
    /// <c>params_ema</c>, timm <c>state_dict_ema</c>), then BasicSR's <c>params</c>, Lightning's <c>state_dict</c>, the
    /// <c>model_state_dict</c> of PyTorch's tutorials, and other common ones.</summary>
    public static readonly string[] Names =
    [
        "params_ema", "state_dict_ema", "model_ema", "ema", "params", "state_dict", "model_state_dict", "model_state",
        "model", "net", "network", "netG", "generator", "weights",
    ];

    /// <summary>The tensors in order, without other values such as an epoch or a learning rate.</summary>
    /// <exception cref="FormatException">There is no state dict, or one that has a name twice.</exception>
    public static OrderedDictionary<string, TensorRecord> Find(object? root)
    {
        PickleDict dictionary = root as PickleDict ?? throw Wrong(root is TensorRecord ? "it is a single tensor" : "it is no dictionary");
        dictionary = Search(dictionary, MaxDepth, []) ?? throw Wrong($"it holds {Keys(dictionary)}");
        var tensors = new OrderedDictionary<string, TensorRecord>();
        foreach (var (key, value) in dictionary.Items)
        {
            if (key is string name && value is TensorRecord tensor && !tensors.TryAdd(name, tensor))
                throw Wrong($"it has '{name.Shown()}' twice");
        }
        return tensors;
    }

    /// <summary>The first dictionary with tensors in it, those under the names before the one itself. Under the same names may be
    /// settings or a network's description, so a dictionary without tensors is passed over.</summary>
    /// <param name="seen">Each dictionary is looked at once, for one may contain itself.</param>
    private static PickleDict? Search(PickleDict dictionary, int depth, HashSet<PickleDict> seen)
    {
        if (!seen.Add(dictionary))
            return null;
        IEnumerable<PickleDict> wrapped = dictionary.Items
            .Where(item => depth > 0 && item is { Key: string name, Value: PickleDict } && Names.Contains(name))
            .OrderBy(item => Array.IndexOf(Names, item.Key)).Select(item => (PickleDict)item.Value!);
        return wrapped.Select(inner => Search(inner, depth - 1, seen)).FirstOrDefault(found => found is not null)
            ?? (dictionary.Items.Any(item => item is { Key: string, Value: TensorRecord }) ? dictionary : null);
    }

    private static string Keys(PickleDict dictionary)
    {
        string[] keys = [.. dictionary.Items.Select(item => item.Key).OfType<string>().Take(10).Select(StreamReading.Shown)];
        return keys is [] ? "nothing" : string.Join(", ", keys);
    }

    private static FormatException Wrong(string what) =>
        new($"The PyTorch file has no state dict: {what}. Expected tensors by name, at the top or under {string.Join(", ", Names)}.");
}
