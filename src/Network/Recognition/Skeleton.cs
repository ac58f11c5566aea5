using System.Text.Json.Nodes;
using Tensors = System.Collections.Generic.IReadOnlyDictionary<string, Denoise.Network.Checkpoints.StoredTensor>;

namespace Denoise.Network.Recognition;

/// <summary>The beginning of an architecture for tensors that belong to no known network: the layers that have weights, in the file's
/// order. Layers without weights, and which layer reads which, are not in the file.</summary>
public static class Skeleton
{
    private const string Weight = ".weight";

    /// <summary>JSON for a person to complete; as it stands, it need not be a network.</summary>
    public static string Of(Tensors tensors)
    {
        tensors = ForeignNames.Unwrapped(tensors);
        Layer[] layers = [.. tensors.Where(t => t.Key.EndsWith(Weight, StringComparison.Ordinal))
            .Select(t => LayerOf(tensors, t.Key[..^Weight.Length], t.Value.Shape)).OfType<Layer>()];
        int channels = layers.OfType<Conv2d>().FirstOrDefault()?.InChannels ?? 1;
        return ArchitectureJson.Write("mine", channels, null, layers, indented: true);
    }

    /// <summary>The weights that no layer here has, such as those of a three-dimensional convolution.</summary>
    public static IEnumerable<string> LeftOut(Tensors tensors)
    {
        tensors = ForeignNames.Unwrapped(tensors);
        return tensors.Keys.Where(name => name.EndsWith(Weight, StringComparison.Ordinal)
            && LayerOf(tensors, name[..^Weight.Length], tensors[name].Shape) is null);
    }

    private static Layer? LayerOf(Tensors tensors, string name, long[] shape)
    {
        if (shape.Any(side => side is <= 0 or > int.MaxValue))
            return null;
        bool bias = tensors.ContainsKey($"{name}.bias");
        return ((int[])[.. shape.Select(side => (int)side)]) switch
        {
            [var output, var input, var height, var width] => new Conv2d(name, input, output, new(height, width),
                Padding: new(height / 2, width / 2), Bias: bias),
            [var output, var input] => new Linear(name, input, output, bias),
            [var channels] when tensors.ContainsKey($"{name}.running_mean") => new BatchNorm2d(name, channels),
            [var channels] when bias => new LayerNorm2d(name, channels),
            [var channels] => new PReLU(name, channels),
            _ => null,
        };
    }
}
