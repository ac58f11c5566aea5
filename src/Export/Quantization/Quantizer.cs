using System.Runtime.InteropServices;
using Google.Protobuf;
using static Denoise.Export.Onnx.TensorProto.Types;

namespace Denoise.Export;

/// <summary>Static post-training quantisation in QDQ form: QuantizeLinear rounds every value between the operators to 256 steps, and
/// DequantizeLinear brings it back. Runtimes that can compute in integers fuse these with the operators between them. Weights are
/// int8 with a scale for each output channel, values uint8 with one scale, biases int32.</summary>
/// <remarks>https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html; the arithmetic is that of Jacob et al.,
/// "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference" (2018).</remarks>
internal sealed class Quantizer
{
    /// <summary>These multiply by weights.</summary>
    internal static readonly HashSet<string> Weighted = ["Conv", "ConvTranspose", "Gemm"];

    /// <summary>These move or choose values, so their outputs keep the steps of their inputs.</summary>
    private static readonly HashSet<string> Moving = ["MaxPool", "Resize", "DepthToSpace", "SpaceToDepth", "Gather", "Flatten", "Reshape"];

    /// <summary>These compute with quantised values too.</summary>
    private static readonly HashSet<string> Computing = ["Relu", "LeakyRelu", "Sigmoid", "AveragePool", "Concat", "Add"];

    private readonly GraphProto _from;
    private readonly GraphProto _to;
    private readonly Dictionary<string, TensorProto> _weights;
    private readonly Dictionary<string, ValueInfoProto> _types;
    private readonly IReadOnlyDictionary<string, ValueRange> _ranges;
    private readonly IReadOnlySet<string> _floats;

    /// <summary>For each quantised value, the names of its dequantised twin, its scale and its zero point.</summary>
    private readonly Dictionary<string, (string Dequantised, string Scale, string ZeroPoint)> _quantised = [];

    private readonly UniqueNames _names;

    private Quantizer(GraphProto graph, IReadOnlyDictionary<string, ValueRange> ranges, IReadOnlySet<string> floats)
    {
        (_from, _ranges, _floats) = (graph, ranges, floats);
        _to = new() { Name = graph.Name, Input = { graph.Input }, Output = { graph.Output }, ValueInfo = { graph.ValueInfo } };
        _weights = graph.Initializer.ToDictionary(i => i.Name);
        _types = graph.Input.Concat(graph.ValueInfo).ToDictionary(v => v.Name);
        _names = new(_weights.Keys.Concat(_types.Keys).Concat(graph.Output.Select(o => o.Name)));
    }

    /// <summary>The values whose ranges <see cref="Quantize"/> needs.</summary>
    public static IReadOnlyList<string> Calibrated(OnnxModel model)
    {
        var quantizer = new Quantizer(model.Proto.Graph, new Dictionary<string, ValueRange>(), new HashSet<string>());
        NodeProto[] quantised = [.. model.Proto.Graph.Node.Where(quantizer.IsQuantised)];
        return [.. quantised.SelectMany(quantizer.ValuesRead)
            .Concat(quantised.Select(n => n.Output[0]).Where(quantizer.IsReadQuantised)).Distinct()];
    }

    /// <param name="model">A model in float32, of an operator set from <see cref="Opsets.LowestQuantized"/> on.</param>
    /// <param name="ranges">A range for every value in <see cref="Calibrated"/>.</param>
    /// <param name="floats">The values whose operators go on computing in floats; none if null.</param>
    public static OnnxModel Quantize(
        OnnxModel model, IReadOnlyDictionary<string, ValueRange> ranges, IReadOnlySet<string>? floats = null)
    {
        ModelProto proto = model.Proto.Clone();
        proto.Graph = new Quantizer(model.Proto.Graph, ranges, floats ?? new HashSet<string>()).Run();
        // How far 256 steps lead from the test vector is not known beforehand.
        foreach (StringStringEntryProto entry in proto.MetadataProps.Where(p => ModelContract.Verify.Contains(p.Key)).ToArray())
            proto.MetadataProps.Remove(entry);
        return model.With(proto);
    }

    /// <summary>After the last multiplication the values stay floats: only multiplications gain from integers.</summary>
    private bool IsQuantised(NodeProto node) => !_floats.Contains(node.Output[0]) && (Weighted.Contains(node.OpType)
        || ((Moving.Contains(node.OpType) || Computing.Contains(node.OpType)) && IsReadQuantised(node.Output[0])));

    private bool IsReadQuantised(string value) => Readers(value).Any(IsQuantised);

    /// <summary>Whether a convolution's result is rounded although an operator in floats reads it: only then do runtimes compute it in
    /// integers.</summary>
    private bool GoesToFloats(NodeProto node) => node.OpType == "Conv" && IsQuantised(node) && !IsFusedWithRelu(node)
        && Readers(node.Output[0]).Any(reader => _floats.Contains(reader.Output[0]));

    private IEnumerable<NodeProto> Readers(string value) => _from.Node.Where(n => n.Input.Contains(value));

    /// <summary>A node's inputs without weights, shapes and scales.</summary>
    private IEnumerable<string> ValuesRead(NodeProto node) =>
        node.OpType is "Concat" or "Add" ? node.Input.Where(value => !_weights.ContainsKey(value)) : [node.Input[0]];

    private GraphProto Run()
    {
        foreach (NodeProto node in _from.Node)
        {
            bool quantised = IsQuantised(node);
            _to.Node.Add(quantised ? Rewritten(node) : ReadingRounded(node));
            if (GoesToFloats(node) || (quantised && IsReadQuantised(node.Output[0]) && !IsFusedWithRelu(node)))
                QuantiseOutput(node);
        }
        _to.Initializer.Add(_from.Initializer.Where(i => _to.Node.Any(n => n.Input.Contains(i.Name))));
        return _to;
    }

    /// <summary>Whether a Relu alone reads the node. The steps of the Relu's output begin at 0, so runtimes then need no Relu.</summary>
    private bool IsFusedWithRelu(NodeProto node) =>
        Weighted.Contains(node.OpType) && Readers(node.Output[0]).ToArray() is [{ OpType: "Relu" }];

    /// <summary>A node in floats, with the rounded results of convolutions that are computed in integers.</summary>
    private NodeProto ReadingRounded(NodeProto node)
    {
        NodeProto copy = node.Clone();
        for (int i = 0; i < copy.Input.Count; i++)
            if (_from.Node.FirstOrDefault(n => n.Output[0] == copy.Input[i]) is { } maker && GoesToFloats(maker))
                copy.Input[i] = Quantised(copy.Input[i]).Dequantised;
        return copy;
    }

    private NodeProto Rewritten(NodeProto node)
    {
        NodeProto copy = node.Clone();
        for (int i = 0; i < copy.Input.Count; i++)
            if (ValuesRead(node).Contains(copy.Input[i]) && !StaysFloat(copy.Input[i]))
                copy.Input[i] = Quantised(copy.Input[i]).Dequantised;
        if (Weighted.Contains(node.OpType))
        {
            float[] scales = QuantiseWeight(copy);
            if (copy.Input.Count > 2)
                QuantiseBias(copy, _quantised[node.Input[0]].Scale, scales);
        }
        return copy;
    }

    /// <summary>Whether a value goes from a multiplication to its Relu as a float.</summary>
    private bool StaysFloat(string value) => _from.Node.FirstOrDefault(n => n.Output[0] == value) is { } maker && IsFusedWithRelu(maker);

    private (string Dequantised, string Scale, string ZeroPoint) Quantised(string value)
    {
        if (_quantised.TryGetValue(value, out var known))
            return known;
        var (scale, zeroPoint) = _ranges[value].Steps();
        string scaleName = Constant($"{value}.scale", DataType.Float, [], [scale]);
        return AddPair(value, scaleName, Constant($"{value}.zero_point", DataType.Uint8, [], [zeroPoint]));
    }

    private void QuantiseOutput(NodeProto node)
    {
        if (Moving.Contains(node.OpType))
            AddPair(node.Output[0], _quantised[node.Input[0]].Scale, _quantised[node.Input[0]].ZeroPoint);
        else
            Quantised(node.Output[0]);
    }

    // QuantizeLinear-10 and DequantizeLinear-10, one scale.
    private (string, string, string) AddPair(string value, string scale, string zeroPoint)
    {
        string quantised = _names.Of($"{value}.quantized"), dequantised = _names.Of($"{value}.dequantized");
        Node("QuantizeLinear", [value, scale, zeroPoint], quantised);
        Node("DequantizeLinear", [quantised, scale, zeroPoint], dequantised);
        TensorShapeProto shape = _types[value].Type.TensorType.Shape;
        AddType(quantised, DataType.Uint8, shape);
        AddType(dequantised, DataType.Float, shape);
        return _quantised[value] = (dequantised, scale, zeroPoint);
    }

    /// <summary>int8, symmetric, a scale for each output channel: weight = scale[o]·q, |q| ≤ 127.</summary>
    private float[] QuantiseWeight(NodeProto node)
    {
        TensorProto weight = _weights[node.Input[1]];
        int axis = node.OpType == "ConvTranspose" ? 1 : 0;
        int outputs = (int)weight.Dims[axis], inner = (int)weight.Dims.Skip(axis + 1).Aggregate(1L, (product, d) => product * d);
        ReadOnlySpan<float> values = Floats(weight);
        var scales = new float[outputs];
        for (int i = 0; i < values.Length; i++)
            scales[i / inner % outputs] = Math.Max(scales[i / inner % outputs], Math.Abs(values[i]) / sbyte.MaxValue);
        scales.AsSpan().Replace(0, 1);
        var quantised = new sbyte[values.Length];
        for (int i = 0; i < values.Length; i++)
            quantised[i] = (sbyte)Math.Clamp(MathF.Round(values[i] / scales[i / inner % outputs]), -sbyte.MaxValue, sbyte.MaxValue);
        node.Input[1] = Dequantised(weight, quantised, DataType.Int8, scales, axis);
        return scales;
    }

    /// <summary>int32 in the steps of the sum that it is added to: input scale times weight scale.</summary>
    private void QuantiseBias(NodeProto node, string inputScale, float[] weightScales)
    {
        TensorProto bias = _weights[node.Input[2]];
        float input = Floats(_to.Initializer.Single(i => i.Name == inputScale))[0];
        ReadOnlySpan<float> values = Floats(bias);
        // The weight of a transposed convolution in groups has the outputs of one group.
        float[] scales = new float[values.Length];
        for (int o = 0; o < scales.Length; o++)
            scales[o] = weightScales[o % weightScales.Length] * input;
        var quantised = new int[values.Length];
        for (int i = 0; i < values.Length; i++)
            quantised[i] = (int)Math.Clamp(Math.Round(values[i] / (double)scales[i]), int.MinValue, int.MaxValue);
        node.Input[2] = Dequantised(bias, quantised, DataType.Int32, scales, 0);
    }

    // DequantizeLinear-13, a scale for each position of an axis; the zero points are 0.
    private string Dequantised<T>(TensorProto original, ReadOnlySpan<T> quantised, DataType type, float[] scales, int axis)
        where T : unmanaged
    {
        string name = _names.Of($"{original.Name}.dequantized");
        string stored = Constant($"{original.Name}.quantized", type, original.Dims, quantised);
        string scale = Constant($"{original.Name}.scale", DataType.Float, [scales.Length], scales.AsSpan());
        string zeroPoint = Constant($"{original.Name}.zero_point", type, [scales.Length], new T[scales.Length].AsSpan());
        Node("DequantizeLinear", [stored, scale, zeroPoint], name, GraphBuilder.Int("axis", axis));
        var shape = new TensorShapeProto { Dim = { original.Dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }) } };
        AddType(name, DataType.Float, shape);
        return name;
    }

    private void Node(string op, string[] inputs, string output, params AttributeProto[] attributes) =>
        _to.Node.Add(new NodeProto { Name = output, OpType = op, Input = { inputs }, Output = { output }, Attribute = { attributes } });

    private void AddType(string name, DataType type, TensorShapeProto shape) =>
        _to.ValueInfo.Add(new ValueInfoProto { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = shape } } });

    private string Constant<T>(string name, DataType type, IEnumerable<long> dims, ReadOnlySpan<T> values) where T : unmanaged
    {
        name = _names.Of(name);
        var bytes = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
        _to.Initializer.Add(new TensorProto { Name = name, DataType = type, Dims = { dims }, RawData = bytes });
        return name;
    }

    private static ReadOnlySpan<float> Floats(TensorProto tensor) => MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);
}
