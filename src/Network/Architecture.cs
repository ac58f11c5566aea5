namespace Denoise.Network;

/// <summary>A denoising network as data: an ordered list of named layers. Each reads the one before it unless it names others.</summary>
/// <remarks>One walk of this list builds the torch module, writes the ONNX graph, loads a checkpoint and tells a tiler
/// how much context a pixel needs.</remarks>
public sealed class Architecture
{
    /// <summary>The name under which layers read the network's own input, N×C×H×W in [0,1].</summary>
    public const string InputName = "input";

    /// <summary>The name under which layers read the network's second input, the noise level, N×1×H×W: the noise's standard deviation
    /// at each pixel, where 1 is the range from black to white (Zhang, Zuo, Zhang: FFDNet, IEEE Transactions on Image Processing 27,
    /// 2018). A network has this input if one of its layers reads it.</summary>
    public const string SigmaName = "sigma";

    private const int InputIndex = -1, SigmaIndex = -2;

    private const long MaxParameters = 1_000_000_000;

    /// <summary>A picture large enough that borders count for little.</summary>
    private const int LargeSide = 1024;

    private readonly Dictionary<string, int> _index = new() { [InputName] = InputIndex, [SigmaName] = SigmaIndex };

    /// <summary>Makes a network of layers and checks it.</summary>
    /// <param name="name">Such as <c>conv-denoiser</c>.</param>
    /// <param name="channels">C of the N×C×H×W input and output: 1 grey, 3 RGB.</param>
    /// <param name="layers">In order of evaluation; the last one is the output.</param>
    /// <param name="inputSize">Height and width where the network takes one size only (it has linear layers).</param>
    /// <exception cref="ArchitectureException">The layers do not make a network whose output has its input's shape.</exception>
    public Architecture(string name, int channels, IReadOnlyList<Layer> layers, int[]? inputSize = null)
    {
        (Name, Channels, Layers, InputSize) = (name, channels, layers, inputSize);
        ArchitectureCheck.Settings(this);
        for (int i = 0; i < layers.Count; i++)
            Register(i);
        ParameterCount = CountParameters();
        Context = FollowReach();
        Sizes = ValidSizes.Of(this);
    }

    /// <summary>The network's name, such as <c>conv-denoiser</c>.</summary>
    public string Name { get; }

    /// <summary>C of the input and the output: 1 grey, 3 RGB.</summary>
    public int Channels { get; }

    /// <summary>Height and width in pixels where the network takes one size only; otherwise null.</summary>
    public int[]? InputSize { get; }

    /// <summary>The layers in order of evaluation; the last one gives the output.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>Every parameter and buffer in layer order: the one walk that trainer, exporter and checkpoints share.</summary>
    public IEnumerable<ParameterSpec> Parameters => Layers.SelectMany(layer => layer.Parameters);

    /// <summary>The number of trained values; running statistics are not counted.</summary>
    public long ParameterCount { get; }

    /// <summary>The input pixels an output pixel depends on, before and after its own place.</summary>
    public Reach Context { get; }

    /// <summary>The heights and widths that come out as they went in.</summary>
    public ValidSizes Sizes { get; }

    /// <summary>Whether the network reads a noise level, <see cref="SigmaName"/>.</summary>
    public bool TakesSigma => Layers.Any(layer => layer.Inputs.Contains(SigmaName));

    /// <summary>The positions of a layer's inputs in <see cref="Layers"/>; the network's own inputs have negative ones.</summary>
    public IReadOnlyList<int> InputsOf(int layer) =>
        Layers[layer].Inputs is [_, ..] named ? [.. named.Select(input => _index[input])] : [layer - 1];

    /// <summary>How many times layers read this layer's output.</summary>
    public int ReadersOf(int layer) => Enumerable.Range(0, Layers.Count).Sum(i => InputsOf(i).Count(from => from == layer));

    /// <summary>The name of the layer or input at a position that <see cref="InputsOf"/> gives.</summary>
    public string NameAt(int position) => position switch
    {
        InputIndex => InputName,
        SigmaIndex => SigmaName,
        _ => Layers[position].Name,
    };

    /// <summary>Visits the layers in order of evaluation.</summary>
    /// <param name="input">Stands for the network's input.</param>
    /// <param name="sigma">Stands for its noise level.</param>
    /// <param name="visit">Makes a layer's value from its position and from its inputs' values.</param>
    /// <returns>The values of all layers.</returns>
    public T[] Walk<T>(T input, T sigma, Func<int, T[], T> visit)
    {
        var values = new T[Layers.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = visit(i, [.. InputsOf(i).Select(Value)]);
        return values;

        T Value(int from) => from switch { InputIndex => input, SigmaIndex => sigma, _ => values[from] };
    }

    /// <summary>The output shape of every layer for one C×height×width input.</summary>
    /// <exception cref="ArchitectureException">A layer cannot take what it would be given at this size.</exception>
    public Shape[] ShapesAt(int height, int width) =>
        Walk(new Shape(Channels, height, width), new Shape(1, height, width), (i, inputs) => Layers[i].Output(inputs));

    /// <summary>Floating-point operations for each pixel of the input: two for each product of the convolutions and linear layers.
    /// The others are few beside them.</summary>
    public double FlopsPerPixel()
    {
        int height = InputSize?[0] ?? Sizes.Next(LargeSide), width = InputSize?[1] ?? Sizes.Next(LargeSide);
        double products = 0;
        Walk(new Shape(Channels, height, width), new Shape(1, height, width), (i, inputs) =>
        {
            Shape output = Layers[i].Output(inputs);
            products += Layers[i].Products(inputs[0], output);
            return output;
        });
        return 2 * products / ((double)height * width);
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
            : throw new ArchitectureException(
                $"Architecture '{Name}' has {count:N0} parameters; at most {MaxParameters:N0} are supported.");
    }

    private Reach FollowReach() => Reach.Union(Enum.GetValues<Axis>().Select(FollowReach));

    private Reach FollowReach(Axis axis)
    {
        double border = 0;
        Reach end = Walk(Reach.Input, Reach.Input, (i, inputs) =>
        {
            Reach read = Reach.Union(inputs);
            border = Math.Max(border, read.Border(Layers[i].BorderReads));
            return Layers[i].Follow(read, axis);
        })[^1];
        return end.Within(border);
    }
}
