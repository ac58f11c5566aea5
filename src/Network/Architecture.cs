using System.Text.Json.Serialization;

namespace Denoise.Network;

/// <summary>A denoising network as data: an ordered list of named layers, each reading the one before unless it names its inputs.</summary>
/// <remarks>One walk of this list builds the torch module, writes the ONNX graph, loads a checkpoint and tells a tiler
/// how much context a pixel needs.</remarks>
public sealed class Architecture
{
    /// <summary>What a layer calls the network's own input when it names its inputs.</summary>
    public const string InputName = "input";

    private const long MaxParameters = 1_000_000_000;

    private readonly Dictionary<string, int> _index = new() { [InputName] = -1 };

    /// <param name="name">Catalogue name, e.g. <c>conv-denoiser</c>.</param>
    /// <param name="channels">C of the N×C×H×W input and output: 1 grey, 3 RGB.</param>
    /// <param name="layers">In order of evaluation; the last one is the output.</param>
    /// <param name="inputSize">Height and width where the network takes one size only (it has linear layers).</param>
    /// <exception cref="ArchitectureException">The layers do not make a network whose output has its input's shape.</exception>
    [JsonConstructor]
    public Architecture(string name, int channels, IReadOnlyList<Layer> layers, int[]? inputSize = null)
    {
        (Name, Channels, Layers, InputSize) = (name, channels, layers, inputSize);
        ArchitectureCheck.Settings(this);
        for (int i = 0; i < layers.Count; i++)
            Register(i);
        ParameterCount = CountParameters();
        Context = FollowReach();
        Sizes = SizeRule.Of(this);
    }

    public string Name { get; }

    public int Channels { get; }

    public int[]? InputSize { get; }

    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>Every parameter and buffer in layer order: the one walk that trainer, exporter and checkpoints share.</summary>
    [JsonIgnore]
    public IEnumerable<ParameterSpec> Parameters => Layers.SelectMany(layer => layer.Parameters);

    /// <summary>Trained values; running statistics are not counted.</summary>
    [JsonIgnore]
    public long ParameterCount { get; }

    /// <summary>The input pixels an output pixel depends on, before and after its own place.</summary>
    [JsonIgnore]
    public Reach Context { get; }

    /// <summary>The heights and widths that come out as they went in.</summary>
    [JsonIgnore]
    public SizeRule Sizes { get; }

    /// <summary>The positions of a layer's inputs in <see cref="Layers"/>; −1 is the network's input.</summary>
    public IReadOnlyList<int> InputsOf(int layer) =>
        Layers[layer].Inputs is [_, ..] named ? [.. named.Select(input => _index[input])] : [layer - 1];

    /// <summary>How many inputs of layers a layer's output is.</summary>
    public int ReadersOf(int layer) => Enumerable.Range(0, Layers.Count).Sum(i => InputsOf(i).Count(from => from == layer));

    /// <summary>The output shape of every layer for one C×height×width input.</summary>
    /// <exception cref="ArchitectureException">A layer cannot take what it would be given at this size.</exception>
    public Shape[] ShapesAt(int height, int width)
    {
        var input = new Shape(Channels, height, width);
        var shapes = new Shape[Layers.Count];
        for (int i = 0; i < shapes.Length; i++)
            shapes[i] = Layers[i].Output([.. InputsOf(i).Select(from => from < 0 ? input : shapes[from])]);
        return shapes;
    }

    private void Register(int position)
    {
        Layer layer = Layers[position];
        ArchitectureCheck.Layer(layer, _index);
        _index[layer.Name] = position;
    }

    private long CountParameters()
    {
        // Summed as decimals: a file may claim sizes whose product overflows a long.
        decimal count = Parameters.Where(p => p.IsTrained).Sum(p => p.Shape.Aggregate(1m, (product, d) => product * d));
        return count <= MaxParameters
            ? (long)count
            : throw new ArchitectureException($"Architecture '{Name}' has {count:N0} parameters; at most {MaxParameters:N0} are supported.");
    }

    private Reach FollowReach()
    {
        var reaches = new Reach[Layers.Count];
        for (int i = 0; i < reaches.Length; i++)
            reaches[i] = Layers[i].Follow(Reach.Union(InputsOf(i).Select(from => from < 0 ? Reach.Input : reaches[from])));
        return reaches[^1];
    }
}
