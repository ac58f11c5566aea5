namespace Denoise.Network;

/// <summary>What both convolutions share: a square kernel, and one stride and one zero padding for height and width.</summary>
/// <param name="InChannels">C of the input.</param>
/// <param name="OutChannels">C of the output.</param>
/// <param name="Kernel">Height and width of the kernel.</param>
/// <param name="Stride">In pixels of the larger side: the input's, or a transposed convolution's output's.</param>
/// <param name="Padding">Zeros on each side of the input; a transposed convolution leaves out as many pixels of its output.</param>
/// <param name="Bias">Whether each output channel has a bias.</param>
public abstract record Convolution(string Name, int InChannels, int OutChannels, int Kernel, int Stride, int Padding, bool Bias)
    : Layer(Name)
{
    internal abstract long SizeOf(long size);

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Shape input = MapFrom(inputs, InChannels);
        return Sized(OutChannels, SizeOf(input.Height), SizeOf(input.Width));
    }

    internal override void Validate()
    {
        Require(InChannels > 0 && OutChannels > 0 && Kernel > 0 && Stride > 0, "channels, kernel and stride must be at least 1");
        Require(Padding >= 0 && Padding < Kernel, "padding must be at least 0 and less than the kernel");
    }
}

/// <summary>2-D cross-correlation; weight (out, in, k, k). Output size floor((size + 2·padding − kernel) / stride) + 1.</summary>
/// <inheritdoc cref="Convolution"/>
public sealed record Conv2d(
    string Name, int InChannels, int OutChannels, int Kernel, int Stride = 1, int Padding = 0, bool Bias = true)
    : Convolution(Name, InChannels, OutChannels, Kernel, Stride, Padding, Bias)
{
    internal override IEnumerable<ParameterSpec> Fields => WeightAndBias(Bias, OutChannels, OutChannels, InChannels, Kernel, Kernel);

    internal override int Downscale => Stride;

    internal override long SizeOf(long size) => size + 2L * Padding < Kernel ? 0 : (size + 2L * Padding - Kernel) / Stride + 1;

    internal override Reach Follow(Reach input) => input.Down(Kernel, Stride, Padding);

    internal override double Products(Shape input, Shape output) => (double)output.Count * InChannels * Kernel * Kernel;
}

/// <summary>Transposed 2-D convolution; weight (in, out, k, k).
/// Output size stride·(size − 1) + output_padding + kernel − 2·padding.</summary>
/// <inheritdoc cref="Convolution"/>
/// <param name="OutputPadding">Pixels added to the output below and to the right.</param>
public sealed record ConvTranspose2d(
    string Name, int InChannels, int OutChannels, int Kernel, int Stride = 1, int Padding = 0, int OutputPadding = 0, bool Bias = true)
    : Convolution(Name, InChannels, OutChannels, Kernel, Stride, Padding, Bias)
{
    internal override IEnumerable<ParameterSpec> Fields => WeightAndBias(Bias, OutChannels, InChannels, OutChannels, Kernel, Kernel);

    internal override long SizeOf(long size) => Stride * (size - 1) + OutputPadding + Kernel - 2L * Padding;

    internal override Reach Follow(Reach input) => input.Up(Kernel, Stride, Padding);

    internal override double Products(Shape input, Shape output) => (double)input.Count * OutChannels * Kernel * Kernel;

    internal override void Validate()
    {
        base.Validate();
        // ONNX Runtime and PyTorch both refuse more; found at export it would be too late.
        Require(OutputPadding >= 0 && (OutputPadding == 0 || OutputPadding < Stride), "output_padding must be less than the stride");
    }
}
