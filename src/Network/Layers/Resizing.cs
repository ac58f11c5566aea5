namespace Denoise.Network;

/// <summary>One value for each window of the input; windows that reach beyond the lower and right border are left out (floor mode).
/// Output size floor((size + 2·padding − kernel) / stride) + 1.</summary>
/// <param name="Kernel">2 by default: height and width of a window.</param>
/// <param name="Stride">The kernel's by default: from one window to the next.</param>
/// <param name="Padding">0 by default: pixels added on each side of the input.</param>
public abstract record Pool2d(string Name, Sides? Kernel, Sides? Stride, Sides? Padding) : Layer(Name)
{
    /// <inheritdoc cref="Pool2d" path="/param[@name='Kernel']"/>
    public Sides Kernel { get; init; } = Kernel ?? 2;

    /// <inheritdoc cref="Pool2d" path="/param[@name='Stride']"/>
    public Sides Stride { get; init; } = Stride ?? Kernel ?? 2;

    /// <inheritdoc cref="Pool2d" path="/param[@name='Padding']"/>
    public Sides Padding { get; init; } = Padding ?? 0;

    internal override Sides Downscale => Stride;

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Shape input = MapFrom(inputs);
        return Sized(input.Channels, SizeOf(input.Height, Axis.Height), SizeOf(input.Width, Axis.Width));
    }

    private long SizeOf(long size, Axis axis)
    {
        long places = size + 2L * Padding.Along(axis) - Kernel.Along(axis);
        return places < 0 ? 0 : places / Stride.Along(axis) + 1;
    }

    internal override Reach Follow(Reach input, Axis axis) => input.Down(Kernel.Along(axis), Stride.Along(axis), Padding.Along(axis));

    internal override void Validate()
    {
        Require(Kernel.AreAll(k => k > 0) && Stride.AreAll(s => s > 0), "kernel and stride must be at least 1");
        foreach (Axis axis in Enum.GetValues<Axis>())
            Require(Padding.Along(axis) >= 0 && Padding.Along(axis) <= Kernel.Along(axis) / 2,
                "padding must be at least 0 and at most half the kernel");
    }
}

/// <summary>The largest value of each window; added pixels do not count.</summary>
/// <inheritdoc cref="Pool2d"/>
public sealed record MaxPool2d(string Name, Sides? Kernel = null, Sides? Stride = null, Sides? Padding = null)
    : Pool2d(Name, Kernel, Stride, Padding);

/// <summary>The mean of each window; added pixels count as 0.</summary>
/// <inheritdoc cref="Pool2d"/>
public sealed record AvgPool2d(string Name, Sides? Kernel = null, Sides? Stride = null, Sides? Padding = null)
    : Pool2d(Name, Kernel, Stride, Padding);

/// <summary>The mean of each channel over height and width, C×1×1.</summary>
public sealed record GlobalAvgPool2d(string Name) : Layer(Name)
{
    internal override Shape OutputOf(IReadOnlyList<Shape> inputs) => MapFrom(inputs) with { Height = 1, Width = 1 };

    internal override Reach Follow(Reach input, Axis axis) => input with { IsWhole = true };
}

/// <summary>How values between pixels are found.</summary>
public enum Interpolation
{
    /// <summary>out[y, x] = in[y / scale, x / scale].</summary>
    Nearest,

    /// <summary>The mean of the four pixels around, weighted by how near they are.</summary>
    Bilinear,
}

/// <summary>Enlargement.</summary>
/// <param name="Scale">2 by default: by how much height and width grow.</param>
/// <param name="Mode">How values between pixels are found.</param>
/// <param name="AlignCorners">For bilinear: whether the middles of the corner pixels stay at the picture's corners; otherwise the
/// pixels' outer borders do. The former ties each pixel to the picture's size.</param>
public sealed record Upsample(string Name, Sides? Scale = null, Interpolation Mode = Interpolation.Nearest, bool AlignCorners = false)
    : Layer(Name)
{
    /// <inheritdoc cref="Upsample" path="/param[@name='Scale']"/>
    public Sides Scale { get; init; } = Scale ?? 2;

    internal override int BorderReads => Mode == Interpolation.Bilinear ? 1 : 0;

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Shape input = MapFrom(inputs);
        return Sized(input.Channels, (long)input.Height * Scale.Height, (long)input.Width * Scale.Width);
    }

    /// <summary>Bilinear enlargement is the transpose of windows of twice the scale, one less where the scale is odd.</summary>
    internal override Reach Follow(Reach input, Axis axis)
    {
        int scale = Scale.Along(axis);
        return Mode == Interpolation.Nearest ? input.Up(scale, scale, 0)
            : input.Up(2 * scale - scale % 2, scale, scale / 2) with { IsWhole = input.IsWhole || AlignCorners };
    }

    internal override void Validate()
    {
        Require(Scale.AreAll(s => s is > 0 and <= MaxReach), $"scale must be from 1 to {MaxReach}");
        Require(Mode == Interpolation.Bilinear || !AlignCorners, "align_corners is for the mode bilinear alone");
    }
}

/// <summary>Adds pixels around the picture.</summary>
/// <param name="Left">Pixels added at the left.</param>
/// <param name="Right">At the right.</param>
/// <param name="Top">Above.</param>
/// <param name="Bottom">Below.</param>
/// <param name="Mode">The values of the added pixels.</param>
public sealed record Pad(string Name, int Left = 0, int Right = 0, int Top = 0, int Bottom = 0, PaddingMode Mode = PaddingMode.Zeros)
    : Layer(Name)
{
    internal override int BorderReads => Mode.Reads(Math.Max(Math.Max(Left, Right), Math.Max(Top, Bottom)));

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Shape input = MapFrom(inputs);
        Require(Mode.Fits(Math.Max(Left, Right), input.Width) && Mode.Fits(Math.Max(Top, Bottom), input.Height),
            $"expected sides longer than the reflected border, found {input}");
        return Sized(input.Channels, (long)input.Height + Top + Bottom, (long)input.Width + Left + Right);
    }

    internal override Reach Follow(Reach input, Axis axis) => input.Down(1, 1, axis == Axis.Height ? Top : Left);

    internal override void Validate() =>
        Require(new[] { Left, Right, Top, Bottom }.All(pixels => pixels is >= 0 and <= MaxReach),
            $"left, right, top and bottom must be from 0 to {MaxReach}");
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

    internal override Reach Follow(Reach input, Axis axis) => input.Up(Factor, Factor, 0);

    internal override void Validate() => Require(Factor is > 0 and < 1024, "factor must be from 1 to 1023");
}

/// <summary>The inverse of <see cref="PixelShuffle"/>: C×rH×rW to C·r²×H×W.</summary>
/// <param name="Factor">r.</param>
public sealed record PixelUnshuffle(string Name, int Factor = 2) : Layer(Name)
{
    internal override Sides Downscale => Factor;

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Shape input = MapFrom(inputs);
        Require(input.Height % Factor == 0 && input.Width % Factor == 0, $"expected height and width divisible by {Factor}, found {input}");
        return Sized((long)input.Channels * Factor * Factor, input.Height / Factor, input.Width / Factor);
    }

    internal override Reach Follow(Reach input, Axis axis) => input.Down(Factor, Factor, 0);

    internal override void Validate() => Require(Factor is > 0 and < 1024, "factor must be from 1 to 1023");
}
