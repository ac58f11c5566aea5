namespace Denoise.Export.FromTorchSharp;

/// <summary>Steps that make each value of one, with numbers that are found from the values.</summary>
internal static class Fits
{
    public static IEnumerable<Step> Of(Value target, Samples samples, Value from)
    {
        double[] x = from.Samples(target);
        Step?[] found = [Leaky(samples, from, x), Elu(samples, from, x), Clamped(target, samples, from, x), Affine(samples, from, x)];
        return found.OfType<Step>();
    }

    public static Step Affine(Value from, double factor, double offset) =>
        new("affine", name => new Affine(name, factor, offset),
            x => x[0].mul(Scalars.Of(factor)).Plus(offset), [from]) { Numbers = (factor, offset) };

    /// <summary>Two such steps, one after the other, are one.</summary>
    public static Step Merged(Step step) => (step.Numbers, step.Inputs[0].Origin?.Numbers) is ({ } last, { } first)
        ? Merged(Affine(step.Inputs[0].Origin!.Inputs[0], first.Factor * last.Factor, first.Offset * last.Factor + last.Offset))
        : step;

    private static Step? Affine(Samples samples, Value from, double[] x) =>
        samples.Factors([from], i => x[i]) is [not 0 and var factor] ? Affine(from, factor, 0)
        : samples.Factors([from], i => x[i], _ => 1) is [not 0 and var scale, var offset] ? Affine(from, scale, offset)
        : null;

    private static Step? Leaky(Samples samples, Value from, double[] x) =>
        samples.Factors([from], i => x[i] < 0 ? x[i] : double.NaN) is [not 0 and not 1 and var slope]
        && samples.Agree(i => x[i] < 0 ? slope * x[i] : x[i], from)
            ? new("leaky_relu", name => new LeakyReLU(name, slope), t => t[0].leaky_relu(Scalars.Of(slope)), [from]) : null;

    private static Step? Elu(Samples samples, Value from, double[] x) =>
        samples.Factors([from], i => x[i] < 0 ? Math.Exp(x[i]) - 1 : double.NaN) is [not 0 and var alpha]
        && samples.Agree(i => x[i] < 0 ? alpha * (Math.Exp(x[i]) - 1) : x[i], from)
            ? new("elu", name => new ELU(name, alpha), t => t[0].elu(Scalars.Of(alpha), Scalars.Of(1), Scalars.Of(1)), [from]) : null;

    private static Step? Clamped(Value target, Samples samples, Value from, double[] x)
    {
        // A bound that cuts nothing off is none.
        double low = target.Smallest > from.Smallest ? target.Smallest : float.MinValue;
        double high = target.Greatest < from.Greatest ? target.Greatest : float.MaxValue;
        if (low >= high || !samples.Agree(i => Math.Clamp(x[i], low, high), from))
            return null;
        (low, high) = (LinearFit.Shortest(low), LinearFit.Shortest(high));
        return new("clamp", name => new Clamp(name, low, high), t => t[0].clamp(Scalars.Of(low), Scalars.Of(high)), [from]);
    }
}
