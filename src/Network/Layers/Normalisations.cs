namespace Denoise.Network;

/// <summary>(x − mean) / sqrt(variance + eps) · weight + bias, with a weight and a bias for each channel.</summary>
/// <param name="Channels">C of the input and the output.</param>
/// <param name="Epsilon">eps.</param>
public abstract record Normalisation(string Name, int Channels, double Epsilon) : Layer(Name)
{
    internal override IEnumerable<ParameterSpec> Fields =>
        [new("weight", [Channels]) { Initial = 1 }, new("bias", [Channels]) { Initial = 0 }];

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs) => MapFrom(inputs, Channels);

    internal override void Validate()
    {
        Require(Channels > 0, "channels must be at least 1");
        Require((float)Epsilon > 0 && float.IsFinite((float)Epsilon), "epsilon must be positive");
    }
}

/// <summary>(x − running_mean) / sqrt(running_var + eps) · weight + bias, per channel, as in evaluation.</summary>
/// <param name="Channels">C of the input and the output.</param>
/// <param name="Epsilon">eps.</param>
public sealed record BatchNorm2d(string Name, int Channels, double Epsilon = 1e-5) : Normalisation(Name, Channels, Epsilon)
{
    // num_batches_tracked, which PyTorch keeps too, does not change the result and is left out.
    internal override IEnumerable<ParameterSpec> Fields =>
    [
        .. base.Fields,
        new("running_mean", [Channels], IsTrained: false) { Initial = 0 },
        new("running_var", [Channels], IsTrained: false) { Initial = 1 },
    ];
}

/// <summary>(x − mean) / sqrt(variance + eps) · weight + bias, where mean and variance are over the channels of each pixel by itself
/// (Ba, Kiros, Hinton, 2016; NAFNet's LayerNorm2d).</summary>
/// <param name="Channels">C of the input and the output.</param>
/// <param name="Epsilon">eps.</param>
public sealed record LayerNorm2d(string Name, int Channels, double Epsilon = 1e-6) : Normalisation(Name, Channels, Epsilon);

/// <summary>(x − mean) / sqrt(variance + eps), where mean and variance are over the pixels of each channel of this picture (Ulyanov,
/// Vedaldi, Lempitsky, 2016), then · weight + bias where it is affine.</summary>
/// <param name="Channels">C of the input and the output.</param>
/// <param name="Epsilon">eps.</param>
/// <param name="Affine">Whether each channel has a weight and a bias.</param>
public sealed record InstanceNorm2d(string Name, int Channels, double Epsilon = 1e-5, bool Affine = false)
    : Normalisation(Name, Channels, Epsilon)
{
    internal override IEnumerable<ParameterSpec> Fields => Affine ? base.Fields : [];

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Shape input = base.OutputOf(inputs);
        Require(input.Height * (long)input.Width > 1, $"expected more than one pixel, found {input}");
        return input;
    }

    internal override Reach Follow(Reach input, Axis axis) => input with { IsWhole = true };
}
