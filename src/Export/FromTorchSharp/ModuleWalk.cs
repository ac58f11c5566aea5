using Denoise.Network;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Denoise.Export.FromTorchSharp;

/// <summary>Collects the layers of nested modules with their weights, and the reasons why some cannot be layers.</summary>
internal sealed class ModuleWalk
{
    public List<Layer> Layers { get; } = [];

    public Dictionary<string, ParameterValues> Parameters { get; } = [];

    /// <summary>One sentence each.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>A module's name in a state dict.</summary>
    public static string Inside(string path, string child) => path.Length == 0 ? child : $"{path}.{child}";

    public void Visit(string path, nn.Module module)
    {
        if (module is Sequential)
            foreach (var (name, child) in module.named_children())
                Visit(Inside(path, name), child);
        else
            VisitLeaf(path, module);
    }

    private void VisitLeaf(string path, nn.Module module)
    {
        var settings = new Settings(path, module);
        Layer? layer = KnownModules.Layer(module, settings);
        if (layer is not null && settings.Problems.Count == 0)
            Take(layer, module, settings);
        Problems.AddRange(settings.Problems);
    }

    private void Take(Layer layer, nn.Module module, Settings settings)
    {
        Layers.Add(layer);
        Dictionary<string, Tensor> state = module.state_dict();
        foreach (ParameterSpec spec in layer.Parameters)
        {
            string field = spec.Name[(layer.Name.Length + 1)..];
            if (Values(field, spec, state.GetValueOrDefault(field), settings) is { } values)
                Parameters[spec.Name] = new(spec.Shape, values);
        }
    }

    private static float[]? Values(string field, ParameterSpec spec, Tensor? tensor, Settings settings)
    {
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
