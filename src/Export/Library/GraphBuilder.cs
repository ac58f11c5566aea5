using System.Runtime.InteropServices;
using Denoise.Export.Onnx;
using Denoise.Network;
using Google.Protobuf;

namespace Denoise.Export;

/// <summary>Puts an ONNX graph together: nodes, initializers and the shapes of values.</summary>
internal sealed class GraphBuilder(string name)
{
    public GraphProto Graph { get; } = new() { Name = name };

    public void Input(string name, IEnumerable<Dimension> shape) => Graph.Input.Add(ValueInfo(name, shape));

    public void Output(string name, IEnumerable<Dimension> shape) => Graph.Output.Add(ValueInfo(name, shape));

    public void Value(string name, IEnumerable<Dimension> shape) => Graph.ValueInfo.Add(ValueInfo(name, shape));

    /// <summary>Adds an operator of the default domain; the node is called as its output.</summary>
    public void Node(string op, IEnumerable<string> inputs, string output, params AttributeProto[] attributes) =>
        Graph.Node.Add(new NodeProto { Name = output, OpType = op, Input = { inputs }, Output = { output }, Attribute = { attributes } });

    /// <summary>Adds a float32 constant and returns its name.</summary>
    public string Floats(string name, ReadOnlySpan<int> shape, ReadOnlySpan<float> values) =>
        Initializer(name, TensorProto.Types.DataType.Float, shape, MemoryMarshal.AsBytes(values));

    /// <summary>Adds a vector of int64, as shapes and permutations are, and returns its name.</summary>
    public string Longs(string name, params ReadOnlySpan<long> values) =>
        Initializer(name, TensorProto.Types.DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values));

    public string Parameter(string name, ParameterValues parameter) => Floats(name, parameter.Shape, parameter.Values);

    private string Initializer(string name, TensorProto.Types.DataType type, ReadOnlySpan<int> shape, ReadOnlySpan<byte> littleEndian)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("ONNX stores tensors little-endian; this processor is not.");
        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(littleEndian) };
        foreach (int dimension in shape)
            tensor.Dims.Add(dimension);
        Graph.Initializer.Add(tensor);
        return name;
    }

    public static AttributeProto Int(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Float(string name, double value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = (float)value };

    public static AttributeProto Ints(string name, params long[] values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    private static ValueInfoProto ValueInfo(string name, IEnumerable<Dimension> shape) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = TensorProto.Types.DataType.Float,
                Shape = new TensorShapeProto { Dim = { shape.Select(d => d.ToProto()) } },
            },
        },
    };
}
