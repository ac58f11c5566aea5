namespace Denoise.Network.Recognition;

/// <summary>Convolutions of 3×3 one after another in an nn.Sequential. Between them is ReLU; where there is batch normalisation, it is
/// before each ReLU but the first.</summary>
/// <param name="Name">The nn.Sequential's.</param>
/// <param name="Depth">The number of convolutions.</param>
/// <param name="Width">Channels between them.</param>
/// <param name="HasNorm">Whether there is batch normalisation.</param>
internal sealed record Chain(string Name, int Depth, int In, int Width, int Out, bool HasNorm)
{
    private IReadOnlyDictionary<string, StoredTensor> Tensors { get; init; } = new Dictionary<string, StoredTensor>();

    /// <summary>The chain with one of the names; null where there is none.</summary>
    public static Chain? Of(IReadOnlyDictionary<string, StoredTensor> tensors, params string[] names)
    {
        string? name = names.FirstOrDefault(candidate => tensors.ContainsKey($"{candidate}.0.weight"));
        string[] convolutions = [.. tensors.Where(t => t.Key.StartsWith($"{name}.", StringComparison.Ordinal) && t.Value.Shape.Length == 4)
            .Select(t => t.Key).OrderBy(Place)];
        if (name is null || convolutions.Length < 2)
            return null;
        string first = $"{name}.0.weight";
        return new(name, convolutions.Length, tensors.Side(first, 1), tensors.Side(first, 0), tensors.Side(convolutions[^1], 0),
            tensors.Keys.Any(key => key.EndsWith(".running_mean", StringComparison.Ordinal))) { Tensors = tensors };
    }

    /// <summary>In words, such as: 17 convolutions of 64 channels.</summary>
    public string Words => $"{Depth} convolutions of {Width} channels{(HasNorm ? " with batch normalisation" : "")}";

    /// <summary>Whether every convolution has a bias.</summary>
    public bool HasBiases => Layers("", []).OfType<Conv2d>().All(conv => conv.Bias);

    /// <summary>Its layers.</summary>
    /// <param name="from">The value that the first one reads.</param>
    /// <param name="dilations">One for each convolution; 1 where there is none.</param>
    public List<Layer> Layers(string from, int[] dilations)
    {
        // Zhang's code sets 1e-4 and has biases, the other implementations have PyTorch's default and none.
        double epsilon = Tensors.ContainsKey($"{Name}.0.bias") ? 1e-4 : 1e-5;
        var layers = new List<Layer>();
        for (int i = 0; i < Depth; i++)
        {
            int dilation = dilations.Length > 0 ? dilations[i] : 1;
            layers.Add(Convolution(layers.Count, i, dilation, i == 0 ? [from] : []));
            if (i == Depth - 1)
                break;
            if (HasNorm && i > 0)
                layers.Add(new BatchNorm2d($"{Name}.{layers.Count}", Width, epsilon));
            layers.Add(new ReLU($"{Name}.{layers.Count}"));
        }
        return layers;
    }

    private Conv2d Convolution(int place, int i, int dilation, string[] inputs)
    {
        string name = $"{Name}.{place}";
        return new(name, i == 0 ? In : Width, i == Depth - 1 ? Out : Width, Kernel: 3, Padding: dilation,
            Bias: Tensors.ContainsKey($"{name}.bias"), Dilation: dilation) { Inputs = inputs };
    }

    /// <summary>The number in a tensor's name, as in <c>model.3.weight</c>.</summary>
    private static int Place(string tensor) => int.TryParse(tensor.Split('.')[^2], out int place) ? place : -1;
}
