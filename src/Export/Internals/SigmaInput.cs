using static Denoise.Export.GraphBuilder;
using static Denoise.Export.Onnx.TensorProto.Types;

namespace Denoise.Export;

/// <summary>Writes the second input of a model whose network takes a noise level. It is float32, N×1×1×1 for one level a picture or
/// N×1×H×W for one a pixel: the noise's standard deviation, where 1 is the range from black to white. A model of fixed shape takes
/// N×1×H×W alone, because readers such as OpenCV's expand nothing.</summary>
internal static class SigmaInput
{
    /// <returns>The value N×1×H×W for the network to read.</returns>
    public static string Write(GraphBuilder graph, SymbolicShapes shapes, string input)
    {
        string name = graph.Unique(Architecture.SigmaName), read = name;
        bool isFixed = shapes.Sigma.All(dimension => dimension.Size is not null);
        Dimension[] given = isFixed ? shapes.Sigma : [shapes.Input[0], 1, "sigma_H", "sigma_W"];
        graph.Input(name, DataType.Float, given);
        if (graph.Arithmetic == DataType.Float16)
        {
            read = graph.Unique($"{name}.half");
            graph.Node("Cast", [name], read, Int("to", (long)DataType.Float16)); // Cast-9
            graph.Value(read, given);
        }
        if (isFixed)
            return read;
        string plane = graph.Unique($"{name}.plane");
        graph.Node("Expand", [read, Size(graph, input, name)], plane); // Expand-8
        graph.Value(plane, shapes.Sigma);
        return plane;
    }

    /// <summary>(1, 1, H, W), to which levels of both shapes broadcast.</summary>
    private static string Size(GraphBuilder graph, string input, string name)
    {
        string shape = graph.Unique($"{name}.input_shape"), sides = graph.Unique($"{name}.sides"), size = graph.Unique($"{name}.size");
        graph.Node("Shape", [input], shape); // Shape-1
        graph.VectorOfLongs(shape, 4);
        graph.Node("Slice", [shape, graph.Longs($"{name}.from", 2), graph.Longs($"{name}.to", 4)], sides); // Slice-10
        graph.VectorOfLongs(sides, 2);
        graph.Node("Concat", [graph.Longs($"{name}.ones", 1, 1), sides], size, Int("axis", 0)); // Concat-11
        graph.VectorOfLongs(size, 4);
        return size;
    }
}
