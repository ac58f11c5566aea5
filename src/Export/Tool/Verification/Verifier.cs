namespace Denoise.Export.Tool;

/// <summary>A comparison of a model with the reference evaluator.</summary>
/// <param name="Tolerance">The largest difference that is allowed.</param>
/// <param name="Inputs">Each input and the largest difference there.</param>
internal sealed record Verification(double Tolerance, IReadOnlyList<(TestInput Input, double Difference)> Inputs)
{
    /// <summary>The input where the difference is largest.</summary>
    public (TestInput Input, double Difference) Worst => Inputs.MaxBy(i => i.Difference);

    public bool Passed => Worst.Difference <= Tolerance;
}

/// <summary>Runs a model in ONNX Runtime and compares it with the reference evaluator on the same weights.</summary>
internal static class Verifier
{
    public static Verification Verify(string path, Checkpoint checkpoint, ExportOptions options)
    {
        using var session = new ModelSession(path, options);
        if (options.InputShape is { } shape && (shape.H.Size ?? shape.W.Size) is not null && checkpoint.Architecture.InputSize is null)
            return VerifyFixed(session, path, checkpoint, options);
        var reference = new ReferenceEvaluator(checkpoint.Architecture, checkpoint.Parameters);
        return Compare(session, Expected, checkpoint, options);

        double[] Expected(TestInput input) => reference.Run(input.Values, input.Batch, input.Height, input.Width, input.Sigma);
    }

    /// <summary>The reference evaluator is too slow for the sizes that people fix. So the same model with an open shape is compared with
    /// it at small sizes, and then takes its part.</summary>
    private static Verification VerifyFixed(ModelSession session, string path, Checkpoint checkpoint, ExportOptions options)
    {
        ExportOptions open = options with { InputShape = null };
        string twin = path + ".open";
        OnnxExporter.Export(checkpoint, open).Save(twin);
        Verification small = Verify(twin, checkpoint, open);
        using var expected = new ModelSession(twin, open);
        Verification full = Compare(session, expected.Run, checkpoint, options);
        return full with { Inputs = [.. small.Inputs, .. full.Inputs] };
    }

    private static Verification Compare(
        ModelSession session, Func<TestInput, double[]> expected, Checkpoint checkpoint, ExportOptions options) => new(options.Tolerance,
    [
        .. TestInput.For(checkpoint.Architecture, options)
            .Select(input => (input, Difference(session.Run(input), expected(input), options.Pixels))),
    ]);

    /// <summary>The largest difference, relative to the largest value where that is beyond 1.</summary>
    private static double Difference(double[] actual, double[] expected, PixelType pixels)
    {
        double largest = 0, scale = 1;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = pixels == PixelType.UInt8
                // Rounding to a whole level is no fault.
                ? Math.Max(0, Math.Abs(actual[i] - Math.Clamp(expected[i], 0, 1)) - 0.5 / 255)
                : Math.Abs(actual[i] - expected[i]);
            largest = Math.Max(largest, difference);
            scale = Math.Max(scale, Math.Abs(expected[i]));
        }
        return double.IsNaN(largest) ? double.PositiveInfinity : largest / scale;
    }
}
