using System.Text.Json.Serialization;

namespace Denoise.Network;

/// <summary>One layer of an <see cref="Architecture"/>: data alone. It knows its parameters, its output's shape and its reach;
/// what it computes is said by <see cref="ReferenceEvaluator"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", IgnoreUnrecognizedTypeDiscriminators = false)]
[JsonDerivedType(typeof(Conv2d), "conv2d")]
[JsonDerivedType(typeof(ConvTranspose2d), "conv_transpose2d")]
[JsonDerivedType(typeof(MaxPool2d), "max_pool2d")]
[JsonDerivedType(typeof(AvgPool2d), "avg_pool2d")]
[JsonDerivedType(typeof(Upsample), "upsample")]
[JsonDerivedType(typeof(PixelShuffle), "pixel_shuffle")]
[JsonDerivedType(typeof(PixelUnshuffle), "pixel_unshuffle")]
[JsonDerivedType(typeof(BatchNorm2d), "batch_norm2d")]
[JsonDerivedType(typeof(Linear), "linear")]
[JsonDerivedType(typeof(Flatten), "flatten")]
[JsonDerivedType(typeof(Unflatten), "unflatten")]
[JsonDerivedType(typeof(ReLU), "relu")]
[JsonDerivedType(typeof(LeakyReLU), "leaky_relu")]
[JsonDerivedType(typeof(Sigmoid), "sigmoid")]
[JsonDerivedType(typeof(Add), "add")]
[JsonDerivedType(typeof(Concat), "concat")]
public abstract record Layer(string Name)
{
    /// <summary>The layers read, by name, or <see cref="Architecture.InputName"/>; empty means the layer before.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>The word for this kind of layer in messages and tables.</summary>
    [JsonIgnore]
    public string Kind => GetType().Name;

    /// <summary>Parameters and buffers, in PyTorch's order.</summary>
    [JsonIgnore]
    public virtual IEnumerable<ParameterSpec> Parameters => [];

    /// <summary>How many inputs this layer takes at least; most take exactly one.</summary>
    [JsonIgnore]
    internal virtual bool JoinsSeveral => false;

    /// <summary>By how much the layer divides height and width.</summary>
    [JsonIgnore]
    internal virtual int Downscale => 1;

    /// <summary>The shape this layer makes of its inputs' shapes.</summary>
    /// <exception cref="ArchitectureException">The shapes do not fit the layer.</exception>
    public abstract Shape Output(IReadOnlyList<Shape> inputs);

    internal virtual Reach Follow(Reach input) => input;

    /// <summary>Refuses settings that no input could make sense of.</summary>
    internal virtual void Validate()
    {
    }

    internal ArchitectureException Wrong(string what) => new($"Layer '{Name}' ({Kind}): {what}.");

    protected ParameterSpec Parameter(string field, params int[] shape) => new($"{Name}.{field}", shape);

    protected void Require(bool condition, string what)
    {
        if (!condition)
            throw Wrong(what);
    }

    protected Shape RequireMap(IReadOnlyList<Shape> inputs, int? channels = null)
    {
        Shape shape = inputs[0];
        Require(!shape.IsFlat, $"expected a C×H×W input, found {shape} features; put an unflatten layer before it");
        Require(channels is null || channels == shape.Channels, $"expected {channels} channels, found {shape}");
        return shape;
    }

    protected Shape Sized(long channels, long height, long width)
    {
        Require(height >= 1 && width >= 1, $"the input is too small: its output would be {height}×{width}");
        Require(Math.Max(channels, Math.Max(height, width)) <= int.MaxValue, $"its output would be {channels}×{height}×{width}, too large");
        return new((int)channels, (int)height, (int)width);
    }
}
