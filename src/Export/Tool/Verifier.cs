using Denoise.Network;
using Microsoft.ML.OnnxRuntime;

namespace Denoise.Export.Tool;

/// <summary>Runs a model in ONNX Runtime and compares it with the reference evaluator on the same weights.</summary>
internal static class Verifier
{
    /// <summary>The largest difference allowed between float32 and double arithmetic, in units of the output, [0,1].</summary>
    public const double Tolerance = 1e-5;

    /// <param name="model">The ONNX file's bytes.</param>
    /// <param name="checkpoint">What it was made from.</param>
    /// <returns>The largest absolute difference over random and edge inputs at several sizes, and how many inputs there were.</returns>
    public static (double Difference, int Inputs) Compare(byte[] model, Checkpoint checkpoint)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(model, options);
        var reference = new ReferenceEvaluator(checkpoint.Architecture, checkpoint.Parameters);
        Case[] cases = [.. Cases(checkpoint.Architecture)];
        return (cases.Max(c => Difference(session, reference, checkpoint.Architecture.Channels, c)), cases.Length);
    }

    private sealed record Case(int Batch, int Height, int Width, float[] Values);

    private static IEnumerable<Case> Cases(Architecture architecture)
    {
        var random = new Random(1);
        foreach (var (batch, height, width) in Sizes(architecture))
        {
            int count = batch * architecture.Channels * height * width;
            yield return new(batch, height, width, [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())]);
            yield return new(batch, height, width, new float[count]);
            yield return new(batch, height, width, [.. Enumerable.Repeat(1f, count)]);
        }
    }

    /// <summary>The smallest size, a digit's, and an oblong one, in batches.</summary>
    private static IEnumerable<(int Batch, int Height, int Width)> Sizes(Architecture architecture)
    {
        if (architecture.InputSize is [var height, var width])
            return [(1, height, width), (3, height, width)];
        SizeRule sizes = architecture.Sizes;
        return [(1, sizes.Minimum, sizes.Minimum), (3, sizes.Next(28), sizes.Next(28)), (1, sizes.Next(45), sizes.Next(97))];
    }

    private static double Difference(InferenceSession session, ReferenceEvaluator reference, int channels, Case c)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(c.Values, [c.Batch, channels, c.Height, c.Width]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [OnnxExporter.InputName], [input], [OnnxExporter.OutputName]);
        ReadOnlySpan<float> actual = outputs[0].GetTensorDataAsSpan<float>();
        double[] expected = reference.Run(c.Values, c.Batch, c.Height, c.Width);
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
            largest = Math.Max(largest, Math.Abs(actual[i] - expected[i]));
        return double.IsNaN(largest) ? double.PositiveInfinity : largest;
    }
}
