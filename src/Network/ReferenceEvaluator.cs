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
        MaxPool2d pool => output.Fill((c, y, x) => Window(pool, inputs[0], c, y, x).Max()),
        AvgPool2d pool => output.Fill((c, y, x) => Window(pool, inputs[0], c, y, x).Sum() / pool.Kernel.Area),
        GlobalAvgPool2d => output.Fill((c, _, _) => inputs[0].Channel(c).Average()),
        Upsample { Mode: Interpolation.Nearest } up => output.Fill((c, y, x) => inputs[0][c, y / up.Scale.Height, x / up.Scale.Width]),
        Upsample up => Interpolate(up, inputs[0], output),
        Pad pad => Padded(inputs[0], pad.Top, pad.Bottom, pad.Left, pad.Right, pad.Mode),
        PixelShuffle { Factor: var r } => output.Fill((c, y, x) => inputs[0][(c * r + y % r) * r + x % r, y / r, x / r]),
        PixelUnshuffle { Factor: var r } => output.Fill((c, y, x) => inputs[0][c / (r * r), y * r + c / r % r, x * r + c % r]),
        BatchNorm2d norm => Normalise(norm, inputs[0], output),
        LayerNorm2d norm => NormalisePixels(norm, inputs[0], output),
        InstanceNorm2d norm => NormaliseChannels(norm, inputs[0], output),
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

    /// <summary>out[o, y, x] = bias[o] + Σ weight[o, i, dy, dx] · in[i, y·stride + dy·dilation, x·stride + dx·dilation] of the padded
    /// input, over the channels i of o's group.</summary>
    private Map Convolve(Conv2d conv, Map input, Map output)
    {
        Sides p = conv.Padding;
        Map padded = Padded(input, p.Height, p.Height, p.Width, p.Width, conv.PaddingMode);
        int perOutput = conv.InChannels / conv.Groups, outputs = conv.OutChannels / conv.Groups;
        StartWithBias(output, conv.Bias ? Values(conv, "bias") : null);
        Weight(conv, conv.OutChannels * perOutput).ForEach((pair, dy, dx, w) =>
        {
            var (o, i) = Math.DivRem(pair, perOutput);
            for (int y = 0; y < output.Shape.Height; y++)
            {
                Span<double> from = padded.Row(o / outputs * perOutput + i, y * conv.Stride.Height + dy * conv.Dilation.Height);
                AddEvery(output.Row(o, y), w, from[(dx * conv.Dilation.Width)..], conv.Stride.Width);
            }
        });
        return output;
    }

    /// <summary>out[o, y·stride − padding + dy·dilation, x·stride − padding + dx·dilation] collects
    /// weight[i, o, dy, dx] · in[i, y, x], as in the gradient of a convolution, for the channels i of o's group.</summary>
    private Map ConvolveTransposed(ConvTranspose2d conv, Map input, Map output)
    {
        int perInput = conv.OutChannels / conv.Groups, inputs = conv.InChannels / conv.Groups;
        StartWithBias(output, conv.Bias ? Values(conv, "bias") : null);
        Weight(conv, conv.InChannels * perInput).ForEach((pair, dy, dx, w) =>
        {
            var (i, o) = Math.DivRem(pair, perInput);
            int top = dy * conv.Dilation.Height - conv.Padding.Height, left = dx * conv.Dilation.Width - conv.Padding.Width;
            for (int y = 0; y < input.Shape.Height; y++)
                if (output.Row(i / inputs * perInput + o, y * conv.Stride.Height + top) is { IsEmpty: false } to)
                    SpreadOver(to, w, input.Row(i, y), conv.Stride.Width, left);
        });
        return output;
    }

    private static Map Padded(Map input, int top, int bottom, int left, int right, PaddingMode mode)
    {
        if (top + bottom + left + right == 0)
            return input;
        var (channels, height, width) = (input.Shape.Channels, input.Shape.Height, input.Shape.Width);
        Shape shape = new(channels, height + top + bottom, width + left + right);
        return new Map(shape, new double[shape.Count]).Fill((c, y, x) =>
            mode.At(y - top, height) is { } fromY && mode.At(x - left, width) is { } fromX ? input[c, fromY, fromX] : 0);
    }

    private Map Weight(Convolution conv, int pairs) =>
        new(new(pairs, conv.Kernel.Height, conv.Kernel.Width), Doubles(Values(conv, "weight")));

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, v => (double)v);

    private static void StartWithBias(Map output, float[]? bias) => output.Fill((o, _, _) => bias?[o] ?? 0);

    /// <summary>to[x] += w · from[x·stride].</summary>
    private static void AddEvery(Span<double> to, double w, ReadOnlySpan<double> from, int stride)
    {
        for (int x = 0; x < to.Length; x++)
            to[x] += w * from[x * stride];
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

    /// <summary>2/√π · exp(−x²) · Σ 2ⁿ·x²ⁿ⁺¹ / (1·3·…·(2n+1)), a series of terms of one sign
    /// (Abramowitz, Stegun, 7.1.6).</summary>
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

    /// <summary>The values of a channel's window (y, x), as far as they are inside.</summary>
    private static IEnumerable<double> Window(Pool2d pool, Map input, int c, int y, int x) =>
        from atY in Enumerable.Range(y * pool.Stride.Height - pool.Padding.Height, pool.Kernel.Height)
        from atX in Enumerable.Range(x * pool.Stride.Width - pool.Padding.Width, pool.Kernel.Width)
        where atY >= 0 && atY < input.Shape.Height && atX >= 0 && atX < input.Shape.Width
        select input[c, atY, atX];

    private static Map Interpolate(Upsample up, Map input, Map output) => output.Fill((c, y, x) =>
    {
        var (top, bottom, down) = Between(y, input.Shape.Height, up.Scale.Height, up.AlignCorners);
        var (left, right, across) = Between(x, input.Shape.Width, up.Scale.Width, up.AlignCorners);
        return double.Lerp(double.Lerp(input[c, top, left], input[c, top, right], across),
            double.Lerp(input[c, bottom, left], input[c, bottom, right], across), down);
    });

    /// <summary>The pixels on both sides of an enlarged one, and its place between them from 0 to 1.</summary>
    private static (int First, int Second, double Share) Between(int place, int size, int scale, bool alignCorners)
    {
        double from = alignCorners ? place * (size - 1) / Math.Max(size * scale - 1.0, 1) : Math.Max((place + 0.5) / scale - 0.5, 0);
        int first = (int)from;
        return (first, Math.Min(first + 1, size - 1), from - first);
    }

    private Map NormalisePixels(LayerNorm2d norm, Map input, Map output)
    {
        float[] weight = Values(norm, "weight"), bias = Values(norm, "bias");
        for (int y = 0; y < input.Shape.Height; y++)
            for (int x = 0; x < input.Shape.Width; x++)
            {
                var (mean, root) = Statistics(Enumerable.Range(0, norm.Channels).Select(c => input[c, y, x]), norm.Epsilon);
                for (int c = 0; c < norm.Channels; c++)
                    output[c, y, x] = (input[c, y, x] - mean) / root * weight[c] + bias[c];
            }
        return output;
    }

    private Map NormaliseChannels(InstanceNorm2d norm, Map input, Map output)
    {
        float[]? weight = norm.Affine ? Values(norm, "weight") : null, bias = norm.Affine ? Values(norm, "bias") : null;
        var statistics = Enumerable.Range(0, norm.Channels).Select(c => Statistics(input.Channel(c), norm.Epsilon)).ToArray();
        return output.Fill((c, y, x) =>
            (input[c, y, x] - statistics[c].Mean) / statistics[c].Root * (weight?[c] ?? 1) + (bias?[c] ?? 0));
    }

    /// <summary>The mean, and the root of variance + epsilon.</summary>
    private static (double Mean, double Root) Statistics(IEnumerable<double> values, double epsilon)
    {
        double mean = values.Average();
        return (mean, Math.Sqrt(values.Average(v => (v - mean) * (v - mean)) + epsilon));
    }

    private float[] Values(Layer layer, string field) => parameters[$"{layer.Name}.{field}"].Values;
}
