namespace Denoise.Export.FromTorchSharp;

/// <summary>Steps that read several values, or some channels of one.</summary>
internal static class Joins
{
    public static Step Add(Value a, Value b) => new("add", name => new Add(name), x => x[0].Plus(x[1]), [a, b]);

    /// <summary>Every way to join two values place by place.</summary>
    public static Step[] Any(Value a, Value b) => [Add(a, b), Subtract(a, b), Subtract(b, a), Multiply(a, b)];

    /// <summary>Ways to join two values place by place.</summary>
    public static IEnumerable<Step> Of(Value target, Samples samples, Value a, Value b)
    {
        double[] x = a.Samples(target), y = b.Samples(target);
        // There are many pairs, of which one place rules out most.
        double rounding = Step.Tolerance * Math.Max(target.Largest[0], Math.Max(a.Largest[0], b.Largest[0]));
        bool May(double first) => Math.Abs(first - samples.First) <= rounding;
        if (a != b && May(x[0] + y[0]) && samples.Agree(i => x[i] + y[i], a, b))
            yield return Add(a, b);
        if (May(x[0] - y[0]) && samples.Agree(i => x[i] - y[i], a, b))
            yield return Subtract(a, b);
        if (May(y[0] - x[0]) && samples.Agree(i => y[i] - x[i], a, b))
            yield return Subtract(b, a);
        if (May(x[0] * y[0]) && samples.Agree(i => x[i] * y[i], a, b))
            yield return Multiply(a, b);
    }

    /// <summary>Two values multiplied and scaled, or added up, each times a factor of its own, and perhaps a number.</summary>
    public static IEnumerable<Step> Scaled(Value target, Samples samples, Value a, Value b)
    {
        double[] x = a.Samples(target), y = b.Samples(target);
        if (samples.Factors([a, b], i => x[i] * y[i]) is [not 0 and var factor])
            yield return Fits.Affine(Multiply(a, b).TryMake()!, factor, 0);
        double[]? factors = samples.Factors([a, b], i => x[i], i => y[i]);
        factors = factors is not null ? [.. factors, 0] : samples.Factors([a, b], i => x[i], i => y[i], _ => 1);
        if (factors is not [not 0 and var first, not 0 and var second, var offset])
            yield break;
        yield return first == second
            ? Fits.Affine(Add(a, b).TryMake()!, first, offset)
            : Add(Scaled(a, first, offset), Scaled(b, second, 0));
    }

    /// <summary>Maps one after the other in the channel dimension.</summary>
    public static IEnumerable<Step> Concatenations(Value target, IReadOnlyList<Value> known, IReadOnlyList<Value> fresh)
    {
        bool IsPart(Value v) => v.IsMap && v.Side(0) < target.Side(0) && v.AreaKey == target.AreaKey;
        Value[] parts = [.. known.Concat(fresh).Distinct().Where(IsPart)];
        return target.IsMap ? Parts(0).Where(found => found.Any(fresh.Contains)).Select(Concat) : [];

        IEnumerable<Value[]> Parts(long start) => start == target.Side(0)
            ? [[]]
            : from part in parts
              where start + part.Side(0) <= target.Side(0) && AreChannels(part, target, start)
              from rest in Parts(start + part.Side(0))
              select (Value[])[part, .. rest];
    }

    /// <summary>Some channels of a map.</summary>
    public static IEnumerable<Step> Slices(Value target, Value from)
    {
        if (!target.IsMap || !from.IsMap || from.Side(0) <= target.Side(0) || from.AreaKey != target.AreaKey)
            yield break;
        int channels = (int)target.Side(0);
        for (int first = 0; first + channels <= from.Side(0); first++)
            if (AreChannels(target, from, first) && first is var start)
                yield return new("slice", name => new Slice(name, start, channels), x => x[0].narrow(1, start, channels), [from]);
    }

    private static Step Subtract(Value a, Value b) => new("subtract", name => new Subtract(name), x => x[0].Minus(x[1]), [a, b]);

    private static Step Multiply(Value a, Value b) => new("multiply", name => new Multiply(name), x => x[0] * x[1], [a, b]);

    private static Step Concat(Value[] parts) => new("concat", name => new Concat(name), x => cat(x, 1), parts);

    private static Value Scaled(Value term, double factor, double offset) =>
        (factor, offset) == (1, 0) ? term : Fits.Affine(term, factor, offset).TryMake()!;

    private static bool AreChannels(Value part, Value whole, long start)
    {
        using var scope = NewDisposeScope();
        return part.Trials.Zip(whole.Trials, (p, w) => w.narrow(1, start, part.Side(0)).eq(p).all().item<bool>()).All(same => same);
    }
}
