using Denoise.Export.Onnx;
using static Denoise.Export.GraphBuilder;
using static Denoise.Export.Onnx.TensorProto.Types;

namespace Denoise.Export;

/// <summary>Converts a model's input to the type of its arithmetic, and back at the end. It adds nothing where both are the same.</summary>
/// <param name="graph">Gets the operators.</param>
/// <param name="outside">The type of input and output: Float, Float16, or Uint8 with 255 for white.</param>
internal sealed class Boundary(GraphBuilder graph, DataType outside)
{
    private bool IsOpen => outside == graph.Arithmetic;

    /// <returns>The value in [0,1] for the network to read.</returns>
    public string Enter(string input, IReadOnlyList<Dimension> shape)
    {
        if (IsOpen)
            return input;
        string cast = Operator("Cast", [input], graph.Unique($"{input}.cast"), shape, Int("to", (long)graph.Arithmetic)); // Cast-9
        return outside == DataType.Uint8 ? Operator("Div", [cast, White], graph.Unique($"{input}.scaled"), shape) : cast;
    }

    /// <returns>The name for the network's last value, of which <see cref="Leave"/> then makes the output.</returns>
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

    /// <summary>Clip-11, Mul-7 and Round-11: a cast to integers alone would cut the fraction off and wrap values out of range.</summary>
    private string ToBytes(string last, string output, IReadOnlyList<Dimension> shape)
    {
        string black = graph.Constant("black", [], [0]), one = graph.Constant("one", [], [1]);
        string clipped = Operator("Clip", [last, black, one], graph.Unique($"{output}.clipped"), shape);
        string scaled = Operator("Mul", [clipped, White], graph.Unique($"{output}.scaled"), shape);
        return Operator("Round", [scaled], graph.Unique($"{output}.rounded"), shape);
    }

    private string White => field ??= graph.Constant("white", [], [255]);

    private string Operator(string op, string[] inputs, string output, IReadOnlyList<Dimension> shape, params AttributeProto[] attributes)
    {
        graph.Node(op, inputs, output, attributes);
        graph.Value(output, shape);
        return output;
    }
}
