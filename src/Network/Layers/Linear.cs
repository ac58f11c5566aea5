namespace Denoise.Network;

/// <summary>Fully connected: weight (out, in) times the features, plus bias.</summary>
/// <param name="InFeatures">Values of the input.</param>
/// <param name="OutFeatures">Values of the output.</param>
/// <param name="Bias">Whether each output value has a bias.</param>
public sealed record Linear(string Name, int InFeatures, int OutFeatures, bool Bias = true) : Layer(Name)
{
    internal override IEnumerable<ParameterSpec> Fields => WeightAndBias(Bias, OutFeatures, OutFeatures, InFeatures);

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Require(inputs[0].IsFlat, $"expected features, found a {inputs[0]} map; put a flatten layer before it");
        Require(inputs[0].Channels == InFeatures, $"expected {InFeatures} features, found {inputs[0]}");
        return Shape.Flat(OutFeatures);
    }

    internal override Reach Follow(Reach input, Axis axis) => input with { IsWhole = true };

    internal override double Products(Shape input, Shape output) => (double)InFeatures * OutFeatures;

    internal override void Validate() => Require(InFeatures > 0 && OutFeatures > 0, "features must be at least 1");
}

/// <summary>C×H×W to C·H·W features.</summary>
public sealed record Flatten(string Name) : Layer(Name)
{
    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Shape input = MapFrom(inputs);
        Require(input.Count <= int.MaxValue, $"{input} is too many features");
        return Shape.Flat((int)input.Count);
    }
}

/// <summary>C·H·W features back to C×H×W.</summary>
/// <param name="Channels">C of the output.</param>
/// <param name="Height">H of the output.</param>
/// <param name="Width">W of the output.</param>
public sealed record Unflatten(string Name, int Channels, int Height, int Width) : Layer(Name)
{
    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        var output = new Shape(Channels, Height, Width);
        Require(inputs[0].IsFlat && inputs[0].Count == output.Count, $"expected {output.Count} features for {output}, found {inputs[0]}");
        return output;
    }

    internal override void Validate() => Require(Channels > 0 && Height > 0 && Width > 0, "channels, height and width must be at least 1");
}
