namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>Finds the state dict in what was saved: itself, or under one of the names that training code puts it under.</summary>
internal static class Wrappers
{
    private const int MaxDepth = 3, MostShown = 10;

    /// <summary>In this order: averaged weights first, as they are meant to be used rather than the last ones (BasicSR and KAIR
    /// <c>params_ema</c>, timm <c>state_dict_ema</c>), then BasicSR's <c>params</c>, Lightning's <c>state_dict</c>, the
    /// <c>model_state_dict</c> of PyTorch's tutorials, and other common ones.</summary>
    public static readonly string[] Names =
    [
        "params_ema", "state_dict_ema", "model_ema", "ema", "params", "state_dict", "model_state_dict", "model_state",
        "model", "net", "network", "denoiser", "netG", "generator", "weights",
    ];

    /// <summary>The tensors in order, of a dictionary or a whole module, without other values such as an epoch.</summary>
    /// <param name="key">Where the dictionary is, with dots between the names of several levels, or the beginning of its tensors' names.
    /// Without it, the dictionary under one of the <see cref="Names"/>, or the only one that there is.</param>
    /// <exception cref="FormatException">There is no state dict, or one that has a name twice.</exception>
    public static IReadOnlyDictionary<string, TensorRecord> Find(object? root, string? key = null)
    {
        PickleDict dictionary = root switch
        {
            PickleDict saved => saved,
            PickleForeign module when WholeModule.StateDict(module) is { } tensors => tensors,
            _ => throw NoDictionary(root),
        };
        if (key is not null && Descend(dictionary, key) is { } named && Search(named, MaxDepth, []) is { } inside)
            return Tensors(inside);
        dictionary = Search(dictionary, MaxDepth, []) ?? Only(dictionary) ?? throw Wrong($"it holds {Keys(dictionary)}");
        return key is null ? Tensors(dictionary) : ForeignNames.Under(key, Tensors(dictionary));
    }

    private static FormatException NoDictionary(object? root) => root switch
    {
        PickleForeign foreign => new($"The PyTorch file holds an object of {foreign.Name}, which only the code that made it can use. "
            + PyTorchFile.HowToSave),
        TensorRecord => Wrong("it is a single tensor"),
        _ => Wrong("it is no dictionary"),
    };

    private static PickleDict? Descend(PickleDict dictionary, string key)
    {
        foreach (var (name, inner) in Inner(dictionary))
        {
            if (name == key)
                return inner;
            if (key.StartsWith($"{name}.", StringComparison.Ordinal) && Descend(inner, key[(name.Length + 1)..]) is { } found)
                return found;
        }
        return null;
    }

    private static IEnumerable<(string Name, PickleDict Inner)> Inner(PickleDict dictionary) =>
        dictionary.Items.Where(item => item is { Key: string, Value: PickleDict })
            .Select(item => ((string)item.Key!, (PickleDict)item.Value!));

    /// <summary>The only dictionary of tensors, whatever its name; null where there is none.</summary>
    private static PickleDict? Only(PickleDict root)
    {
        var found = new List<(string Path, PickleDict Dictionary)>();
        Collect(root, "", MaxDepth, [], found);
        if (found.Count > 1)
            throw new FormatException("The PyTorch file has several dictionaries of tensors: "
                + $"{string.Join(", ", found.Take(MostShown).Select(f => f.Path.Shown()))}. Say which one is meant by its key.");
        return found is [var only] ? only.Dictionary : null;
    }

    private static void Collect(PickleDict dictionary, string path, int depth, HashSet<PickleDict> seen, List<(string, PickleDict)> found)
    {
        foreach (var (name, inner) in Inner(dictionary).Where(_ => depth > 0))
        {
            if (!seen.Add(inner))
                continue;
            if (HasTensors(inner))
                found.Add((path + name, inner));
            else
                Collect(inner, $"{path}{name}.", depth - 1, seen, found);
        }
    }

    private static bool HasTensors(PickleDict dictionary) => dictionary.Items.Any(item => item is { Key: string, Value: TensorRecord });

    private static OrderedDictionary<string, TensorRecord> Tensors(PickleDict dictionary)
    {
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
            ?? (HasTensors(dictionary) ? dictionary : null);
    }

    private static string Keys(PickleDict dictionary)
    {
        string[] keys = [.. dictionary.Items.Select(item => item.Key).OfType<string>().Take(MostShown).Select(StreamReading.Shown)];
        return keys is [] ? "nothing" : string.Join(", ", keys);
    }

    private static FormatException Wrong(string what) =>
        new($"The PyTorch file has no state dict: {what}. Expected tensors by name, at the top or under {string.Join(", ", Names)}.");
}
