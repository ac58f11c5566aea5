namespace Denoise.Export.FromTorchSharp;

/// <summary>A factor and an offset of each channel.</summary>
internal static class PerChannel
{
    /// <summary>As a batch normalisation has them in evaluation.</summary>
    public static IEnumerable<Step> Of(Value target, Value from)
    {
        if (!from.IsMap || Fit(target, from) is not var (factors, offsets))
            yield break;
        int channels = factors.Length;
        float[] zeros = new float[channels];
        yield return new("scale", name => new Scale(name, channels), x => Apply(x[0], factors, zeros), [from])
        {
            Parameters = new Dictionary<string, float[]> { ["weight"] = factors },
        };
        yield return new("scale", name => new BatchNorm2d(name, channels), x => Apply(x[0], factors, offsets), [from])
        {
            Parameters = new Dictionary<string, float[]>
            {
                ["weight"] = factors, ["bias"] = offsets,
                ["running_mean"] = zeros, ["running_var"] = [.. Enumerable.Repeat(1 - 1e-5f, channels)],
            },
        };
    }

    public static Tensor Apply(Tensor maps, float[] factors, float[] offsets)
    {
        long[] shape = [factors.Length, 1, 1];
        return (maps * tensor(factors, shape)).Plus(tensor(offsets, shape));
    }

    /// <summary>Least squares in each channel, in which every trial counts the same; null where a channel is not made of its own.</summary>
    public static (float[] Factors, float[] Offsets)? Fit(Value target, Value from)
    {
        using var scope = NewDisposeScope();
        Tensor x = Rows(i => from.Trials[i]), y = Rows(i => target.Trials[i]), ones = Rows(i => ones_like(target.Trials[i]));
        Tensor xx = (x * x).sum(1), x1 = (x * ones).sum(1), n = (ones * ones).sum(1), xy = (x * y).sum(1), y1 = (y * ones).sum(1);
        Tensor determinant = (xx * n).Minus(x1 * x1);
        float[] factors = Floats((xy * n).Minus(y1 * x1) / determinant);
        float[] offsets = Floats((xx * y1).Minus(x1 * xy) / determinant);
        return factors.All(f => f != 0 && float.IsFinite(f)) ? (factors, offsets) : null;

        Tensor Rows(Func<int, Tensor> trial) =>
            cat([.. target.Trials.Select((_, i) => Row(trial(i), Math.Max(1e-6, target.Largest[i])))], 1);
        static Tensor Row(Tensor maps, double scale) => (maps.to(float64) / tensor(scale)).transpose(0, 1).flatten(1);
        static float[] Floats(Tensor values) => values.to(float32).data<float>().ToArray();
    }
}
