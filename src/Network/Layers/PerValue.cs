namespace Denoise.Network;

/// <summary>(x − running_mean) / sqrt(running_var + eps) · weight + bias, per channel, as in evaluation.</summary>
/// <param name="Channels">C of the input and the output.</param>
/// <param name="Epsilon">eps.</param>
public sealed record BatchNorm2d(string Name, int Channels, double Epsilon = 1e-5) : Layer(Name)
{
    // num_batches_tracked, which PyTorch keeps too, does not change the result and is left out.
    internal override IEnumerable<ParameterSpec> Fields =>
    [
        new("weight", [Channels]), new("bias", [Channels]),
        new("running_mean", [Channels], IsTrained: false), new("running_var", [Channels], IsTrained: false),
    ];

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs) => MapFrom(inputs, Channels);

    internal override void Validate()
    {
        Require(Channels > 0, "channels must be at least 1");
        Require(Epsilon > 0 && double.IsFinite(Epsilon), "epsilon must be positive");
    }
}

/// <summary>max(x, 0).</summary>
public sealed record ReLU(string Name) : Layer(Name);

/// <summary>x where positive, otherwise slope · x.</summary>
/// <param name="Slope">For negative values.</param>
public sealed record LeakyReLU(string Name, double Slope = 0.01) : Layer(Name)
{
    internal override void Validate() => Require(double.IsFinite(Slope), "slope must be a finite number");
}

/// <summary>1 / (1 + exp(−x)).</summary>
public sealed record Sigmoid(string Name) : Layer(Name);
