namespace Denoise.Export.FromTorchSharp;

/// <summary>A module that one layer is made of.</summary>
internal sealed class KnownModule
{
    private readonly nn.Module<Tensor, Tensor> _module;
    private readonly Device _device;
    private readonly Dictionary<string, ParameterValues> _parameters = [];

    private KnownModule(nn.Module<Tensor, Tensor> module, Device device, Settings settings, Layer? layer)
    {
        (_module, _device, Path, Layer, Problems) = (module, device, settings.Path, layer, settings.Problems);
        if (layer is not null && settings.Problems.Count == 0)
            Take(layer, settings);
    }

    /// <summary>The module's name in a state dict.</summary>
    public string Path { get; }

    /// <summary>Null where the module computes nothing in evaluation; it may be null where there are problems.</summary>
    public Layer? Layer { get; }

    /// <summary>A sentence for each setting or weight that no layer has.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>The layer's parameters by their own names, such as weight.</summary>
    public IReadOnlyDictionary<string, ParameterValues> Parameters => _parameters;

    /// <returns>Null for a module of a kind that no layer is made of.</returns>
    public static KnownModule? Of(nn.Module module, string path, Device device)
    {
        var settings = new Settings(path, module);
        Layer? layer = KnownModules.Layer(module, settings);
        return settings.IsKnown ? new((nn.Module<Tensor, Tensor>)module, device, settings, layer) : null;
    }

    /// <summary>The module as a step from a value.</summary>
    public Step Of(Value input) =>
        new(Path, name => Layer! with { Name = name }, x => _module.forward(x[0].to(_device, copy: true)).cpu(), [input]) { Module = this };

    /// <summary>Whether it can read a value, and make the shape of another.</summary>
    public bool Fits(Value input, Value? output = null)
    {
        try
        {
            Shape made = Layer!.Output([input.FirstShape]);
            return output is null || made == output.FirstShape;
        }
        catch (ArchitectureException)
        {
            return false;
        }
    }

    /// <summary>The module's type.</summary>
    public string Kind => _module.GetType().Name;

    private void Take(Layer layer, Settings settings)
    {
        Dictionary<string, Tensor> state = _module.state_dict();
        foreach (ParameterSpec spec in layer.Parameters)
            if (spec.Name[(layer.Name.Length + 1)..] is var field && Values(field, spec, state, settings) is { } values)
                _parameters[field] = new(spec.Shape, values);
    }

    private static float[]? Values(string field, ParameterSpec spec, Dictionary<string, Tensor> state, Settings settings)
    {
        Tensor? tensor = state.GetValueOrDefault(field);
        if (tensor is null || !tensor.shape.SequenceEqual(spec.Shape.Select(d => (long)d)))
            settings.Refuse($"has {field} {(tensor is null ? "none" : string.Join('×', tensor.shape))}, expected {spec.ShapeText}");
        else if (tensor.dtype != ScalarType.Float32)
            settings.Refuse($"has {field} in {tensor.dtype}, expected Float32: call to(ScalarType.Float32) on the whole first");
        else if (Copy(tensor) is var values && values.All(float.IsFinite))
            return values;
        else
            settings.Refuse($"has {field} with values that are infinite or not a number, expected finite ones");
        return null;
    }

    private static float[] Copy(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().contiguous().data<float>().ToArray();
    }
}
