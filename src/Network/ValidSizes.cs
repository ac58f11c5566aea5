namespace Denoise.Network;

/// <summary>The heights and widths that a network gives back unchanged: Multiple·k + Remainder, at least Minimum.</summary>
/// <param name="Multiple">1 where every size will do.</param>
/// <param name="Remainder">From 0 to Multiple − 1. For instance, three floor-poolings followed by a 3×3 stride-2 transposed
/// convolution and two 2×2 ones give back only sizes of 8k + 4.</param>
/// <param name="Minimum">The smallest valid size.</param>
public sealed record ValidSizes(int Multiple, int Remainder, int Minimum)
{
    private const int MaxMultiple = 4096;

    /// <summary>The smallest valid size that is at least <paramref name="size"/>.</summary>
    public int Next(int size)
    {
        int wanted = Math.Max(size, Minimum);
        int over = (wanted - Remainder) % Multiple;
        return over == 0 ? wanted : checked(wanted + Multiple - over);
    }

    /// <summary>The largest valid size that is at most <paramref name="size"/>; 0 where there is none.</summary>
    public int Previous(int size) => size < Minimum ? 0 : size - (size - Remainder) % Multiple;

    internal static ValidSizes Of(Architecture architecture)
    {
        if (architecture.InputSize is [var height, var width])
            return Fixed(architecture, height, width);

        int period = Period(architecture);
        // Far enough out that borders no longer decide anything: from there on a size and the same size plus one period
        // behave alike (each layer's size function is floor-linear), so one size per remainder settles them all.
        int far = period * (int)Math.Ceiling((64 + 4 * (architecture.Context.Before + architecture.Context.After)) / period);
        bool[] valid = [.. Enumerable.Range(0, period).Select(r => GivesBack(architecture, far + r))];
        if (!valid.Contains(true))
            throw Never(architecture, far);
        return Shortest(architecture, valid, far);
    }

    private static ValidSizes Fixed(Architecture architecture, int height, int width)
    {
        Shape output = architecture.ShapesAt(height, width)[^1];
        if (output != new Shape(architecture.Channels, height, width))
            throw OtherShape(architecture, output, height, width);
        return new(1, 0, 1);
    }

    private static int Period(Architecture architecture)
    {
        long period = 1;
        foreach (Layer layer in architecture.Layers)
        {
            period *= Lcm(layer.Downscale.Height, layer.Downscale.Width);
            if (period > MaxMultiple)
                throw new ArchitectureException(
                    $"Architecture '{architecture.Name}' reduces its input by more than {MaxMultiple} times.");
        }
        return (int)period;
    }

    private static long Lcm(int a, int b) => (long)a * b / (long)BigInteger.GreatestCommonDivisor(a, b);

    /// <summary>The same set of remainders by the smallest multiple that tells them apart.</summary>
    private static ValidSizes Shortest(Architecture architecture, bool[] valid, int far)
    {
        int period = valid.Length;
        int multiple = Enumerable.Range(1, period).First(d => period % d == 0
            && Enumerable.Range(0, period).All(r => valid[r] == valid[r % d]));
        int remainder = Array.IndexOf(valid, true);
        int minimum = Enumerable.Range(1, far).First(size => (size - remainder) % multiple == 0 && GivesBack(architecture, size));
        return new(multiple, remainder, minimum);
    }

    private static bool GivesBack(Architecture architecture, int size)
    {
        try
        {
            return architecture.ShapesAt(size, size)[^1] == new Shape(architecture.Channels, size, size);
        }
        catch (ArchitectureException)
        {
            return false;
        }
    }

    private static ArchitectureException Never(Architecture architecture, int far)
    {
        try
        {
            // Walked once more for its message: a layer that cannot take its input says so itself.
            return OtherShape(architecture, architecture.ShapesAt(far, far)[^1], far, far);
        }
        catch (ArchitectureException e) when (architecture.Layers.Any(layer => layer is Linear))
        {
            return new($"{e.Message} If architecture '{architecture.Name}' flattens pictures for its linear layers, "
                + "it takes one size only: say which with input_size.");
        }
    }

    private static ArchitectureException OtherShape(Architecture a, Shape output, int height, int width) => new(
        $"Architecture '{a.Name}' makes {output} of a {a.Channels}×{height}×{width} input; a denoiser gives back its input's shape.");
}
