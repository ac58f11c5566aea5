namespace Denoise.Network;

/// <summary>A slow, obvious evaluator in double precision: the referee between torch and ONNX Runtime.</summary>
/// <param name="architecture">The network.</param>
/// <param name="parameters">A value for each of its parameters, by full name.</param>
/// <remarks>Every layer is written as its definition reads in the PyTorch documentation.</remarks>
public sealed class ReferenceEvaluator(Architecture architecture, IReadOnlyDictionary<string, ParameterValues> parameters)
{
    /// <summary>Runs the network.</summary>
    /// <param name="input">N×C×H×W, row-major, in [0,1].</param>
    /// <param name="batch">N.</param>
    /// <param name="height">H in pixels.</param>
    /// <param name="width">W in pixels.</param>
    /// <param name="sigma">N×1×H×W, the noise's standard deviation, where the network takes it; empty means 0.</param>
    /// <returns>N×C×H×W.</returns>
    /// <exception cref="ArgumentException">The input has another length.</exception>
    /// <exception cref="ArchitectureException">A layer cannot take this size.</exception>
    public double[] Run(ReadOnlySpan<float> input, int batch, int height, int width, ReadOnlySpan<float> sigma = default)
    {
        int area = height * width, perImage = architecture.Channels * area;
        if (input.Length != batch * perImage)
            throw new ArgumentException($"Expected {batch}×{architecture.Channels}×{height}×{width} values, found {input.Length}.");
        var result = new double[input.Length];
        for (int n = 0; n < batch; n++)
        {
            ReadOnlySpan<float> level = sigma.IsEmpty ? sigma : sigma.Slice(n * area, area);
            RunLayers(input.Slice(n * perImage, perImage), height, width, level)[^1].CopyTo(result, n * perImage);
        }
        return result;
    }

    /// <summary>Runs the network on one image.</summary>
    /// <param name="image">C×H×W, row-major, in [0,1].</param>
    /// <param name="height">H in pixels.</param>
    /// <param name="width">W in pixels.</param>
    /// <param name="sigma">1×H×W, the noise's standard deviation, where the network takes it; empty means 0.</param>
    /// <returns>The output of each layer in order: C×H×W of its own, or F features.</returns>
    /// <exception cref="ArchitectureException">A layer cannot take this size.</exception>
    public IReadOnlyList<double[]> RunLayers(ReadOnlySpan<float> image, int height, int width, ReadOnlySpan<float> sigma = default)
    {
        Shape[] shapes = architecture.ShapesAt(height, width);
        Map input = Given(architecture.Channels, image), level = Given(1, sigma.IsEmpty ? new float[height * width] : sigma);
        Map[] maps = architecture.Walk(input, level,
            (i, from) => Evaluate(architecture.Layers[i], from, new Map(shapes[i], new double[shapes[i].Count])));
        return [.. maps.Select(map => map.Values)];

        Map Given(int channels, ReadOnlySpan<float> values) => new(new(channels, height, width), Doubles(values.ToArray()));
    }

    private Map Evaluate(Layer layer, Map[] inputs, Map output) => layer switch
    {
        Conv2d conv => Convolve(conv, inputs[0], output),
        ConvTranspose2d conv => ConvolveTransposed(conv, inputs[0], output),
        MaxPool2d pool => output.Fill((c, y, x) => Block(inputs[0], pool.Kernel, c, y, x).Max()),
        AvgPool2d pool => output.Fill((c, y, x) => Block(inputs[0], pool.Kernel, c, y, x).Average()),
        Upsample up => output.Fill((c, y, x) => inputs[0][c, y / up.Scale, x / up.Scale]),
        PixelShuffle { Factor: var r } => output.Fill((c, y, x) => inputs[0][(c * r + y % r) * r + x % r, y / r, x / r]),
        PixelUnshuffle { Factor: var r } => output.Fill((c, y, x) => inputs[0][c / (r * r), y * r + c / r % r, x * r + c % r]),
        BatchNorm2d norm => Normalise(norm, inputs[0], output),
        Linear linear => Connect(linear, inputs[0], output),
        Flatten or Unflatten => new Map(output.Shape, inputs[0].Values),
        ReLU => output.From(inputs[0], v => Math.Max(v, 0)),
        LeakyReLU leaky => output.From(inputs[0], v => v > 0 ? v : leaky.Slope * v),
        PReLU prelu => LeakBy(Values(prelu, "weight"), inputs[0], output),
        ELU { Alpha: var alpha } => output.From(inputs[0], v => v > 0 ? v : alpha * (Math.Exp(v) - 1)),
        SELU => output.From(inputs[0], v => SELU.Scale * (v > 0 ? v : SELU.Alpha * (Math.Exp(v) - 1))),
        GELU => output.From(inputs[0], v => v * (1 + Erf(v / Math.Sqrt(2))) / 2),
        SiLU => output.From(inputs[0], v => v / (1 + Math.Exp(-v))),
        Sigmoid => output.From(inputs[0], v => 1 / (1 + Math.Exp(-v))),
        Tanh => output.From(inputs[0], Math.Tanh),
        Clamp clamp => output.From(inputs[0], v => Math.Clamp(v, clamp.Min, clamp.Max)),
        Affine affine => output.From(inputs[0], v => affine.Factor * v + affine.Offset),
        Scale scale => Weigh(Values(scale, "weight"), inputs[0], output),
        Identity or Dropout => inputs[0],
        Add => output.Fill((c, y, x) => inputs.Sum(input => input.Shared(c, y, x))),
        Subtract => output.Fill((c, y, x) => inputs[0].Shared(c, y, x) - inputs[1].Shared(c, y, x)),
        Multiply => output.Fill((c, y, x) => inputs.Aggregate(1.0, (product, input) => product * input.Shared(c, y, x))),
        Concat => new Map(output.Shape, [.. inputs.SelectMany(input => input.Values)]),
        Slice slice => output.Fill((c, y, x) => inputs[0][slice.Start + c, y, x]),
        _ => throw layer.Wrong("the reference evaluator does not know it"),
    };

    /// <summary>out[o, y, x] = bias[o] + Σ weight[o, i, dy, dx] · in[i, y·stride − padding + dy, x·stride − padding + dx].</summary>
    private Map Convolve(Conv2d conv, Map input, Map output)
    {
        Map weight = Weight(conv, conv.OutChannels * conv.InChannels, conv.Kernel);
        StartWithBias(output, conv.Bias ? Values(conv, "bias") : null);
        weight.ForEach((pair, dy, dx, w) =>
        {
            var (o, i) = Math.DivRem(pair, conv.InChannels);
            for (int y = 0; y < output.Shape.Height; y++)
                if (input.Row(i, y * conv.Stride - conv.Padding + dy) is { IsEmpty: false } from)
                    AddEvery(output.Row(o, y), w, from, conv.Stride, dx - conv.Padding);
        });
        return output;
    }

    /// <summary>out[o, y·stride − padding + dy, x·stride − padding + dx] collects weight[i, o, dy, dx] · in[i, y, x], as in the
    /// gradient of a convolution.</summary>
    private Map ConvolveTransposed(ConvTranspose2d conv, Map input, Map output)
    {
        Map weight = Weight(conv, conv.InChannels * conv.OutChannels, conv.Kernel);
        StartWithBias(output, conv.Bias ? Values(conv, "bias") : null);
        weight.ForEach((pair, dy, dx, w) =>
        {
            var (i, o) = Math.DivRem(pair, conv.OutChannels);
            for (int y = 0; y < input.Shape.Height; y++)
                if (output.Row(o, y * conv.Stride - conv.Padding + dy) is { IsEmpty: false } to)
                    SpreadOver(to, w, input.Row(i, y), conv.Stride, dx - conv.Padding);
        });
        return output;
    }

    private Map Weight(Layer layer, int pairs, int kernel) => new(new(pairs, kernel, kernel), Doubles(Values(layer, "weight")));

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, v => (double)v);

    private static void StartWithBias(Map output, float[]? bias) => output.Fill((o, _, _) => bias?[o] ?? 0);

    /// <summary>to[x] += w · from[x·stride + first], where that is inside.</summary>
    private static void AddEvery(Span<double> to, double w, ReadOnlySpan<double> from, int stride, int first)
    {
        for (int x = 0, at = first; x < to.Length; x++, at += stride)
            if ((uint)at < (uint)from.Length)
                to[x] += w * from[at];
    }

    /// <summary>to[x·stride + first] += w · from[x], where that is inside.</summary>
    private static void SpreadOver(Span<double> to, double w, ReadOnlySpan<double> from, int stride, int first)
    {
        for (int x = 0, at = first; x < from.Length; x++, at += stride)
            if ((uint)at < (uint)to.Length)
                to[at] += w * from[x];
    }

    private static Map LeakBy(float[] weight, Map input, Map output) => output.Fill((c, y, x) =>
        input[c, y, x] is > 0 and var v ? v : weight[weight.Length == 1 ? 0 : c] * input[c, y, x]);

    private static Map Weigh(float[] weight, Map input, Map output) => output.Fill((c, y, x) => weight[c] * input[c, y, x]);

    /// <summary>2/√π · exp(−x²) · Σ 2ⁿ·x²ⁿ⁺¹ / (1·3·…·(2n+1)), a series whose terms have one sign (Abramowitz, Stegun, 7.1.6).</summary>
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
            return Math.Sign(x);
        double sum = 0, term = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            sum += term;
            term *= 2 * x * x / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private Map Normalise(BatchNorm2d norm, Map input, Map output)
    {
        float[] weight = Values(norm, "weight"), bias = Values(norm, "bias");
        float[] mean = Values(norm, "running_mean"), variance = Values(norm, "running_var");
        return output.Fill((c, y, x) => (input[c, y, x] - mean[c]) / Math.Sqrt(variance[c] + norm.Epsilon) * weight[c] + bias[c]);
    }

    private Map Connect(Linear linear, Map input, Map output)
    {
        float[] weight = Values(linear, "weight");
        float[]? bias = linear.Bias ? Values(linear, "bias") : null;
        return output.Fill((o, _, _) =>
        {
            double sum = bias?[o] ?? 0;
            for (int i = 0; i < linear.InFeatures; i++)
                sum += weight[o * linear.InFeatures + i] * input.Values[i];
            return sum;
        });
    }

    /// <summary>The values of block (y, x) of a channel.</summary>
    private static IEnumerable<double> Block(Map input, int size, int c, int y, int x) =>
        from dy in Enumerable.Range(0, size) from dx in Enumerable.Range(0, size) select input[c, y * size + dy, x * size + dx];

    private float[] Values(Layer layer, string field) => parameters[$"{layer.Name}.{field}"].Values;
}
