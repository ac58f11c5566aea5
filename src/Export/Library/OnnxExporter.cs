using Denoise.Export.Onnx;
using Denoise.Network;
using Google.Protobuf;

namespace Denoise.Export;

/// <summary>Turns a checkpoint into an ONNX model: N×C×H×W float32 in [0,1] in and out, N, H and W dynamic.</summary>
public static class OnnxExporter
{
    public const string InputName = "noisy";
    public const string OutputName = "denoised";

    /// <summary>The operator set written. Nothing here needs a later one, and later ones leave CUDA in shipped runtimes.</summary>
    public const int Opset = 17;

    /// <summary>The file format's version that belongs to <see cref="Opset"/>.</summary>
    public const int IrVersion = 8;

    /// <returns>The file's bytes; the same for the same checkpoint.</returns>
    public static byte[] Export(Checkpoint checkpoint) => Model(checkpoint).ToByteArray();

    /// <summary>The model before it is serialised.</summary>
    internal static ModelProto Model(Checkpoint checkpoint)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "denoise",
            ProducerVersion = typeof(OnnxExporter).Assembly.GetName().Version!.ToString(3),
            Graph = Graph(checkpoint),
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
        };
        foreach (var (key, value) in ModelMetadata.Of(checkpoint))
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model;
    }

    private static GraphProto Graph(Checkpoint checkpoint)
    {
        Architecture architecture = checkpoint.Architecture;
        var shapes = new SymbolicShapes(architecture);
        var graph = new GraphBuilder(architecture.Name);
        graph.Input(InputName, shapes.Input);
        var writer = new LayerWriter(graph, checkpoint.Parameters);
        for (int i = 0; i < architecture.Layers.Count; i++)
        {
            IReadOnlyList<int> from = architecture.InputsOf(i);
            string output = ValueName(architecture, i);
            writer.Write(architecture.Layers[i], [.. from.Select(k => ValueName(architecture, k))], output, shapes.ChannelsOf(from[0]));
            if (output != OutputName)
                graph.Value(output, shapes.Of(i));
        }
        graph.Output(OutputName, shapes.Input);
        return graph.Graph;
    }

    /// <summary>What a layer's output is called in the graph: the layer's name, but for the network's own input and output.</summary>
    private static string ValueName(Architecture architecture, int layer) =>
        layer < 0 ? InputName : layer == architecture.Layers.Count - 1 ? OutputName : architecture.Layers[layer].Name;
}
