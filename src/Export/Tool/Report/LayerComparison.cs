using Denoise.Network;

namespace Denoise.Export.Tool;

/// <summary>How far one layer's values in ONNX Runtime are from the reference evaluator's.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Kind">The kind of layer.</param>
/// <param name="Shape">C×H×W of what it makes here, or F features.</param>
/// <param name="LargestValue">The largest magnitude that the reference evaluator finds.</param>
/// <param name="MaxAbsolute">The largest absolute difference.</param>
/// <param name="MaxRelative">The largest difference relative to the value, over values of at least a thousandth of the largest.</param>
/// <param name="Where">c,y,x of the largest absolute difference.</param>
internal sealed record LayerDifference(string Layer, string Kind, string Shape, double LargestValue, double MaxAbsolute, double MaxRelative, string Where);

/// <summary>Compares a model with the reference evaluator layer by layer.</summary>
internal static class LayerComparison
{
    /// <param name="model">As exported.</param>
    /// <param name="options">How it was exported.</param>
    /// <param name="path">A file to be written for the while.</param>
    public static IReadOnlyList<LayerDifference> Of(OnnxModel model, ExportOptions options, string path)
    {
        Checkpoint network = model.Written!;
        TestInput input = TestInput.For(network.Architecture, options).Last(i => i.What == "random" && i.Batch == (options.InputShape?.N.Size ?? 1));
        model.Giving(model.LayerValues).Save(path);
        using var session = new ModelSession(path, options);
        double[][] actual = session.Run(input, [.. model.LayerValues]);
        int area = input.Height * input.Width, first = network.Architecture.Channels * area;
        float[] sigma = [.. input.Sigma.Take(area)];
        IReadOnlyList<double[]> expected = new ReferenceEvaluator(network.Architecture, network.Parameters)
            .RunLayers(input.Values.AsSpan(0, first), input.Height, input.Width, sigma);
        Shape[] shapes = network.Architecture.ShapesAt(input.Height, input.Width);
        return [.. network.Architecture.Layers.Select((layer, i) => Compare(layer, shapes[i], actual[i], expected[i]))];
    }

    private static LayerDifference Compare(Layer layer, Shape shape, double[] actual, double[] expected)
    {
        double[] differences = [.. expected.Zip(actual, (e, a) => Math.Abs(e - a))];
        int worst = Array.IndexOf(differences, differences.Max());
        double largest = expected.Max(Math.Abs);
        double relative = expected.Zip(differences).Where(p => Math.Abs(p.First) > largest / 1000).Select(p => p.Second / Math.Abs(p.First)).DefaultIfEmpty().Max();
        return new(layer.Name, layer.Kind, shape.ToString(), largest, differences[Math.Max(worst, 0)], relative, Place(Math.Max(worst, 0), shape));
    }

    private static string Place(int index, Shape shape)
    {
        var (row, x) = Math.DivRem(index, shape.Width);
        var (c, y) = Math.DivRem(row, shape.Height);
        return shape.IsFlat ? $"{index}" : $"{c},{y},{x}";
    }
}
