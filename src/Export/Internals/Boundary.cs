using Denoise.Export.Onnx;
using static Denoise.Export.GraphBuilder;
using static Denoise.Export.Onnx.TensorProto.Types;

namespace Denoise.Export;

/// <summary>From the type of a model's input to that of its arithmetic, and back at the end. Nothing is added where both are the same.</summary>
/// <param name="graph">Where the operators go.</param>
/// <param name="outside">The type of input and output: Float, Float16, or Uint8 with 255 for white.</param>
internal sealed class Boundary(GraphBuilder graph, DataType outside)
{
    private bool IsOpen => outside == graph.Arithmetic;

    /// <returns>The value in [0,1] that the network is to read.</returns>
    public string Enter(string input, IReadOnlyList<Dimension> shape)
    {
        if (IsOpen)
            return input;
        string cast = Cast(input, graph.Arithmetic, graph.Unique($"{input}.cast"), shape);
        return outside == DataType.Uint8 ? Operator("Div", [cast, White()], graph.Unique($"{input}.scaled"), shape) : cast;
    }

    /// <returns>What the network's last value is to be called, so that <see cref="Leave"/> can make the output of it.</returns>
    public string Last(string layer, string output) => IsOpen ? output : graph.Unique(layer);

    /// <summary>Makes the output from the network's last value.</summary>
    public void Leave(string last, string output, IReadOnlyList<Dimension> shape)
    {
        if (IsOpen)
            return;
        graph.Value(last, shape);
        string pixels = outside == DataType.Uint8 ? ToBytes(last, output, shape) : last;
        graph.Node("Cast", [pixels], output, Int("to", (long)outside));
    }

    /// <summary>Clip-11, Mul-7 and Round-11: a cast to integers would cut the fraction off and wrap what is out of range around.</summary>
    private string ToBytes(string last, string output, IReadOnlyList<Dimension> shape)
    {
        string clipped = Operator("Clip", [last, graph.Constant("black", [], [0]), graph.Constant("one", [], [1])], graph.Unique($"{output}.clipped"), shape);
        string scaled = Operator("Mul", [clipped, White()], graph.Unique($"{output}.scaled"), shape);
        return Operator("Round", [scaled], graph.Unique($"{output}.rounded"), shape);
    }

    private string White() => _white ??= graph.Constant("white", [], [255]);

    private string? _white;

    // Cast-9.
    private string Cast(string input, DataType to, string output, IReadOnlyList<Dimension> shape)
    {
        graph.Node("Cast", [input], output, Int("to", (long)to));
        graph.Value(output, shape);
        return output;
    }

    private string Operator(string op, string[] inputs, string output, IReadOnlyList<Dimension> shape)
    {
        graph.Node(op, inputs, output);
        graph.Value(output, shape);
        return output;
    }
}
