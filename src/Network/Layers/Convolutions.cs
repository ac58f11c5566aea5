namespace Denoise.Network;

/// <summary>The settings that both convolutions share.</summary>
/// <param name="InChannels">C of the input.</param>
/// <param name="OutChannels">C of the output.</param>
/// <param name="Kernel">Height and width of the kernel.</param>
/// <param name="Stride">1 by default, in pixels of the larger side: the input's, or a transposed convolution's output's.</param>
/// <param name="Padding">0 by default: pixels added on each side of the input; a transposed convolution leaves out as many pixels of
/// its output.</param>
/// <param name="Bias">Whether each output channel has a bias.</param>
/// <param name="Dilation">1 by default: how far apart the kernel's values lie.</param>
/// <param name="Groups">Into how many parts the channels are divided; each part of the output reads its part of the input alone.</param>
public abstract record Convolution(string Name, int InChannels, int OutChannels, Sides Kernel, Sides? Stride, Sides? Padding, bool Bias,
    Sides? Dilation, int Groups) : Layer(Name)
{
    /// <inheritdoc cref="Convolution" path="/param[@name='Stride']"/>
    public Sides Stride { get; init; } = Stride ?? 1;

    /// <inheritdoc cref="Convolution" path="/param[@name='Padding']"/>
    public Sides Padding { get; init; } = Padding ?? 0;

    /// <inheritdoc cref="Convolution" path="/param[@name='Dilation']"/>
    public Sides Dilation { get; init; } = Dilation ?? 1;

    /// <summary>From the kernel's first value to its last.</summary>
    internal int ExtentAlong(Axis axis) => Dilation.Along(axis) * (Kernel.Along(axis) - 1) + 1;

    internal abstract long SizeOf(long size, Axis axis);

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Shape input = MapFrom(inputs, InChannels);
        return Sized(OutChannels, SizeOf(input.Height, Axis.Height), SizeOf(input.Width, Axis.Width));
    }

    internal override void Validate()
    {
        Require(InChannels > 0 && OutChannels > 0 && Kernel.AreAll(k => k > 0) && Stride.AreAll(s => s > 0) && Dilation.AreAll(d => d > 0),
            "channels, kernel, stride and dilation must be at least 1");
        Require(Math.Max((long)Dilation.Height * Kernel.Height, (long)Dilation.Width * Kernel.Width) <= MaxReach,
            $"the kernel with its dilation may be {MaxReach} pixels long at most");
        Require(Groups > 0 && InChannels % Groups == 0 && OutChannels % Groups == 0,
            $"groups must divide both numbers of channels, {InChannels} and {OutChannels}");
        foreach (Axis axis in Enum.GetValues<Axis>())
            Require(Padding.Along(axis) >= 0 && Padding.Along(axis) < ExtentAlong(axis),
                "padding must be at least 0 and less than the kernel with its dilation");
    }
}

/// <summary>2-D cross-correlation; weight (out, in / groups, kH, kW).
/// Output size floor((size + 2·padding − dilation·(kernel − 1) − 1) / stride) + 1.</summary>
/// <inheritdoc cref="Convolution"/>
/// <param name="PaddingMode">The values of the added pixels.</param>
public sealed record Conv2d(string Name, int InChannels, int OutChannels, Sides Kernel, Sides? Stride = null, Sides? Padding = null,
    bool Bias = true, Sides? Dilation = null, int Groups = 1, PaddingMode PaddingMode = PaddingMode.Zeros)
    : Convolution(Name, InChannels, OutChannels, Kernel, Stride, Padding, Bias, Dilation, Groups)
{
    internal override IEnumerable<ParameterSpec> Fields =>
        WeightAndBias(Bias, OutChannels, OutChannels, InChannels / Groups, Kernel.Height, Kernel.Width);

    internal override Sides Downscale => Stride;

    internal override int BorderReads => PaddingMode.Reads(Math.Max(Padding.Height, Padding.Width));

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Shape input = MapFrom(inputs, InChannels);
        Require(PaddingMode.Fits(Padding.Height, input.Height) && PaddingMode.Fits(Padding.Width, input.Width),
            $"expected more than {Padding} pixels a side to reflect, found {input}");
        return base.OutputOf(inputs);
    }

    internal override long SizeOf(long size, Axis axis)
    {
        long places = size + 2L * Padding.Along(axis) - ExtentAlong(axis);
        return places < 0 ? 0 : places / Stride.Along(axis) + 1;
    }

    internal override Reach Follow(Reach input, Axis axis) =>
        input.Down(ExtentAlong(axis), Stride.Along(axis), Padding.Along(axis));

    internal override double Products(Shape input, Shape output) => (double)output.Count * (InChannels / Groups) * Kernel.Area;
}

/// <summary>Transposed 2-D convolution; weight (in, out / groups, kH, kW).
/// Output size stride·(size − 1) + output_padding + dilation·(kernel − 1) + 1 − 2·padding.</summary>
/// <inheritdoc cref="Convolution"/>
/// <param name="OutputPadding">0 by default: pixels added to the output below and to the right.</param>
public sealed record ConvTranspose2d(string Name, int InChannels, int OutChannels, Sides Kernel, Sides? Stride = null,
    Sides? Padding = null, Sides? OutputPadding = null, bool Bias = true, Sides? Dilation = null, int Groups = 1)
    : Convolution(Name, InChannels, OutChannels, Kernel, Stride, Padding, Bias, Dilation, Groups)
{
    /// <inheritdoc cref="ConvTranspose2d" path="/param[@name='OutputPadding']"/>
    public Sides OutputPadding { get; init; } = OutputPadding ?? 0;

    internal override IEnumerable<ParameterSpec> Fields =>
        WeightAndBias(Bias, OutChannels, InChannels, OutChannels / Groups, Kernel.Height, Kernel.Width);

    internal override long SizeOf(long size, Axis axis) =>
        Stride.Along(axis) * (size - 1) + OutputPadding.Along(axis) + ExtentAlong(axis) - 2L * Padding.Along(axis);

    internal override Reach Follow(Reach input, Axis axis) => input.Up(ExtentAlong(axis), Stride.Along(axis), Padding.Along(axis));

    internal override double Products(Shape input, Shape output) => (double)input.Count * (OutChannels / Groups) * Kernel.Area;

    internal override void Validate()
    {
        base.Validate();
        // ONNX Runtime and PyTorch both refuse more; found at export it would be too late.
        foreach (Axis axis in Enum.GetValues<Axis>())
            Require(OutputPadding.Along(axis) == 0 || (OutputPadding.Along(axis) > 0 && OutputPadding.Along(axis) < Stride.Along(axis)),
                "output_padding must be less than the stride");
    }
}
