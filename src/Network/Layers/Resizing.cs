namespace Denoise.Network;

/// <summary>One value for each kernel×kernel block; pixels that do not fill a block are left out (floor mode).</summary>
/// <param name="Kernel">Height and width of a block.</param>
public abstract record Pool2d(string Name, int Kernel) : Layer(Name)
{
    internal override int Downscale => Kernel;

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Shape input = MapFrom(inputs);
        return Sized(input.Channels, input.Height / Kernel, input.Width / Kernel);
    }

    internal override Reach Follow(Reach input) => input.Down(Kernel, Kernel, 0);

    internal override void Validate() => Require(Kernel > 0, "kernel must be at least 1");
}

/// <summary>The largest value of each block.</summary>
/// <inheritdoc cref="Pool2d"/>
public sealed record MaxPool2d(string Name, int Kernel = 2) : Pool2d(Name, Kernel);

/// <summary>The mean of each block.</summary>
/// <inheritdoc cref="Pool2d"/>
public sealed record AvgPool2d(string Name, int Kernel = 2) : Pool2d(Name, Kernel);

/// <summary>Nearest-neighbour enlargement: out[y, x] = in[y / scale, x / scale].</summary>
/// <param name="Scale">By how much height and width grow.</param>
public sealed record Upsample(string Name, int Scale = 2) : Layer(Name)
{
    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Shape input = MapFrom(inputs);
        return Sized(input.Channels, (long)input.Height * Scale, (long)input.Width * Scale);
    }

    internal override Reach Follow(Reach input) => input.Up(Scale, Scale, 0);

    internal override void Validate() => Require(Scale > 0, "scale must be at least 1");
}

/// <summary>Rearranges C·r²×H×W to C×rH×rW in PyTorch's channel order (Shi et al., 2016).</summary>
/// <param name="Factor">r.</param>
public sealed record PixelShuffle(string Name, int Factor = 2) : Layer(Name)
{
    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Shape input = MapFrom(inputs);
        Require(input.Channels % (Factor * Factor) == 0, $"expected channels divisible by {Factor * Factor}, found {input}");
        return Sized(input.Channels / (Factor * Factor), (long)input.Height * Factor, (long)input.Width * Factor);
    }

    internal override Reach Follow(Reach input) => input.Up(Factor, Factor, 0);

    internal override void Validate() => Require(Factor is > 0 and < 1024, "factor must be from 1 to 1023");
}

/// <summary>The inverse of <see cref="PixelShuffle"/>: C×rH×rW to C·r²×H×W.</summary>
/// <param name="Factor">r.</param>
public sealed record PixelUnshuffle(string Name, int Factor = 2) : Layer(Name)
{
    internal override int Downscale => Factor;

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Shape input = MapFrom(inputs);
        Require(input.Height % Factor == 0 && input.Width % Factor == 0, $"expected height and width divisible by {Factor}, found {input}");
        return Sized((long)input.Channels * Factor * Factor, input.Height / Factor, input.Width / Factor);
    }

    internal override Reach Follow(Reach input) => input.Down(Factor, Factor, 0);

    internal override void Validate() => Require(Factor is > 0 and < 1024, "factor must be from 1 to 1023");
}
