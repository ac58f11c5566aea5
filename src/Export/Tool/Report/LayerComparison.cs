namespace Denoise.Export.Tool;

/// <summary>The difference between one layer's values in ONNX Runtime and the reference evaluator's.</summary>
/// <param name="LargestValue">The largest magnitude in the reference evaluator.</param>
/// <param name="MaxRelative">The largest difference relative to the value, over values of at least a thousandth of the largest.</param>
/// <param name="Where">c,y,x of the largest absolute difference.</param>
internal sealed record LayerDifference(
    string Layer, string Kind, string Shape, double LargestValue, double MaxAbsolute, double MaxRelative, string Where);

/// <summary>Compares a model with the reference evaluator layer by layer.</summary>
internal static class LayerComparison
{
    /// <summary>Compares the first picture of an input.</summary>
    /// <param name="path">A file to write meanwhile.</param>
    public static IReadOnlyList<LayerDifference> Of(OnnxModel model, ExportOptions options, string path)
    {
        Architecture network = model.Written!.Architecture;
        TestInput input = TestInput.Oblong(network, options);
        model.Giving(model.LayerValues).Save(path);
        using var session = new ModelSession(path, options);
        double[][] actual = session.Run(input, [.. model.LayerValues]);
        int area = input.Height * input.Width;
        float[] picture = input.Values[..(network.Channels * area)], sigma = [.. input.Sigma.Take(area)];
        IReadOnlyList<double[]> expected = new ReferenceEvaluator(network, model.Written.Parameters)
            .RunLayers(picture, input.Height, input.Width, sigma);
        Shape[] shapes = network.ShapesAt(input.Height, input.Width);
        return [.. network.Layers.Select((layer, i) => Compare(layer, shapes[i], actual[i], expected[i]))];
    }

    private static LayerDifference Compare(Layer layer, Shape shape, double[] actual, double[] expected)
    {
        double[] differences = [.. expected.Zip(actual, (e, a) => Math.Abs(e - a))];
        int worst = Math.Max(0, Array.IndexOf(differences, differences.Max()));
        double largest = expected.Max(Math.Abs), relative = 0;
        foreach (var (value, difference) in expected.Zip(differences).Where(p => Math.Abs(p.First) > largest / 1000))
            relative = Math.Max(relative, difference / Math.Abs(value));
        return new(layer.Name, layer.Kind, shape.ToString(), largest, differences[worst], relative, Place(worst, shape));
    }

    private static string Place(int index, Shape shape)
    {
        var (row, x) = Math.DivRem(index, shape.Width);
        var (c, y) = Math.DivRem(row, shape.Height);
        return shape.IsFlat ? $"{index}" : $"{c},{y},{x}";
    }
}
