namespace Denoise.Network;

/// <summary>2-D cross-correlation, square kernel, zero padding; weight (out, in, k, k).
/// Output size floor((size + 2·padding − kernel) / stride) + 1.</summary>
public sealed record Conv2d(
    string Name, int InChannels, int OutChannels, int Kernel, int Stride = 1, int Padding = 0, bool Bias = true) : Layer(Name)
{
    public override IEnumerable<ParameterSpec> Parameters => Bias ? [Weight, BiasVector] : [Weight];

    private ParameterSpec Weight => Parameter("weight", OutChannels, InChannels, Kernel, Kernel);

    private ParameterSpec BiasVector => Parameter("bias", OutChannels);

    internal override int Downscale => Stride;

    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        Shape input = RequireMap(inputs, InChannels);
        return Sized(OutChannels, Reduce(input.Height), Reduce(input.Width));
    }

    private long Reduce(long size) => size + 2L * Padding < Kernel ? 0 : (size + 2L * Padding - Kernel) / Stride + 1;

    internal override Reach Follow(Reach input) => input.Down(Kernel, Stride, Padding);

    internal override void Validate()
    {
        Require(InChannels > 0 && OutChannels > 0 && Kernel > 0 && Stride > 0, "channels, kernel and stride must be at least 1");
        Require(Padding >= 0 && Padding < Kernel, "padding must be at least 0 and less than the kernel");
    }
}

/// <summary>Transposed 2-D convolution; weight (in, out, k, k).
/// Output size stride·(size − 1) + output_padding + kernel − 2·padding.</summary>
public sealed record ConvTranspose2d(
    string Name, int InChannels, int OutChannels, int Kernel, int Stride = 1, int Padding = 0, int OutputPadding = 0, bool Bias = true)
    : Layer(Name)
{
    public override IEnumerable<ParameterSpec> Parameters => Bias ? [Weight, BiasVector] : [Weight];

    private ParameterSpec Weight => Parameter("weight", InChannels, OutChannels, Kernel, Kernel);

    private ParameterSpec BiasVector => Parameter("bias", OutChannels);

    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        Shape input = RequireMap(inputs, InChannels);
        return Sized(OutChannels, Enlarge(input.Height), Enlarge(input.Width));
    }

    private long Enlarge(long size) => Stride * (size - 1L) + OutputPadding + Kernel - 2L * Padding;

    internal override Reach Follow(Reach input) => input.Up(Kernel, Stride, Padding);

    internal override void Validate()
    {
        Require(InChannels > 0 && OutChannels > 0 && Kernel > 0 && Stride > 0, "channels, kernel and stride must be at least 1");
        Require(Padding >= 0 && Padding < Kernel, "padding must be at least 0 and less than the kernel");
        // ONNX Runtime and PyTorch both refuse more; found at export it would be too late.
        Require(OutputPadding >= 0 && (OutputPadding == 0 || OutputPadding < Stride), "output_padding must be less than the stride");
    }
}

/// <summary>One value for each kernel×kernel block; what does not fill a block is left out (floor mode).</summary>
public abstract record Pool2d(string Name, int Kernel) : Layer(Name)
{
    internal override int Downscale => Kernel;

    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        Shape input = RequireMap(inputs);
        return Sized(input.Channels, input.Height / Kernel, input.Width / Kernel);
    }

    internal override Reach Follow(Reach input) => input.Down(Kernel, Kernel, 0);

    internal override void Validate() => Require(Kernel > 0, "kernel must be at least 1");
}

/// <summary>The largest value of each block.</summary>
public sealed record MaxPool2d(string Name, int Kernel = 2) : Pool2d(Name, Kernel);

/// <summary>The mean of each block.</summary>
public sealed record AvgPool2d(string Name, int Kernel = 2) : Pool2d(Name, Kernel);

/// <summary>Nearest-neighbour enlargement: out[y, x] = in[y / scale, x / scale].</summary>
public sealed record Upsample(string Name, int Scale = 2) : Layer(Name)
{
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        Shape input = RequireMap(inputs);
        return Sized(input.Channels, (long)input.Height * Scale, (long)input.Width * Scale);
    }

    internal override Reach Follow(Reach input) => input.Up(Scale, Scale, 0);

    internal override void Validate() => Require(Scale > 0, "scale must be at least 1");
}

/// <summary>Rearranges C·r²×H×W to C×rH×rW, PyTorch's channel order (Shi et al., 2016).</summary>
public sealed record PixelShuffle(string Name, int Factor = 2) : Layer(Name)
{
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        Shape input = RequireMap(inputs);
        Require(input.Channels % (Factor * Factor) == 0, $"expected channels divisible by {Factor * Factor}, found {input}");
        return Sized(input.Channels / (Factor * Factor), (long)input.Height * Factor, (long)input.Width * Factor);
    }

    internal override Reach Follow(Reach input) => input.Up(Factor, Factor, 0);

    internal override void Validate() => Require(Factor is > 0 and < 1024, "factor must be from 1 to 1023");
}

/// <summary>The inverse of <see cref="PixelShuffle"/>: C×rH×rW to C·r²×H×W.</summary>
public sealed record PixelUnshuffle(string Name, int Factor = 2) : Layer(Name)
{
    internal override int Downscale => Factor;

    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        Shape input = RequireMap(inputs);
        Require(input.Height % Factor == 0 && input.Width % Factor == 0, $"expected height and width divisible by {Factor}, found {input}");
        return Sized((long)input.Channels * Factor * Factor, input.Height / Factor, input.Width / Factor);
    }

    internal override Reach Follow(Reach input) => input.Down(Factor, Factor, 0);

    internal override void Validate() => Require(Factor is > 0 and < 1024, "factor must be from 1 to 1023");
}

/// <summary>(x − running_mean) / sqrt(running_var + eps) · weight + bias, per channel, as in evaluation.</summary>
public sealed record BatchNorm2d(string Name, int Channels, double Epsilon = 1e-5) : Layer(Name)
{
    // num_batches_tracked, which PyTorch keeps too, takes no part in the result and is not carried.
    public override IEnumerable<ParameterSpec> Parameters =>
    [
        Parameter("weight", Channels), Parameter("bias", Channels),
        Parameter("running_mean", Channels) with { IsTrained = false }, Parameter("running_var", Channels) with { IsTrained = false },
    ];

    public override Shape Output(IReadOnlyList<Shape> inputs) => RequireMap(inputs, Channels);

    internal override void Validate()
    {
        Require(Channels > 0, "channels must be at least 1");
        Require(Epsilon > 0 && double.IsFinite(Epsilon), "epsilon must be positive");
    }
}

/// <summary>Fully connected: weight (out, in) times the features, plus bias.</summary>
public sealed record Linear(string Name, int InFeatures, int OutFeatures, bool Bias = true) : Layer(Name)
{
    public override IEnumerable<ParameterSpec> Parameters => Bias ? [Weight, BiasVector] : [Weight];

    private ParameterSpec Weight => Parameter("weight", OutFeatures, InFeatures);

    private ParameterSpec BiasVector => Parameter("bias", OutFeatures);

    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        Require(inputs[0].IsFlat, $"expected features, found a {inputs[0]} map; put a flatten layer before it");
        Require(inputs[0].Channels == InFeatures, $"expected {InFeatures} features, found {inputs[0]}");
        return Shape.Flat(OutFeatures);
    }

    internal override void Validate() => Require(InFeatures > 0 && OutFeatures > 0, "features must be at least 1");
}

/// <summary>C×H×W to C·H·W features.</summary>
public sealed record Flatten(string Name) : Layer(Name)
{
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        Shape input = RequireMap(inputs);
        Require(input.Count <= int.MaxValue, $"{input} is too many features");
        return Shape.Flat((int)input.Count);
    }
}

/// <summary>C·H·W features back to C×H×W.</summary>
public sealed record Unflatten(string Name, int Channels, int Height, int Width) : Layer(Name)
{
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        var output = new Shape(Channels, Height, Width);
        Require(inputs[0].IsFlat && inputs[0].Count == output.Count, $"expected {output.Count} features for {output}, found {inputs[0]}");
        return output;
    }

    internal override void Validate() => Require(Channels > 0 && Height > 0 && Width > 0, "channels, height and width must be at least 1");
}

/// <summary>max(x, 0).</summary>
public sealed record ReLU(string Name) : Layer(Name)
{
    public override Shape Output(IReadOnlyList<Shape> inputs) => inputs[0];
}

/// <summary>x where positive, otherwise slope · x.</summary>
public sealed record LeakyReLU(string Name, double Slope = 0.01) : Layer(Name)
{
    public override Shape Output(IReadOnlyList<Shape> inputs) => inputs[0];

    internal override void Validate() => Require(double.IsFinite(Slope), "slope must be a finite number");
}

/// <summary>1 / (1 + exp(−x)).</summary>
public sealed record Sigmoid(string Name) : Layer(Name)
{
    public override Shape Output(IReadOnlyList<Shape> inputs) => inputs[0];
}

/// <summary>Sum of two or more inputs of one shape.</summary>
public sealed record Add(string Name) : Layer(Name)
{
    internal override bool JoinsSeveral => true;

    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        Require(inputs.Distinct().Count() == 1, $"expected inputs of one shape, found {string.Join(" and ", inputs)}");
        return inputs[0];
    }
}

/// <summary>Inputs of one height and width, one behind the other in the channel dimension.</summary>
public sealed record Concat(string Name) : Layer(Name)
{
    internal override bool JoinsSeveral => true;

    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        Require(inputs.All(i => !i.IsFlat) && inputs.Select(i => (i.Height, i.Width)).Distinct().Count() == 1,
            $"expected C×H×W inputs of one height and width, found {string.Join(" and ", inputs)}");
        return Sized(inputs.Sum(i => (long)i.Channels), inputs[0].Height, inputs[0].Width);
    }
}
