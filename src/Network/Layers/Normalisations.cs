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
        Require(Epsilon > 0 && double.IsFinite(Epsilon), "epsilon must be positive");
    }
}
