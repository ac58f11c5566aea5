using static Denoise.Export.Onnx.TensorProto.Types;

namespace Denoise.Export;

/// <summary>Turns a checkpoint into an ONNX model. It takes and gives N×C×H×W, float32 in [0,1], with N, H and W open; the options can
/// change that. A network that reads a noise level has a second input, sigma, N×1×1×1 or N×1×H×W float32.</summary>
public static class OnnxExporter
{
    /// <summary>Exports a network.</summary>
    /// <returns>The same model, to the byte, for the same checkpoint and options.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An operator set beyond <see cref="Opsets"/>.</exception>
    /// <exception cref="FormatException">An input shape that the network does not take, or names that are empty or alike.</exception>
    /// <exception cref="OverflowException">A weight that float16 cannot hold.</exception>
    public static OnnxModel Export(Checkpoint checkpoint, ExportOptions? options = null)
    {
        options ??= ExportOptions.Default;
        CheckNames(checkpoint.Architecture, options);
        Checkpoint written = options.FoldBatchNorm ? BatchNormFolding.Fold(checkpoint) : checkpoint;
        GraphProto graph = Graph(written, options, out string[] layerValues);
        var model = new ModelProto
        {
            IrVersion = Opsets.IrVersion(options.Opset),
            ProducerName = "denoise",
            ProducerVersion = typeof(OnnxExporter).Assembly.GetName().Version!.ToString(3),
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Version = options.Opset } },
        };
        foreach (var (key, value) in ModelMetadata.Of(checkpoint, options))
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return new(model, written, layerValues);
    }

    private static void CheckNames(Architecture architecture, ExportOptions options)
    {
        string[] names = [options.InputName, options.OutputName, .. architecture.TakesSigma ? [Architecture.SigmaName] : (string[])[]];
        if (names.Contains("") || names.Distinct().Count() < names.Length)
            throw new FormatException($"Inputs and outputs need names of their own, found '{string.Join("', '", names)}'.");
    }

    private static GraphProto Graph(Checkpoint checkpoint, ExportOptions options, out string[] layerValues)
    {
        Architecture architecture = checkpoint.Architecture;
        var shapes = new SymbolicShapes(architecture, (options.InputShape ?? InputShape.Of(architecture)).CheckedFor(architecture));
        DataType arithmetic = options.Precision == Precision.Float16 ? DataType.Float16 : DataType.Float;
        var graph = new GraphBuilder(architecture.Name, options.Opset, arithmetic);
        DataType pixels = TypeOf(options.Pixels);
        string input = graph.Unique(options.InputName), output = graph.Unique(options.OutputName);
        graph.Input(input, pixels, shapes.Input);

        var boundary = new Boundary(graph, pixels);
        string read = boundary.Enter(input, shapes.Input), last = boundary.Last(architecture.Layers[^1].Name, output);
        string sigma = architecture.TakesSigma ? SigmaInput.Write(graph, shapes, input) : "";
        layerValues = WriteLayers(checkpoint, graph, shapes, new(read, shapes.Input), new(sigma, shapes.Sigma), last);
        boundary.Leave(last, output, shapes.Input);
        graph.Output(output, pixels, shapes.Input);
        return graph.Graph;
    }

    /// <summary>Writes the layers in order. Each one's value has the layer's name, except the last one's.</summary>
    /// <returns>The names of the layers' values.</returns>
    private static string[] WriteLayers(
        Checkpoint checkpoint, GraphBuilder graph, SymbolicShapes shapes, GraphValue read, GraphValue sigma, string last)
    {
        Architecture architecture = checkpoint.Architecture;
        var writer = new LayerWriter(graph, checkpoint.Parameters);
        int count = architecture.Layers.Count;
        string[] values = [.. architecture.Layers.Select((layer, i) => i == count - 1 ? last : graph.Unique(layer.Name))];
        architecture.Walk(read, sigma, (i, inputs) =>
        {
            Dimension[] shape = shapes.Of(i);
            writer.Write(architecture.Layers[i], inputs, new(values[i], shape));
            if (i < count - 1)
                graph.Value(values[i], shape);
            return new GraphValue(values[i], shape);
        });
        return values;
    }

    private static DataType TypeOf(PixelType pixels) => pixels switch
    {
        PixelType.Float32 => DataType.Float,
        PixelType.Float16 => DataType.Float16,
        PixelType.UInt8 => DataType.Uint8,
        _ => throw new ArgumentOutOfRangeException(nameof(pixels)),
    };
}
