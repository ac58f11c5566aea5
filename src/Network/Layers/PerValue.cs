namespace Denoise.Network;

/// <summary>max(x, 0).</summary>
public sealed record ReLU(string Name) : Layer(Name);

/// <summary>x where positive, otherwise slope · x.</summary>
/// <param name="Slope">For negative values.</param>
public sealed record LeakyReLU(string Name, double Slope = 0.01) : Layer(Name)
{
    internal override void Validate() => Require(float.IsFinite((float)Slope), "slope must be a finite number of 32 bits");
}

/// <summary>x where positive, otherwise weight · x with a trained weight (He et al., Delving deep into rectifiers, 2015).</summary>
/// <param name="Channels">C of the input for a weight of each channel; 1 for one weight.</param>
public sealed record PReLU(string Name, int Channels = 1) : Layer(Name)
{
    internal override IEnumerable<ParameterSpec> Fields => [new("weight", [Channels]) { Initial = 0.25f }];

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs) => Channels == 1 ? inputs[0] : MapFrom(inputs, Channels);

    internal override void Validate() => Require(Channels > 0, "channels must be at least 1");
}

/// <summary>x where positive, otherwise alpha · (exp(x) − 1) (Clevert, Unterthiner, Hochreiter, 2016).</summary>
/// <param name="Alpha">The negative of the value that far negative x approach.</param>
public sealed record ELU(string Name, double Alpha = 1) : Layer(Name)
{
    internal override void Validate() => Require(float.IsFinite((float)Alpha), "alpha must be a finite number of 32 bits");
}

/// <summary>scale · x where positive, otherwise scale · alpha · (exp(x) − 1) (Klambauer et al., 2017).</summary>
public sealed record SELU(string Name) : Layer(Name)
{
    internal const double Alpha = 1.6732632423543772848170429916717, Scale = 1.0507009873554804934193349852946;
}

/// <summary>x · Φ(x), where Φ is the normal distribution: x · (1 + erf(x / √2)) / 2 (Hendrycks, Gimpel, 2016).</summary>
public sealed record GELU(string Name) : Layer(Name);

/// <summary>x / (1 + exp(−x)), also called swish.</summary>
public sealed record SiLU(string Name) : Layer(Name);

/// <summary>1 / (1 + exp(−x)).</summary>
public sealed record Sigmoid(string Name) : Layer(Name);

/// <summary>The hyperbolic tangent.</summary>
public sealed record Tanh(string Name) : Layer(Name);

/// <summary>x, but at least <paramref name="Min"/> and at most <paramref name="Max"/>.</summary>
/// <param name="Min">The smallest output.</param>
/// <param name="Max">The largest output.</param>
public sealed record Clamp(string Name, double Min = 0, double Max = 1) : Layer(Name)
{
    internal override void Validate() =>
        Require(float.IsFinite((float)Min) && float.IsFinite((float)Max) && Min <= Max, "min and max must be finite, and min at most max");
}

/// <summary>factor · x + offset, the same for all values.</summary>
/// <param name="Factor">By which every value is multiplied.</param>
/// <param name="Offset">Then added to it.</param>
public sealed record Affine(string Name, double Factor = 1, double Offset = 0) : Layer(Name)
{
    internal override void Validate() =>
        Require(float.IsFinite((float)Factor) && float.IsFinite((float)Offset), "factor and offset must be finite numbers of 32 bits");
}

/// <summary>weight[c] · x, with a trained weight for each channel c.</summary>
/// <param name="Channels">C of the input and the output.</param>
public sealed record Scale(string Name, int Channels) : Layer(Name)
{
    internal override IEnumerable<ParameterSpec> Fields => [new("weight", [Channels]) { Initial = 1 }];

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs) => MapFrom(inputs, Channels);

    internal override void Validate() => Require(Channels > 0, "channels must be at least 1");
}

/// <summary>x: computes nothing.</summary>
public sealed record Identity(string Name) : Layer(Name);

/// <summary>x: computes nothing, in training too. Descriptions of networks from elsewhere have it.</summary>
public sealed record Dropout(string Name) : Layer(Name);
