namespace Denoise.Export.FromTorchSharp;

/// <summary>A module and all those in it, by their names in a state dict.</summary>
internal sealed class ModuleTree
{
    private readonly Dictionary<nn.Module, string> _paths = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<nn.Module, KnownModule> _known = new(ReferenceEqualityComparer.Instance);

    public ModuleTree(nn.Module<Tensor, Tensor> root, Device device)
    {
        (Root, Device) = (root, device);
        // A module that is alone has no name there.
        foreach (var (path, module) in root.named_modules().Prepend((root.GetType().Name.ToLowerInvariant(), root)))
            if (_paths.TryAdd(module, path) && KnownModule.Of(module, path, device) is { } known)
                _known[module] = known;
    }

    public nn.Module<Tensor, Tensor> Root { get; }

    /// <summary>Where its parameters are.</summary>
    public Device Device { get; }

    public IEnumerable<nn.Module> All => _paths.Keys;

    public IEnumerable<string> Paths => _paths.Values;

    /// <summary>Those that layers can be made of.</summary>
    public IEnumerable<KnownModule> Known => _known.Values;

    public KnownModule? KnownOf(nn.Module module) => _known.GetValueOrDefault(module);

    /// <summary>For messages.</summary>
    public string NameOf(nn.Module module) => $"module '{_paths[module]}' ({module.GetType().Name})";
}
