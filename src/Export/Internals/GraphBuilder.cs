using System.Runtime.InteropServices;
using Google.Protobuf;
using static Denoise.Export.Onnx.AttributeProto.Types;
using static Denoise.Export.Onnx.TensorProto.Types;

namespace Denoise.Export;

/// <summary>A value between two nodes: its name and its shape.</summary>
internal readonly record struct GraphValue(string Name, Dimension[] Shape);

/// <summary>Puts an ONNX graph together: nodes, initializers and the shapes of values.</summary>
/// <param name="arithmetic">The type of weights and of values between the layers: Float or Float16.</param>
internal sealed class GraphBuilder(string name, int opset, DataType arithmetic)
{
    private readonly UniqueNames _names = new();

    public GraphProto Graph { get; } = new() { Name = name };
    public int Opset => opset;
    public DataType Arithmetic => arithmetic;

    /// <summary>The name, or one like it where another value has it.</summary>
    public string Unique(string name) => _names.Of(name);

    public void Input(string name, DataType type, IEnumerable<Dimension> shape) => Graph.Input.Add(ValueInfo(name, type, shape));

    public void Output(string name, DataType type, IEnumerable<Dimension> shape) => Graph.Output.Add(ValueInfo(name, type, shape));

    /// <summary>States the shape of a value between nodes.</summary>
    public void Value(string name, IEnumerable<Dimension> shape) => Graph.ValueInfo.Add(ValueInfo(name, arithmetic, shape));

    /// <summary>States the length of a vector of int64, such as a shape, between nodes.</summary>
    public void VectorOfLongs(string name, int length) => Graph.ValueInfo.Add(ValueInfo(name, DataType.Int64, [length]));

    /// <summary>Adds an operator of the default domain; the node gets its output's name.</summary>
    public void Node(string op, IEnumerable<string> inputs, string output, params AttributeProto[] attributes) =>
        Graph.Node.Add(new NodeProto { Name = output, OpType = op, Input = { inputs }, Output = { output }, Attribute = { attributes } });

    /// <summary>Adds an operator whose output is a value of its own between a layer's input and output, and returns its name.</summary>
    /// <param name="output">The wished name and the shape.</param>
    public string Step(string op, IEnumerable<string> inputs, GraphValue output, params AttributeProto[] attributes)
    {
        string name = Unique(output.Name);
        Node(op, inputs, name, attributes);
        Value(name, output.Shape);
        return name;
    }

    /// <summary>Adds a float32 constant, whatever the arithmetic, and returns its name.</summary>
    public string Floats(string name, ReadOnlySpan<int> shape, ReadOnlySpan<float> values) =>
        Initializer(name, DataType.Float, shape, MemoryMarshal.AsBytes(values));

    /// <summary>Adds a vector of int64, as shapes and permutations are, and returns its name.</summary>
    public string Longs(string name, params ReadOnlySpan<long> values) =>
        Initializer(name, DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values));

    /// <summary>Adds a constant in the type of the arithmetic and returns its name.</summary>
    /// <exception cref="OverflowException">A value that float16 cannot hold.</exception>
    public string Constant(string name, ReadOnlySpan<int> shape, ReadOnlySpan<float> values) => arithmetic == DataType.Float16
        ? Initializer(name, DataType.Float16, shape, MemoryMarshal.AsBytes(Halves(name, values)))
        : Floats(name, shape, values);

    private static Half[] Halves(string name, ReadOnlySpan<float> values)
    {
        var halves = new Half[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            halves[i] = (Half)values[i];
            if (Half.IsInfinity(halves[i]) && float.IsFinite(values[i]))
                throw new OverflowException(FormattableString.Invariant(
                    $"{name} holds {values[i]:G6}, and float16 ends at {(float)Half.MaxValue}; export it in float32."));
        }
        return halves;
    }

    private string Initializer(string name, DataType type, ReadOnlySpan<int> shape, ReadOnlySpan<byte> littleEndian)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("ONNX stores tensors little-endian; this processor is not.");
        var tensor = new TensorProto { Name = Unique(name), DataType = type, RawData = ByteString.CopyFrom(littleEndian) };
        foreach (int dimension in shape)
            tensor.Dims.Add(dimension);
        Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Float(string name, double value) => new() { Name = name, Type = AttributeType.Float, F = (float)value };

    public static AttributeProto Ints(string name, params long[] values) =>
        new() { Name = name, Type = AttributeType.Ints, Ints = { values } };

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    private static ValueInfoProto ValueInfo(string name, DataType type, IEnumerable<Dimension> shape)
    {
        var dimensions = new TensorShapeProto { Dim = { shape.Select(d => d.ToProto()) } };
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = dimensions } } };
    }
}
