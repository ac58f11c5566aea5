using Denoise.Export.Onnx;
using Denoise.Network;
using static Denoise.Export.GraphBuilder;

namespace Denoise.Export;

/// <summary>Writes layers as ONNX operators, one short method each. Comments name the version that an operator was written for; unless
/// they say otherwise, its form is the same in all of <see cref="Opsets"/>, as later versions brought types and options only.</summary>
/// <remarks>Semantics: https://github.com/onnx/onnx/blob/main/docs/Operators.md; versions: .../docs/Changelog.md.</remarks>
internal sealed class LayerWriter(GraphBuilder graph, IReadOnlyDictionary<string, ParameterValues> parameters)
{
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The values that it reads.</param>
    /// <param name="output">The value that it makes.</param>
    /// <param name="channels">C of its first input.</param>
    /// <param name="shape">The shape of its output.</param>
    public void Write(Layer layer, string[] inputs, string output, int channels, IReadOnlyList<Dimension> shape)
    {
        switch (layer)
        {
            case Conv2d conv: Conv(conv, inputs[0], output); break;
            case ConvTranspose2d conv: ConvTranspose(conv, inputs[0], output); break;
            case MaxPool2d pool: Pool("MaxPool", pool, inputs, output); break;
            case AvgPool2d pool: Pool("AveragePool", pool, inputs, output); break;
            case Upsample up: Resize(up, inputs[0], output); break;
            case PixelShuffle shuffle: DepthToSpace(shuffle, inputs[0], output); break;
            case PixelUnshuffle unshuffle: SpaceToDepth(unshuffle, channels, inputs[0], output, shape); break;
            case BatchNorm2d norm: BatchNormalization(norm, inputs[0], output); break;
            case Linear linear: Gemm(linear, inputs[0], output); break;
            case Flatten: graph.Node("Flatten", inputs, output, Int("axis", 1)); break; // Flatten-11
            case Unflatten unflatten: Reshape(unflatten, inputs[0], output); break;
            case ReLU: graph.Node("Relu", inputs, output); break; // Relu-6
            case LeakyReLU leaky: graph.Node("LeakyRelu", inputs, output, Float("alpha", leaky.Slope)); break; // LeakyRelu-6
            case Sigmoid: graph.Node("Sigmoid", inputs, output); break; // Sigmoid-6
            case Add: Sum(inputs, output, shape); break;
            case Concat: graph.Node("Concat", inputs, output, Int("axis", 1)); break; // Concat-11
            default: throw new NotSupportedException($"Layer '{layer.Name}' ({layer.Kind}) has no ONNX form here.");
        }
    }

    // Conv-11. Always explicit, symmetric pads: auto_pad and asymmetric pads leave CUDA.
    private void Conv(Conv2d conv, string input, string output) => graph.Node("Conv", [input, .. Weights(conv, conv.Bias)], output,
        [Ints("kernel_shape", conv.Kernel, conv.Kernel), .. Unless(0, "pads", conv.Padding, 4), .. Unless(1, "strides", conv.Stride, 2)]);

    // ConvTranspose-11. The weight is (in, out, kH, kW), as PyTorch keeps it.
    private void ConvTranspose(ConvTranspose2d conv, string input, string output) =>
        graph.Node("ConvTranspose", [input, .. Weights(conv, conv.Bias)], output,
        [
            Ints("kernel_shape", conv.Kernel, conv.Kernel), .. Unless(0, "output_padding", conv.OutputPadding, 2),
            .. Unless(0, "pads", conv.Padding, 4), .. Unless(1, "strides", conv.Stride, 2),
        ]);

    // MaxPool-11 and AveragePool-11, floor mode.
    private void Pool(string op, Pool2d pool, string[] inputs, string output) =>
        graph.Node(op, inputs, output, Ints("kernel_shape", pool.Kernel, pool.Kernel), Ints("strides", pool.Kernel, pool.Kernel));

    // Resize-13; Resize-11 still demands the region that only cropping uses. asymmetric with floor is PyTorch's nearest; the
    // operator's default rounding differs from scale 3 on. The scales are float32 in a float16 model too.
    private void Resize(Upsample up, string input, string output)
    {
        string region = graph.Opset < 13 ? graph.Floats($"{output}.region", [0], []) : "";
        graph.Node("Resize", [input, region, graph.Floats($"{output}.scales", [4], [1, 1, up.Scale, up.Scale])], output,
            Text("coordinate_transformation_mode", "asymmetric"), Text("mode", "nearest"), Text("nearest_mode", "floor"));
    }

    // DepthToSpace-11. CRD is PyTorch's channel order.
    private void DepthToSpace(PixelShuffle shuffle, string input, string output) =>
        graph.Node("DepthToSpace", [input], output, Int("blocksize", shuffle.Factor), Text("mode", "CRD"));

    /// <summary>PixelUnshuffle is SpaceToDepth-1 and, where there are several channels, these put in order by Gather-11:
    /// ONNX puts the place within the block before the channel, PyTorch behind it.</summary>
    private void SpaceToDepth(PixelUnshuffle unshuffle, int channels, string input, string output, IReadOnlyList<Dimension> shape)
    {
        if (channels == 1)
        {
            graph.Node("SpaceToDepth", [input], output, Int("blocksize", unshuffle.Factor));
            return;
        }
        int block = unshuffle.Factor * unshuffle.Factor;
        long[] order = [.. Enumerable.Range(0, channels * block).Select(k => (long)(k % block * channels + k / block))];
        string blocks = graph.Unique($"{output}.blocks");
        graph.Node("SpaceToDepth", [input], blocks, Int("blocksize", unshuffle.Factor));
        graph.Value(blocks, shape);
        graph.Node("Gather", [blocks, graph.Longs($"{output}.order", order)], output, Int("axis", 1));
    }

    // BatchNormalization-9; up to version 15, evaluation is its default.
    private void BatchNormalization(BatchNorm2d norm, string input, string output) =>
        graph.Node("BatchNormalization",
            [input, Parameter(norm, "weight"), Parameter(norm, "bias"), Parameter(norm, "running_mean"), Parameter(norm, "running_var")],
            output, Float("epsilon", norm.Epsilon));

    // Gemm-11. The weight is (out, in), hence transB.
    private void Gemm(Linear linear, string input, string output) =>
        graph.Node("Gemm", [input, .. Weights(linear, linear.Bias)], output, Int("transB", 1));

    // Reshape-5. 0 keeps the batch dimension.
    private void Reshape(Unflatten unflatten, string input, string output) =>
        graph.Node("Reshape", [input, graph.Longs($"{output}.shape", 0, unflatten.Channels, unflatten.Height, unflatten.Width)], output);

    /// <summary>Add-7 takes two: more are added one after another.</summary>
    private void Sum(string[] inputs, string output, IReadOnlyList<Dimension> shape)
    {
        string sum = inputs[0];
        for (int i = 1; i < inputs.Length; i++)
        {
            string next = i == inputs.Length - 1 ? output : graph.Unique($"{output}.{i}");
            graph.Node("Add", [sum, inputs[i]], next);
            if (next != output)
                graph.Value(next, shape);
            sum = next;
        }
    }

    private IEnumerable<string> Weights(Layer layer, bool bias) =>
        bias ? [Parameter(layer, "weight"), Parameter(layer, "bias")] : [Parameter(layer, "weight")];

    private string Parameter(Layer layer, string field)
    {
        ParameterValues parameter = parameters[$"{layer.Name}.{field}"];
        return graph.Constant($"{layer.Name}.{field}", parameter.Shape, parameter.Values);
    }

    /// <summary>The attribute with one value for each side, or nothing where that is the operator's default.</summary>
    private static IEnumerable<AttributeProto> Unless(int usual, string name, int value, int times) =>
        value == usual ? [] : [Ints(name, [.. Enumerable.Repeat((long)value, times)])];
}
