namespace Denoise.Network;

/// <summary>(x − running_mean) / sqrt(running_var + eps) · weight + bias, per channel, as in evaluation.</summary>
/// <param name="Channels">C of the input and the output.</param>
/// <param name="Epsilon">eps.</param>
public sealed record BatchNorm2d(string Name, int Channels, double Epsilon = 1e-5) : Layer(Name)
{
    // num_batches_tracked, which PyTorch keeps too, does not change the result and is left out.
    internal override IEnumerable<ParameterSpec> Fields =>
    [
        new("weight", [Channels]) { Initial = 1 }, new("bias", [Channels]) { Initial = 0 },
        new("running_mean", [Channels], IsTrained: false) { Initial = 0 },
        new("running_var", [Channels], IsTrained: false) { Initial = 1 },
    ];

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs) => MapFrom(inputs, Channels);

    internal override void Validate()
    {
        Require(Channels > 0, "channels must be at least 1");
        Require((float)Epsilon > 0 && float.IsFinite((float)Epsilon), "epsilon must be positive");
    }
}

/// <summary>(x − mean) / sqrt(variance + eps) · weight + bias, where mean and variance are over the channels of each pixel by itself
/// (Ba, Kiros, Hinton, 2016; NAFNet's LayerNorm2d).</summary>
/// <param name="Channels">C of the input and the output.</param>
/// <param name="Epsilon">eps.</param>
public sealed record LayerNorm2d(string Name, int Channels, double Epsilon = 1e-6) : Layer(Name)
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

/// <summary>(x − mean) / sqrt(variance + eps), where mean and variance are over the pixels of each channel of this picture (Ulyanov,
/// Vedaldi, Lempitsky, 2016), then · weight + bias where it is affine.</summary>
/// <param name="Channels">C of the input and the output.</param>
/// <param name="Epsilon">eps.</param>
/// <param name="Affine">Whether each channel has a weight and a bias.</param>
public sealed record InstanceNorm2d(string Name, int Channels, double Epsilon = 1e-5, bool Affine = false) : Layer(Name)
{
    internal override IEnumerable<ParameterSpec> Fields =>
        Affine ? [new("weight", [Channels]) { Initial = 1 }, new("bias", [Channels]) { Initial = 0 }] : [];

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Shape input = MapFrom(inputs, Channels);
        Require(input.Height * (long)input.Width > 1, $"expected more than one pixel, found {input}");
        return input;
    }

    internal override Reach Follow(Reach input, Axis axis) => input with { IsWhole = true };

    internal override void Validate()
    {
        Require(Channels > 0, "channels must be at least 1");
        Require((float)Epsilon > 0 && float.IsFinite((float)Epsilon), "epsilon must be positive");
    }
}
