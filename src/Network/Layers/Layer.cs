namespace Denoise.Network;

/// <summary>One layer of an <see cref="Architecture"/>: data alone. It knows its parameters, its output's shape, its reach and its cost;
/// <see cref="ReferenceEvaluator"/> says what it computes.</summary>
/// <param name="Name">Unique in the network: letters, digits, '_' and '-', with dots between them.</param>
public abstract record Layer(string Name)
{
    /// <summary>The largest kernel or scale. One that is near the largest integer would make sums that are beyond it.</summary>
    private protected const int MaxReach = 1 << 20;

    /// <summary>The names of the layers that it reads, or of the network's inputs, <see cref="Architecture.InputName"/> and
    /// <see cref="Architecture.SigmaName"/>. Empty means the layer before.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>The kind of layer, such as Conv2d, for messages and tables.</summary>
    public string Kind => GetType().Name;

    /// <summary>Parameters and buffers by their full names, in PyTorch's order.</summary>
    public IEnumerable<ParameterSpec> Parameters => Fields.Select(spec => spec with { Name = $"{Name}.{spec.Name}" });

    /// <summary>The shape that this layer makes of its inputs' shapes.</summary>
    /// <exception cref="ArchitectureException">The shapes do not fit the layer.</exception>
    public Shape Output(IReadOnlyList<Shape> inputs) => OutputOf(inputs);

    /// <summary>The parameters under their own names, such as weight.</summary>
    internal virtual IEnumerable<ParameterSpec> Fields => [];

    /// <summary>Whether it reads two inputs or more; the others read exactly one.</summary>
    internal virtual bool JoinsSeveral => false;

    /// <summary>By how much it divides height and width.</summary>
    internal virtual Sides Downscale => 1;

    /// <summary>How many pixels of its input, from the border on, it reads in place of pixels beyond the border.</summary>
    internal virtual int BorderReads => 0;

    internal virtual Shape OutputOf(IReadOnlyList<Shape> inputs) => inputs[0];

    /// <summary>The reach of its output's pixels along an axis, from that of its input's.</summary>
    internal virtual Reach Follow(Reach input, Axis axis) => input;

    /// <summary>How many products it sums up for one picture; 0 where they are few.</summary>
    internal virtual double Products(Shape input, Shape output) => 0;

    /// <summary>Refuses settings that make no sense for any input.</summary>
    internal virtual void Validate()
    {
    }

    internal ArchitectureException Wrong(string what) => new($"Layer '{Name}' ({Kind}): {what}.");

    private protected static IEnumerable<ParameterSpec> WeightAndBias(bool bias, int outputs, params int[] weight) =>
        bias ? [new("weight", weight), new("bias", [outputs])] : [new("weight", weight)];

    private protected void Require(bool condition, string what)
    {
        if (!condition)
            throw Wrong(what);
    }

    private protected Shape MapFrom(IReadOnlyList<Shape> inputs, int? channels = null)
    {
        Shape shape = inputs[0];
        Require(!shape.IsFlat, $"expected a C×H×W input, found {shape} features; put an unflatten layer before it");
        Require(channels is null || channels == shape.Channels, $"expected {channels} channels, found {shape}");
        return shape;
    }

    private protected Shape Sized(long channels, long height, long width)
    {
        Require(height >= 1 && width >= 1, $"the input is too small: its output would be {height}×{width}");
        Require(Math.Max(channels, Math.Max(height, width)) <= int.MaxValue,
            $"its output would be {channels}×{height}×{width}, too large");
        return new((int)channels, (int)height, (int)width);
    }
}
