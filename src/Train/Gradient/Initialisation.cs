namespace Denoise.Train;

/// <summary>The weights a training begins with.</summary>
internal static class Initialisation
{
    /// <summary>Values for every parameter and buffer.</summary>
    public static Dictionary<string, ParameterValues> Draw(Architecture architecture, FirstWeights kind, long seed)
    {
        var random = new RandomStream(seed);
        var values = new Dictionary<string, ParameterValues>();
        foreach (Layer layer in architecture.Layers)
        {
            // PyTorch counts the fan of all of a layer's parameters on its weight.
            int fanIn = layer.Parameters.FirstOrDefault() is { } weight ? FanIn(weight) : 0;
            foreach (ParameterSpec spec in layer.Parameters)
                values[spec.Name] = new(spec.Shape, spec.Initial is { } initial ? Constant(spec, initial)
                    : layer is Convolution && kind == FirstWeights.KaimingXavier ? DrawKaimingXavier(layer, spec, ref random)
                    : Uniform(spec, 1 / MathF.Sqrt(fanIn), ref random));
        }
        return values;
    }

    /// <summary>Normal weights with variance 2 / fan-in in convolutions (He et al., 2015) and 2 / (fan-in + fan-out) in transposed
    /// convolutions (Glorot and Bengio, 2010); biases 0.</summary>
    private static float[] DrawKaimingXavier(Layer layer, ParameterSpec spec, ref RandomStream random)
    {
        if (spec.Shape.Length == 1)
            return Constant(spec, 0);
        int fanOut = spec.Shape[0] * spec.Shape[2] * spec.Shape[3];
        return Normal(spec, MathF.Sqrt(layer is Conv2d ? 2f / FanIn(spec) : 2f / (FanIn(spec) + fanOut)), ref random);
    }

    /// <summary>The product of all dimensions but the first, as in PyTorch, for transposed convolutions too.</summary>
    private static int FanIn(ParameterSpec weight) => weight.Shape.Skip(1).Aggregate(1, (product, d) => product * d);

    private static float[] Constant(ParameterSpec spec, float value)
    {
        var values = new float[spec.Count];
        Array.Fill(values, value);
        return values;
    }

    private static float[] Normal(ParameterSpec spec, float deviation, ref RandomStream random)
    {
        var values = new float[spec.Count];
        random.Normal(values);
        foreach (ref float value in values.AsSpan())
            value *= deviation;
        return values;
    }

    /// <summary>Between −bound and bound.</summary>
    private static float[] Uniform(ParameterSpec spec, float bound, ref RandomStream random)
    {
        var values = new float[spec.Count];
        foreach (ref float value in values.AsSpan())
            value = (2 * random.Uniform() - 1) * bound;
        return values;
    }
}
