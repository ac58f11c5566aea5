using static Denoise.Export.Onnx.AttributeProto.Types;
using static Denoise.Export.Onnx.TensorProto.Types;

namespace Denoise.Export;

/// <summary>The parts of a model in words.</summary>
internal static class ModelText
{
    /// <summary>The most numbers of a list that are shown.</summary>
    private const int LongestList = 16;

    /// <summary>The model as a text graph, a line for each operator, after ONNX's textual syntax.</summary>
    /// <remarks>https://github.com/onnx/onnx/blob/main/docs/Syntax.md.</remarks>
    public static string Graph(ModelProto model)
    {
        GraphProto graph = model.Graph;
        var types = Types(graph);
        var opsets = model.OpsetImport.Select(o => $"\"{o.Domain}\": {o.Version}");
        string[] lines =
        [
            $"<ir_version: {model.IrVersion}, opset_import: [{string.Join(", ", opsets)}]>",
            $"{graph.Name} ({Values(graph.Input)}) => ({Values(graph.Output)})",
            "{",
            .. graph.Initializer.Select(Line), .. graph.Node.Select(node => Line(node, types)),
            "}",
        ];
        return string.Join('\n', lines) + "\n";
    }

    private static string Line(TensorProto tensor) =>
        $"  {Type(tensor)} {tensor.Name} = {(tensor.DataLocation == DataLocation.External ? "external data" : "...")}";

    private static string Line(NodeProto node, Dictionary<string, string> types)
    {
        var outputs = node.Output.Select(o => types.TryGetValue(o, out string? type) ? $"{type} {o}" : o);
        return $"  {string.Join(", ", outputs)} = {Operator(node)}{Attributes(node)} ({string.Join(", ", node.Input)})";
    }

    /// <summary>Types and shapes of all values for which the model states them.</summary>
    public static Dictionary<string, string> Types(GraphProto graph) => graph.Input.Concat(graph.Output).Concat(graph.ValueInfo)
        .DistinctBy(v => v.Name).ToDictionary(v => v.Name, v => Type(v));

    /// <summary>Such as <c>float[N,1,H,W]</c>.</summary>
    public static string Type(ValueInfoProto value) =>
        value.Type?.TensorType is { } tensor ? $"{Element(tensor.ElemType)}{Shape(tensor.Shape)}" : "?";

    public static string Type(TensorProto tensor) => $"{Element(tensor.DataType)}[{string.Join(',', tensor.Dims)}]";

    /// <summary>The operator's name, with its domain where that is not ONNX's own.</summary>
    public static string Operator(NodeProto node) => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}";

    /// <summary>The attributes in angle brackets, or nothing.</summary>
    public static string Attributes(NodeProto node) =>
        node.Attribute.Count == 0 ? "" : $" <{string.Join(", ", node.Attribute.Select(a => $"{a.Name} = {Value(a)}"))}>";

    private static string Values(IEnumerable<ValueInfoProto> values) => string.Join(", ", values.Select(v => $"{Type(v)} {v.Name}"));

    private static string Shape(TensorShapeProto? shape) => shape is null ? "" : $"[{string.Join(',', shape.Dim.Select(Dimension))}]";

    private static string Dimension(TensorShapeProto.Types.Dimension dimension) => dimension.ValueCase switch
    {
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue => dimension.DimValue.ToString(CultureInfo.InvariantCulture),
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam => dimension.DimParam,
        _ => "?",
    };

    private static string Element(DataType type) => Enum.IsDefined(type) ? type.ToString().ToLowerInvariant() : $"type{(int)type}";

    private static string Value(AttributeProto attribute) => attribute.Type switch
    {
        AttributeType.Int => attribute.I.ToString(CultureInfo.InvariantCulture),
        AttributeType.Float => Number(attribute.F),
        AttributeType.String => Quoted(attribute.S),
        AttributeType.Ints => List(attribute.Ints.Select(i => i.ToString(CultureInfo.InvariantCulture)), attribute.Ints.Count),
        AttributeType.Floats => List(attribute.Floats.Select(Number), attribute.Floats.Count),
        AttributeType.Strings => List(attribute.Strings.Select(Quoted), attribute.Strings.Count),
        AttributeType.Tensor => attribute.T is null ? "?" : Type(attribute.T),
        AttributeType.Graph => $"a graph of {attribute.G?.Node.Count ?? 0} operators",
        _ => "?",
    };

    private static string Number(float number) => number.ToString("G7", CultureInfo.InvariantCulture);

    private static string Quoted(Google.Protobuf.ByteString bytes) => $"\"{bytes.ToStringUtf8()}\"";

    private static string List(IEnumerable<string> items, int count) =>
        $"[{string.Join(", ", items.Take(LongestList))}{(count > LongestList ? $", and {count - LongestList} more" : "")}]";
}
