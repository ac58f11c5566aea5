namespace Denoise.Export.FromTorchSharp;

/// <summary>A layer that makes one value of others.</summary>
/// <param name="Name">A module's path, or the kind of operator in one word.</param>
/// <param name="Layer">Makes the layer under a name.</param>
/// <param name="Compute">The same in torch.</param>
internal sealed record Step(string Name, Func<string, Layer> Layer, Func<Tensor[], Tensor> Compute, IReadOnlyList<Value> Inputs)
{
    // The order of float32's sums differs, by about 1e-7 of the largest value.
    public const double Tolerance = 2e-6;

    /// <summary>The module that computes it, if it is no operator between modules.</summary>
    public KnownModule? Module { get; init; }

    /// <summary>For a factor and an offset that are the same for all values.</summary>
    public (double Factor, double Offset)? Numbers { get; init; }

    /// <summary>The layer's parameters where it has some and there is no module.</summary>
    public IReadOnlyDictionary<string, float[]> Parameters { get; init; } = new Dictionary<string, float[]>();

    /// <summary>The difference that rounding may make in one trial.</summary>
    public static double Allowed(int trial, params IEnumerable<Value> values) => Tolerance * values.Max(v => v.Largest[trial]);

    /// <summary>The largest difference from a value in all trials, in units of the difference that rounding may make.</summary>
    public double Rounding(Value target)
    {
        double largest = 0;
        for (int i = 0; i < target.Trials.Length && largest <= 1; i++)
            largest = Math.Max(largest, Difference(i, target) is > 0 and var off ? off / Allowed(i, [target, .. Inputs]) : 0);
        return largest;
    }

    /// <summary>The largest difference from a value in one trial; infinite where it makes another shape or none.</summary>
    public double Difference(int trial, Value target)
    {
        using var scope = NewDisposeScope();
        if (Made(trial) is not { } made || !made.shape.SequenceEqual(target.Shapes[trial]))
            return double.PositiveInfinity;
        double difference = made.Minus(target.Trials[trial]).abs().max().item<float>();
        return double.IsNaN(difference) ? double.PositiveInfinity : difference;
    }

    /// <summary>The value that it makes, on the same device; null where it cannot read its inputs.</summary>
    public Value? TryMake()
    {
        Tensor?[] made = [.. Enumerable.Range(0, Inputs[0].Trials.Length).Select(Copied)];
        return made.OfType<Tensor>().ToArray() is { } trials && trials.Length == made.Length ? new(trials) { Origin = this } : null;

        Tensor? Copied(int trial)
        {
            using var scope = NewDisposeScope();
            return Made(trial)?.contiguous().clone().MoveToOuterDisposeScope();
        }
    }

    /// <summary>For messages.</summary>
    public override string ToString() => Module is not null
        ? $"'{Name}'"
        : $"{Name} of {string.Join(" and ", Inputs.Select(input => input.Name))}";

    private Tensor? Made(int trial)
    {
        try
        {
            return Compute([.. Inputs.Select(input => input.Trials[trial])]);
        }
        catch (Exception e) when (e is System.Runtime.InteropServices.ExternalException or ArgumentException)
        {
            return null; // shapes that do not fit
        }
    }
}
