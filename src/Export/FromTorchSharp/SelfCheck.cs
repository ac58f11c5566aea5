namespace Denoise.Export.FromTorchSharp;

/// <summary>Compares a network with the module that it was made of.</summary>
internal static class SelfCheck
{
    // float32 errs by about 1e-6 of a layer's largest value; a wrong setting, by far more.
    private const double Tolerance = 1e-4;

    // Where a layer's outputs are close to 0, the errors of the layers before it are larger than its own.
    private const double SmallestDifference = 1e-7;

    /// <summary>Compares each layer's output with the value that it stands for.</summary>
    /// <exception cref="ArchitectureException">The message names the first layer that differs.</exception>
    public static void Layers(Checkpoint network, Value input, IReadOnlyList<Value> values)
    {
        var evaluator = new ReferenceEvaluator(network.Architecture, network.Parameters);
        // The third trial's values are so large that float32's errors are too.
        for (int trial = 0; trial < 2; trial++)
        {
            var (height, width) = ((int)input.Shapes[trial][2], (int)input.Shapes[trial][3]);
            IReadOnlyList<double[]> outputs = evaluator.RunLayers(Floats(input.Trials[trial][0]), height, width);
            for (int i = 0; i < outputs.Count; i++)
                Compare(Floats(values[i].Trials[trial][0]), outputs[i], values[i].Origin!.Module is { } module
                    ? $"Module '{module.Path}' ({module.Kind}) computes something else than the layer made of it"
                    : $"Layer '{network.Architecture.Layers[i].Name}' computes something else than the module did there");
        }
    }

    /// <summary>Compares the outputs for one picture.</summary>
    /// <exception cref="ArchitectureException">They differ.</exception>
    public static void Output(Checkpoint network, Tensor picture, Tensor output)
    {
        var (batch, height, width) = ((int)picture.shape[0], (int)picture.shape[2], (int)picture.shape[3]);
        double[] made = new ReferenceEvaluator(network.Architecture, network.Parameters).Run(Floats(picture), batch, height, width);
        Compare(Floats(output), made, $"The module computes something else than the network made of it at {height}×{width}");
    }

    private static void Compare(float[] found, double[] made, string problem)
    {
        if (found.Length != made.Length)
            throw new ArchitectureException($"{problem}: it gives {found.Length} values, expected {made.Length}.");
        double allowed = Tolerance * made.Max(Math.Abs) + SmallestDifference;
        double difference = found.Zip(made, (f, m) => Math.Abs(f - m)).Max();
        // Asked this way round, NaN is a difference.
        if (!(difference <= allowed))
            throw new ArchitectureException(FormattableString.Invariant(
                $"{problem}: the values differ by up to {difference:g2}, expected at most {allowed:g2}."));
    }

    private static float[] Floats(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.cpu().contiguous().data<float>().ToArray();
    }
}
