namespace Denoise.Export.FromTorchSharp;

/// <summary>A value at a few places of each trial: a cheap check, which leaves little to prove.</summary>
internal sealed class Samples(Value target)
{
    private readonly double[] _target = target.Samples(target);

    private readonly int _perTrial = target.Samples(target).Length / target.Trials.Length;

    /// <summary>The value at the first place of the first trial.</summary>
    public double First => _target[0];

    /// <summary>Whether a function of the inputs at each place may be the value.</summary>
    public bool Agree(Func<int, double> made, params Value[] inputs)
    {
        for (int trial = 0; trial < target.Trials.Length; trial++)
        {
            double allowed = Step.Allowed(trial, [target, .. inputs]);
            for (int i = trial * _perTrial; i < (trial + 1) * _perTrial; i++)
                if (!(Math.Abs(made(i) - _target[i]) <= allowed))
                    return false;
        }
        return true;
    }

    /// <summary>The factors with which terms add up to the value, the shortest that are near enough; null if they do not.</summary>
    /// <param name="inputs">The values that the terms are made of, for the rounding to expect.</param>
    /// <param name="terms">Each at every place; NaN where the place does not count.</param>
    public double[]? Factors(Value[] inputs, params Func<int, double>[] terms)
    {
        double[][] values = [.. terms.Select(term => Enumerable.Range(0, _target.Length).Select(term).ToArray())];
        // Every trial counts the same, however large its values are.
        double Weight(int i) => values.Any(v => double.IsNaN(v[i])) ? 0 : 1 / Square(target.Largest[i / _perTrial]);
        double[] weights = [.. Enumerable.Range(0, _target.Length).Select(Weight)];
        foreach (double[] term in values)
            for (int i = 0; i < term.Length; i++)
                term[i] = double.IsNaN(term[i]) ? 0 : term[i];
        double[]? factors = LinearFit.Factors(_target, values, weights);
        bool Sums(double[] f) => Agree(i => weights[i] == 0 ? _target[i] : f.Select((factor, k) => factor * values[k][i]).Sum(), inputs);
        return factors is not null && Sums(factors) ? factors : null;
    }

    private static double Square(float largest) => Math.Max(1e-12, (double)largest * largest);
}
