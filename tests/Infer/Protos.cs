namespace Denoise.Tests.Infer;

/// <summary>ONNX models put together by hand.</summary>
internal static class Protos
{
    public static ModelProto Model(ValueInfoProto input, ValueInfoProto output, params NodeProto[] nodes) => new()
    {
        IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } },
        Graph = new() { Name = "model", Input = { input }, Output = { output }, Node = { nodes } },
    };

    public static NodeProto Node(string op, string[] inputs, string output, params AttributeProto[] attributes) =>
        new() { OpType = op, Input = { inputs }, Output = { output }, Attribute = { attributes } };

    /// <param name="name">The value's.</param>
    /// <param name="sides">Numbers, and names for what is open.</param>
    public static ValueInfoProto Value(string name, params object[] sides)
    {
        var shape = new TensorShapeProto { Dim = { sides.Select(side => side is int size
            ? new TensorShapeProto.Types.Dimension { DimValue = size } : new() { DimParam = $"{side}" }) } };
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = TensorProto.Types.DataType.Float, Shape = shape } } };
    }

    /// <summary>Grey pictures of any size.</summary>
    public static ValueInfoProto Grey(string name) => Value(name, "N", 1, "H", "W");

    public static NodeProto Constant(string name, TensorProto value) =>
        Node("Constant", [], name, new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = value });

    /// <summary>From x to y. ONNX Runtime looks for zeros among divisors, but not for a quotient that is too large: processors of x64
    /// then end the process with a signal.</summary>
    public static NodeProto[] DivisionThatOverflows() =>
    [
        Constant("a", Whole(long.MinValue)), Constant("b", Whole(-1)), Node("Div", ["a", "b"], "c"),
        Node("Cast", ["c"], "d", Long("to", (long)TensorProto.Types.DataType.Float)), Node("Add", ["x", "d"], "y"),
    ];

    /// <summary>A vector of one number.</summary>
    public static TensorProto Whole(long value) =>
        new() { DataType = TensorProto.Types.DataType.Int64, Dims = { 1 }, Int64Data = { value } };

    public static AttributeProto Longs(string name, params long[] values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    public static AttributeProto Long(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };
}
