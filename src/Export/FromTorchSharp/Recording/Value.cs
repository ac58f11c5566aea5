using System.Runtime.InteropServices;

namespace Denoise.Export.FromTorchSharp;

/// <summary>One value of the network, as it was in each trial.</summary>
internal sealed class Value
{
    private const int SamplesPerTrial = 64;

    private readonly Dictionary<string, double[]> _samples = [];

    /// <param name="trials">(N, C, H, W) or (N, F), on the CPU; disposed of by the caller.</param>
    public Value(Tensor[] trials)
    {
        Trials = trials;
        Shapes = [.. trials.Select(t => t.shape)];
        ShapeKey = string.Join(' ', Shapes.Select(shape => string.Join('×', shape)));
        AreaKey = string.Join(' ', Shapes.Select(shape => string.Join('×', shape[2..])));
        using var scope = NewDisposeScope();
        (float Smallest, float Greatest)[] ranges = [.. trials.Select(t => (t.min().item<float>(), t.max().item<float>()))];
        Largest = [.. ranges.Select(r => Math.Max(-r.Smallest, r.Greatest))];
        (Smallest, Greatest) = (ranges.Min(r => r.Smallest), ranges.Max(r => r.Greatest));
    }

    public Tensor[] Trials { get; }

    /// <summary>Their shapes, which to ask a tensor for takes long.</summary>
    public long[][] Shapes { get; }

    /// <summary>How it is made; null for the network's input, and for a value that nothing known makes.</summary>
    public Step? Origin { get; set; }

    /// <summary>Whether it is the input, or made from it by known steps alone.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Its shapes in all trials: the same text for the same shapes.</summary>
    public string ShapeKey { get; }

    /// <summary>Height and width in all trials.</summary>
    public string AreaKey { get; }

    /// <summary>The least of all trials.</summary>
    public float Smallest { get; }

    /// <summary>The greatest of all trials.</summary>
    public float Greatest { get; }

    /// <summary>The largest magnitude in each trial.</summary>
    public float[] Largest { get; }

    /// <summary>C, H and W in the first trial, or F.</summary>
    public string ShapeText => string.Join('×', Shapes[0][1..]);

    /// <summary>A description in a few words, for messages.</summary>
    public string Name => Origin?.ToString() ?? "the input";

    /// <summary>Where it was made, if nothing known makes it.</summary>
    public Gap? Gap { get; set; }

    /// <summary>The largest difference from a value of the same shape in the first trial.</summary>
    public double Difference(Value other)
    {
        using var scope = NewDisposeScope();
        return Trials[0].Minus(other.Trials[0]).abs().max().item<float>();
    }

    public bool IsMap => Shapes[0].Length == 4;

    /// <summary>Its shape in the first trial.</summary>
    public Shape FirstShape => IsMap ? new((int)Side(0), (int)Side(1), (int)Side(2)) : Denoise.Network.Shape.Flat((int)Side(0));

    /// <summary>C, H or W in the first trial, or F.</summary>
    public long Side(int dimension) => Shapes[0][1 + dimension];

    /// <summary>The same number for equal values.</summary>
    public int Hash() => HashCode.Combine(ShapeKey, Samples(this).Aggregate(0, HashCode.Combine));

    /// <summary>Whether all values are the same in all trials.</summary>
    public bool IsSame(Value other)
    {
        using var scope = NewDisposeScope();
        return ShapeKey == other.ShapeKey && Trials.Zip(other.Trials).All(pair => pair.First.eq(pair.Second).all().item<bool>());
    }

    /// <summary>Whether it can be repeated along the dimensions in which it has size 1 to get a shape.</summary>
    public bool Fits(Value target) => ShapeKey == target.ShapeKey || Shapes.Zip(target.Shapes).All(pair =>
        pair.First.Length == pair.Second.Length && pair.First.Zip(pair.Second).All(side => side.First == 1 || side.First == side.Second));

    /// <summary>Its values at some places of a shape that it <see cref="Fits"/>, the same places for all values.</summary>
    public double[] Samples(Value shape)
    {
        if (!_samples.TryGetValue(shape.ShapeKey, out double[]? samples))
            _samples[shape.ShapeKey] = samples = [.. Trials.Zip(shape.Shapes).SelectMany(pair => Samples(pair.First, pair.Second))];
        return samples;
    }

    private static IEnumerable<double> Samples(Tensor tensor, long[] shape)
    {
        var random = new Random(1);
        long[] own = tensor.shape;
        float[] values = MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();
        for (int i = 0; i < SamplesPerTrial; i++)
        {
            long at = 0;
            for (int d = 0; d < shape.Length; d++)
                at = at * own[d] + random.NextInt64(shape[d]) % own[d];
            yield return values[at];
        }
    }
}
