namespace Denoise.Export.FromTorchSharp;

/// <summary>Pictures to try a module on, of several sizes and ranges: explanations that fit one by chance fail on another.</summary>
internal sealed class Trials
{
    // From larger than most kernels, so that the windows of some pixels do not touch a border, to where networks that halve their
    // pictures five times have taken three. Networks that halve them often need multiples.
    private static readonly int[] Sides = [.. Enumerable.Range(16, 32), .. Enumerable.Range(6, 11).Select(i => 8 * i)];

    // Two pictures at a time show whether they are kept apart.
    private const int Batch = 2;

    // Far beyond most bounds that a module may clamp to, as layers make values smaller; less where that leads to infinity.
    private static readonly double[] Gains = [1e4, 1e2, 10, 1];

    private readonly ModuleTree _modules;
    private readonly int _channels;
    private readonly (int Height, int Width)[] _sizes;

    /// <exception cref="ArchitectureException">The module gives back no picture's shape.</exception>
    public Trials(ModuleTree modules, int channels, int[]? inputSize)
    {
        (_modules, _channels) = (modules, channels);
        _sizes = inputSize is [var height, var width] ? [.. Enumerable.Repeat((height, width), 4)] : Sizes();
        if (Fault(_sizes[0].Height, _sizes[0].Width) is { } fault)
            throw Refused($"The module takes no picture of {Text(_sizes[0])}: {fault}.");
    }

    /// <summary>(N, C, H, W) in [0,1].</summary>
    public Tensor InRange() => Draw(0, random => random.NextDouble());

    /// <summary>The same of another size, to check a result.</summary>
    public Tensor Another() => Draw(1, random => random.NextDouble());

    /// <summary>Around 0, of a third size.</summary>
    public Tensor AroundZero() => Draw(2, Normal);

    /// <summary>Pictures of a fourth size with values far beyond [0,1], the farthest first.</summary>
    public IEnumerable<Tensor> Beyond() => Gains.Select(gain => Draw(3, random => gain * Normal(random)));

    /// <summary>Three sides that are given back, in pairs.</summary>
    private (int Height, int Width)[] Sizes()
    {
        int[] sides = [.. Sides.Where(side => Fault(side, side) is null).Take(3)];
        if (sides is [var a, var b, var c])
            return [(a, b), (c, a), (b, a), (a, c)];
        throw Refused($"A denoiser gives back its input's shape; the module does so {Found(sides)} from {Sides[0]} to "
            + $"{Sides[^1]} pixels. At {Text((Sides[0], Sides[0]))}, {Fault(Sides[0], Sides[0])}. "
            + "For a module that takes one size only, say which with inputSize.");
    }

    private static string Found(int[] sides) =>
        sides.Length == 0 ? "at no size" : $"only at {string.Join(" and ", sides.Select(side => $"{side}×{side}"))}, of sizes";

    /// <summary>A module of which no layer can be made explains more.</summary>
    private ArchitectureException Refused(string message)
    {
        string[] problems = [.. _modules.Known.SelectMany(module => module.Problems)];
        return new(problems.Length > 0 ? string.Join('\n', problems) : message);
    }

    /// <returns>Why a size is not taken; null where it is.</returns>
    private string? Fault(int height, int width)
    {
        using var scope = NewDisposeScope();
        try
        {
            Tensor output = _modules.Root.call(zeros(Batch, _channels, height, width, device: _modules.Device));
            bool same = output.shape.SequenceEqual([Batch, _channels, height, width]);
            return same ? null : $"it gives {string.Join('×', output.shape[1..])}";
        }
        catch (Exception e) // a forward may throw anything
        {
            return $"it throws '{e.Message.Split('\n')[0].TrimEnd('.')}'";
        }
    }

    private Tensor Draw(int trial, Func<Random, double> value)
    {
        var (height, width) = _sizes[trial];
        var random = new Random(trial);
        float[] values = [.. Enumerable.Range(0, Batch * _channels * height * width).Select(_ => (float)value(random))];
        return tensor(values, [Batch, _channels, height, width]).to(_modules.Device);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private string Text((int Height, int Width) size) => $"{_channels}×{size.Height}×{size.Width}";
}
