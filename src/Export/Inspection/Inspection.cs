using Denoise.Export.Onnx;
using Google.Protobuf;

namespace Denoise.Export;

/// <summary>Shows any ONNX file, ours or another's.</summary>
public sealed class Inspection
{
    private readonly ModelProto _model;
    private readonly long _bytes;

    private Inspection(ModelProto model, long bytes) => (_model, _bytes) = (model, bytes);

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">Not an ONNX model; the message gives the reason.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Inspection Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        try
        {
            ModelProto model = ModelProto.Parser.ParseFrom(stream);
            return model.Graph is { Node.Count: > 0 } && model.OpsetImport.Count > 0
                ? new(model, stream.Length)
                : throw new FormatException($"{path} is not an ONNX model: it has no graph with operators, or names no operator set.");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new FormatException($"{path} is not an ONNX model: {e.Message}");
        }
    }

    /// <summary>The model's properties, inputs, outputs and metadata, and a row for each operator.</summary>
    public string ToTable() => ModelTable.Of(_model, _bytes);

    /// <summary>The graph after ONNX's textual syntax.</summary>
    public string ToText() => ModelText.Graph(_model);

    /// <summary>A drawing of the graph.</summary>
    public string ToSvg() => ModelDrawing.Of(_model);
}
