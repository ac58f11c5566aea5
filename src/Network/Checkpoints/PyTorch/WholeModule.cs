using static Denoise.Network.Checkpoints.FormatRules;

namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>The tensors of a module that was saved as a whole, by the names of its state dict. Its class is a name here; its state is
/// three dictionaries: parameters, buffers, and the modules in it.</summary>
/// <remarks>Source: Module.state_dict in https://github.com/pytorch/pytorch/blob/main/torch/nn/modules/module.py.</remarks>
internal sealed class WholeModule
{
    private const int MaxDepth = 32, MaxEntries = 100_000, MaxName = 1_000;

    private readonly PickleDict _tensors = new(isOrdered: true);
    private int _entries;

    /// <returns>Null where the object has no tensors.</returns>
    /// <exception cref="FormatException">Modules are nested too deeply, or too many.</exception>
    public static PickleDict? StateDict(PickleForeign module)
    {
        var walk = new WholeModule();
        walk.Add(module, "", MaxDepth);
        return walk._tensors.Items.Count > 0 ? walk._tensors : null;
    }

    private void Add(PickleForeign module, string prefix, int depth)
    {
        Pickle.Require(depth > 0, $"its modules are nested more than {MaxDepth} deep");
        foreach (var (name, value) in Entries(module, "_parameters", prefix).Concat(Entries(module, "_buffers", prefix)))
            if (value is TensorRecord)
                _tensors.Items.Add(new(name, value));
        foreach (var (name, value) in Entries(module, "_modules", prefix))
            if (value is PickleForeign inner)
                Add(inner, $"{name}.", depth - 1);
    }

    /// <summary>Of one of a module's dictionaries, with whole names.</summary>
    private IEnumerable<(string Name, object? Value)> Entries(PickleForeign module, string dictionary, string prefix)
    {
        if (module.State?.Items.LastOrDefault(item => item.Key is string key && key == dictionary).Value is not PickleDict entries)
            yield break;
        foreach (var (key, value) in entries.Items)
        {
            Pickle.Require(++_entries <= MaxEntries, $"its modules have more than {MaxEntries:N0} entries");
            Pickle.Require(key is string name && prefix.Length + name.Length <= MaxName,
                $"the name of a module or tensor is no text, or has more than {MaxName:N0} characters");
            yield return (prefix + key, value);
        }
    }
}
