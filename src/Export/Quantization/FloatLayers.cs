namespace Denoise.Export;

/// <summary>Which layers compute in integers, where int8 in all of them costs too much.</summary>
/// <param name="Floats">The values of the graph whose operators stay in floats.</param>
/// <param name="Rounded">The number of layers with weights in int8.</param>
/// <param name="All">The number of layers with weights.</param>
internal sealed record FloatLayers(IReadOnlySet<string> Floats, int Rounded, int All)
{
    private const int Side = 64;

    /// <summary>The choices from the fastest to the most exact, each with the floats of the one before: none; the sums of residual
    /// connections, the first and the last layer, whose rounding shows in every pixel, and transposed convolutions, which ONNX
    /// Runtime's CPU provider computes in floats anyway; all layers at the highest resolution.</summary>
    /// <param name="model">A model of <see cref="OnnxExporter"/>, in float32.</param>
    public static IEnumerable<FloatLayers> Choices(OnnxModel model)
    {
        NodeProto[] layers = [.. model.Proto.Graph.Node.Where(n => Quantizer.Weighted.Contains(n.OpType))];
        string[] delicate = Delicate(model, layers);
        return new[] { [], delicate, [.. delicate, .. AtTheHighestResolution(model, layers)] }
            .Select(floats => new FloatLayers(floats.ToHashSet(), layers.Count(n => !floats.Contains(n.Output[0])), layers.Length))
            .Where(choice => choice.Rounded > 0 || choice.Floats.Count == 0).DistinctBy(choice => choice.Rounded);
    }

    private static string[] Delicate(OnnxModel model, NodeProto[] layers)
    {
        HashSet<string> rounded = [.. Quantizer.Calibrated(model)];
        IEnumerable<NodeProto> sums = model.Proto.Graph.Node.Where(n => n.OpType == "Add" && n.Input.All(rounded.Contains));
        IEnumerable<NodeProto> enlarging = layers.Where(n => n.OpType == "ConvTranspose");
        return [.. layers.Take(1).Concat(layers.TakeLast(1)).Concat(enlarging).Concat(sums).Select(n => n.Output[0])];
    }

    private static string[] AtTheHighestResolution(OnnxModel model, NodeProto[] layers)
    {
        Architecture network = model.Written!.Architecture;
        Shape[] shapes = network.ShapesAt(
            network.InputSize?[0] ?? network.Sizes.Next(Side), network.InputSize?[1] ?? network.Sizes.Next(Side));
        var heights = model.LayerValues.Zip(shapes, (value, shape) => (value, shape.Height)).ToDictionary();
        string[] values = [.. layers.Select(n => n.Output[0]).Where(heights.ContainsKey)];
        int highest = values.Select(value => heights[value]).DefaultIfEmpty().Max();
        return [.. values.Where(value => heights[value] == highest)];
    }
}
