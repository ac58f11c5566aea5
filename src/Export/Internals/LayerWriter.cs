using static Denoise.Export.GraphBuilder;

namespace Denoise.Export;

/// <summary>Writes layers as ONNX operators, one short method each. Comments name the version that an operator was written for; unless
/// they say otherwise, its form is the same in all of <see cref="Opsets"/>, as later versions brought types and options only.</summary>
/// <remarks>Semantics: https://github.com/onnx/onnx/blob/main/docs/Operators.md; versions: .../docs/Changelog.md.</remarks>
internal sealed class LayerWriter(GraphBuilder graph, IReadOnlyDictionary<string, ParameterValues> parameters)
{
    public void Write(Layer layer, GraphValue[] inputs, GraphValue output)
    {
        string x = inputs[0].Name, y = output.Name;
        switch (layer)
        {
            case Conv2d conv: Conv(conv, inputs[0], y); break;
            case ConvTranspose2d conv: ConvTranspose(conv, x, y); break;
            case MaxPool2d pool: Pool("MaxPool", pool, x, y); break;
            case AvgPool2d pool: Pool("AveragePool", pool, x, y); break;
            case GlobalAvgPool2d: graph.Node("GlobalAveragePool", [x], y); break; // GlobalAveragePool-1
            case Upsample up: Resize(up, x, y); break;
            case Pad pad: Pad(x, output, pad.Top, pad.Bottom, pad.Left, pad.Right, pad.Mode); break;
            case PixelShuffle shuffle: DepthToSpace(shuffle, x, y); break;
            case PixelUnshuffle unshuffle: SpaceToDepth(unshuffle, inputs[0], output); break;
            case BatchNorm2d norm: BatchNormalization(norm, x, y); break;
            case LayerNorm2d norm: NormalisePixels(norm, inputs[0], y); break;
            case InstanceNorm2d norm: InstanceNormalization(norm, x, y); break;
            case Linear linear: Gemm(linear, x, y); break;
            case Flatten: graph.Node("Flatten", [x], y, Int("axis", 1)); break; // Flatten-11
            case Unflatten unflatten: Reshape(unflatten, x, y); break;
            case ReLU: graph.Node("Relu", [x], y); break; // Relu-6
            case LeakyReLU leaky: graph.Node("LeakyRelu", [x], y, Float("alpha", leaky.Slope)); break; // LeakyRelu-6
            case PReLU prelu: graph.Node("PRelu", [x, EachChannel(prelu)], y); break; // PRelu-9
            case ELU elu: graph.Node("Elu", [x], y, Float("alpha", elu.Alpha)); break; // Elu-6
            case SELU: graph.Node("Selu", [x], y); break; // Selu-6
            case GELU: Gelu(x, output); break;
            case SiLU: Silu(x, output); break;
            case Sigmoid: graph.Node("Sigmoid", [x], y); break; // Sigmoid-6
            case Tanh: graph.Node("Tanh", [x], y); break; // Tanh-6
            case Clamp clamp: graph.Node("Clip", [x, Number(y, "min", clamp.Min), Number(y, "max", clamp.Max)], y); break; // Clip-11
            case Affine affine: MulAdd(affine, x, output); break;
            case Scale scale: graph.Node("Mul", [x, EachChannel(scale)], y); break; // Mul-7
            case Identity or Dropout: graph.Node("Identity", [x], y); break; // Identity-1
            case Add: OneByOne("Add", inputs, y); break; // Add-7
            case Subtract: OneByOne("Sub", inputs, y); break; // Sub-7
            case Multiply: OneByOne("Mul", inputs, y); break; // Mul-7
            case Concat: graph.Node("Concat", inputs.Select(input => input.Name), y, Int("axis", 1)); break; // Concat-11
            case Slice slice: Slice(slice, x, y); break;
            default: throw new NotSupportedException($"Layer '{layer.Name}' ({layer.Kind}) has no ONNX form here.");
        }
    }

    // Conv-11. Always explicit, symmetric pads: auto_pad and asymmetric pads leave CUDA. Its own are zeros; others are added before.
    private void Conv(Conv2d conv, GraphValue input, string output)
    {
        bool padsItself = conv.PaddingMode == PaddingMode.Zeros || conv.Padding == 0;
        string read = padsItself ? input.Name : Padded(conv, input, output);
        graph.Node("Conv", [read, .. Weights(conv, conv.Bias)], output, [.. Windows(conv, padsItself ? conv.Padding : 0)]);
    }

    private string Padded(Conv2d conv, GraphValue input, string output)
    {
        var (n, c, h, w) = (input.Shape[0], input.Shape[1], input.Shape[2], input.Shape[3]);
        var (high, wide) = (conv.Padding.Height, conv.Padding.Width);
        GraphValue padded = new(graph.Unique($"{output}.padded"), [n, c, h.Plus(2 * high), w.Plus(2 * wide)]);
        Pad(input.Name, padded, high, high, wide, wide, conv.PaddingMode);
        graph.Value(padded.Name, padded.Shape);
        return padded.Name;
    }

    // Pad-11. The pads are those before, then those after, of N, C, H and W.
    private void Pad(string input, GraphValue output, int top, int bottom, int left, int right, PaddingMode mode) =>
        graph.Node("Pad", [input, graph.Longs($"{output.Name}.pads", 0, 0, top, left, 0, 0, bottom, right)], output.Name, Text("mode",
            mode switch { PaddingMode.Reflect => "reflect", PaddingMode.Replicate => "edge", _ => "constant" }));

    // ConvTranspose-11. The weight is (in, out, kH, kW), as PyTorch keeps it.
    private void ConvTranspose(ConvTranspose2d conv, string input, string output) =>
        graph.Node("ConvTranspose", [input, .. Weights(conv, conv.Bias)], output,
            [.. Windows(conv, conv.Padding), .. Unless(0, "output_padding", conv.OutputPadding)]);

    // MaxPool-11 and AveragePool-11, floor mode.
    private void Pool(string op, Pool2d pool, string input, string output) => graph.Node(op, [input], output,
        [
            Both("kernel_shape", pool.Kernel), Both("strides", pool.Stride), .. Pads(pool.Padding),
            .. pool is AvgPool2d && pool.Padding != 0 ? [Int("count_include_pad", 1)] : (AttributeProto[])[],
        ]);

    // Resize-13; Resize-11 still demands the region that only cropping uses. asymmetric with floor is PyTorch's nearest; the
    // operator's default rounding differs from scale 3 on. The scales are float32 in a float16 model too.
    private void Resize(Upsample up, string input, string output)
    {
        string region = graph.Opset < 13 ? graph.Floats($"{output}.region", [0], []) : "";
        string scales = graph.Floats($"{output}.scales", [4], [1, 1, up.Scale.Height, up.Scale.Width]);
        const string place = "coordinate_transformation_mode";
        graph.Node("Resize", [input, region, scales], output, up.Mode == Interpolation.Nearest
            ? [Text(place, "asymmetric"), Text("mode", "nearest"), Text("nearest_mode", "floor")]
            : [Text(place, up.AlignCorners ? "align_corners" : "half_pixel"), Text("mode", "linear")]);
    }

    // DepthToSpace-11. CRD is PyTorch's channel order.
    private void DepthToSpace(PixelShuffle shuffle, string input, string output) =>
        graph.Node("DepthToSpace", [input], output, Int("blocksize", shuffle.Factor), Text("mode", "CRD"));

    /// <summary>PixelUnshuffle is SpaceToDepth-1 and, where there are several channels, these put in order by Gather-11:
    /// ONNX puts the place within the block before the channel, PyTorch behind it.</summary>
    private void SpaceToDepth(PixelUnshuffle unshuffle, GraphValue input, GraphValue output)
    {
        AttributeProto factor = Int("blocksize", unshuffle.Factor);
        int channels = input.Shape[1].Size!.Value, block = unshuffle.Factor * unshuffle.Factor;
        if (channels == 1)
        {
            graph.Node("SpaceToDepth", [input.Name], output.Name, factor);
            return;
        }
        long[] order = [.. Enumerable.Range(0, channels * block).Select(k => (long)(k % block * channels + k / block))];
        string blocks = graph.Step("SpaceToDepth", [input.Name], output with { Name = $"{output.Name}.blocks" }, factor);
        graph.Node("Gather", [blocks, graph.Longs($"{output.Name}.order", order)], output.Name, Int("axis", 1));
    }

    // BatchNormalization-9; up to version 15, evaluation is its default.
    private void BatchNormalization(BatchNorm2d norm, string input, string output) =>
        graph.Node("BatchNormalization",
            [input, Parameter(norm, "weight"), Parameter(norm, "bias"), Parameter(norm, "running_mean"), Parameter(norm, "running_var")],
            output, Float("epsilon", norm.Epsilon));

    /// <summary>LayerNorm2d by its formula: LayerNormalization-17 takes the channels last, and would need two transposes. Sub-7, Mul-7,
    /// Add-7, Sqrt-6 and Div-7.</summary>
    private void NormalisePixels(LayerNorm2d norm, GraphValue input, string output)
    {
        Dimension[] all = input.Shape, pixels = [all[0], 1, all[2], all[3]];
        string centred = Step("Sub", "centred", all, input.Name, Mean("mean", input.Name));
        string variance = Mean("variance", Step("Mul", "squares", all, centred, centred));
        string root = Step("Sqrt", "root", pixels, Step("Add", "plus_epsilon", pixels, variance, Number(output, "epsilon", norm.Epsilon)));
        string normal = Step("Div", "normal", all, centred, root);
        graph.Node("Add", [Step("Mul", "weighted", all, normal, EachChannel(norm)), EachChannel(norm, "bias")], output);

        string Step(string op, string name, Dimension[] shape, params string[] inputs) =>
            graph.Step(op, inputs, new($"{output}.{name}", shape));

        string Mean(string name, string values) => MeanOverChannels(values, new($"{output}.{name}", pixels));
    }

    // ReduceMean-11; from ReduceMean-18 on the axes are an input.
    private string MeanOverChannels(string input, GraphValue output) => graph.Opset < 18
        ? graph.Step("ReduceMean", [input], output, Ints("axes", 1))
        : graph.Step("ReduceMean", [input, graph.Longs($"{output.Name}.axes", 1)], output);

    // InstanceNormalization-6, which always has a weight and a bias.
    private void InstanceNormalization(InstanceNorm2d norm, string input, string output)
    {
        graph.Node("InstanceNormalization", [input, Field("weight", 1), Field("bias", 0)], output, Float("epsilon", norm.Epsilon));

        string Field(string field, float otherwise) => norm.Affine ? Parameter(norm, field)
            : graph.Constant($"{norm.Name}.{field}", [norm.Channels], [.. Enumerable.Repeat(otherwise, norm.Channels)]);
    }

    // Gemm-11. The weight is (out, in), hence transB.
    private void Gemm(Linear linear, string input, string output) =>
        graph.Node("Gemm", [input, .. Weights(linear, linear.Bias)], output, Int("transB", 1));

    // Reshape-5. 0 keeps the batch dimension.
    private void Reshape(Unflatten unflatten, string input, string output) =>
        graph.Node("Reshape", [input, graph.Longs($"{output}.shape", 0, unflatten.Channels, unflatten.Height, unflatten.Width)], output);

    /// <summary>Gelu-20 by its formula, for operator sets without it: x · (1 + erf(x / √2)) / 2. Div-7, Erf-9, Add-7 and Mul-7, in the
    /// order that ONNX Runtime fuses.</summary>
    private void Gelu(string input, GraphValue output)
    {
        string name = output.Name;
        string divided = Step("Div", "divided", input, Number(name, "root", Math.Sqrt(2)));
        string plusOne = Step("Add", "plus_one", Step("Erf", "erf", divided), Number(name, "one", 1));
        graph.Node("Mul", [Step("Mul", "product", input, plusOne), Number(name, "half", 0.5)], name);

        string Step(string op, string step, params string[] inputs) => graph.Step(op, inputs, output with { Name = $"{name}.{step}" });
    }

    // Sigmoid-6 and Mul-7.
    private void Silu(string input, GraphValue output) =>
        graph.Node("Mul", [input, graph.Step("Sigmoid", [input], output with { Name = $"{output.Name}.sigmoid" })], output.Name);

    /// <summary>Mul-7 and Add-7, or the one of them that changes anything.</summary>
    private void MulAdd(Affine affine, string input, GraphValue output)
    {
        string y = output.Name;
        if (affine.Offset == 0)
        {
            graph.Node("Mul", [input, Number(y, "factor", affine.Factor)], y);
            return;
        }
        string scaled = affine.Factor == 1 ? input
            : graph.Step("Mul", [input, Number(y, "factor", affine.Factor)], output with { Name = $"{y}.scaled" });
        graph.Node("Add", [scaled, Number(y, "offset", affine.Offset)], y);
    }

    /// <summary>The operator takes two: more are joined one after another.</summary>
    private void OneByOne(string op, GraphValue[] inputs, string output)
    {
        GraphValue joined = inputs[0];
        for (int i = 1; i < inputs.Length - 1; i++)
        {
            Dimension[] shape = [.. joined.Shape.Zip(inputs[i].Shape, (a, b) => a.Size == 1 ? b : a)];
            joined = new(graph.Step(op, [joined.Name, inputs[i].Name], new($"{output}.{i}", shape)), shape);
        }
        graph.Node(op, [joined.Name, inputs[^1].Name], output);
    }

    // Slice-10; axis 1 is the channels'.
    private void Slice(Slice slice, string input, string output) =>
        graph.Node("Slice",
            [
                input, graph.Longs($"{output}.from", slice.Start), graph.Longs($"{output}.to", slice.Start + slice.Channels),
                graph.Longs($"{output}.axis", 1),
            ],
            output);

    private IEnumerable<string> Weights(Layer layer, bool bias) =>
        bias ? [Parameter(layer, "weight"), Parameter(layer, "bias")] : [Parameter(layer, "weight")];

    /// <summary>A parameter with a value for each channel, shaped to meet C×H×W; or one value for all.</summary>
    private string EachChannel(Layer layer, string field = "weight")
    {
        float[] values = parameters[$"{layer.Name}.{field}"].Values;
        return graph.Constant($"{layer.Name}.{field}", values.Length == 1 ? [1] : [values.Length, 1, 1], values);
    }

    private string Number(string output, string name, double value) => graph.Constant($"{output}.{name}", [], [(float)value]);

    private string Parameter(Layer layer, string field)
    {
        ParameterValues parameter = parameters[$"{layer.Name}.{field}"];
        return graph.Constant($"{layer.Name}.{field}", parameter.Shape, parameter.Values);
    }

    private static IEnumerable<AttributeProto> Windows(Convolution conv, Sides pads) =>
    [
        Both("kernel_shape", conv.Kernel), .. Pads(pads), .. Unless(1, "strides", conv.Stride), .. Unless(1, "dilations", conv.Dilation),
        .. conv.Groups == 1 ? [] : (AttributeProto[])[Int("group", conv.Groups)],
    ];

    /// <summary>As many before the picture as after it; nothing where there are none.</summary>
    private static IEnumerable<AttributeProto> Pads(Sides pads) =>
        pads == 0 ? [] : [Ints("pads", pads.Height, pads.Width, pads.Height, pads.Width)];

    /// <summary>The attribute, or nothing where its value is the operator's default.</summary>
    private static IEnumerable<AttributeProto> Unless(Sides usual, string name, Sides value) => value == usual ? [] : [Both(name, value)];

    private static AttributeProto Both(string name, Sides value) => Ints(name, value.Height, value.Width);
}
