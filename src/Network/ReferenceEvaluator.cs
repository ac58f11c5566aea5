namespace Denoise.Network;

/// <summary>A slow, obvious evaluator in double precision: the referee between torch and ONNX Runtime.</summary>
/// <remarks>Every layer is written as its definition reads in the PyTorch documentation, one output value at a time.</remarks>
public sealed class ReferenceEvaluator(Architecture architecture, IReadOnlyDictionary<string, ParameterValues> parameters)
{
    /// <summary>Runs the network.</summary>
    /// <param name="input">N×C×H×W, row-major, in [0,1].</param>
    /// <returns>N×C×H×W.</returns>
    /// <exception cref="ArchitectureException">A layer cannot take this size.</exception>
    public double[] Run(ReadOnlySpan<float> input, int batch, int height, int width)
    {
        int perImage = architecture.Channels * height * width;
        if (input.Length != batch * perImage)
            throw new ArgumentException($"Expected {batch}×{architecture.Channels}×{height}×{width} = {batch * perImage} values, found {input.Length}.", nameof(input));
        Shape[] shapes = architecture.ShapesAt(height, width);
        var result = new double[input.Length];
        for (int n = 0; n < batch; n++)
        {
            double[] image = [.. input.Slice(n * perImage, perImage).ToArray().Select(v => (double)v)];
            RunOne(image, height, width, shapes)[^1].Values.CopyTo(result, n * perImage);
        }
        return result;
    }

    /// <summary>Every layer's output for one image.</summary>
    /// <param name="input">C×H×W, row-major, in [0,1].</param>
    /// <returns>In the order of the architecture's layers; each C×H×W of its own.</returns>
    /// <exception cref="ArchitectureException">A layer cannot take this size.</exception>
    public double[][] RunLayers(ReadOnlySpan<float> input, int height, int width) =>
        [.. RunOne([.. input.ToArray().Select(v => (double)v)], height, width, architecture.ShapesAt(height, width)).Select(map => map.Values)];

    private Map[] RunOne(double[] image, int height, int width, Shape[] shapes)
    {
        var input = new Map(new(architecture.Channels, height, width), image);
        var maps = new Map[shapes.Length];
        for (int i = 0; i < maps.Length; i++)
        {
            Map[] from = [.. architecture.InputsOf(i).Select(k => k < 0 ? input : maps[k])];
            maps[i] = Evaluate(architecture.Layers[i], from, new Map(shapes[i], new double[shapes[i].Count]));
        }
        return maps;
    }

    private Map Evaluate(Layer layer, Map[] inputs, Map output) => layer switch
    {
        Conv2d conv => Convolve(conv, inputs[0], output),
        ConvTranspose2d conv => ConvolveTransposed(conv, inputs[0], output),
        MaxPool2d pool => output.Fill((c, y, x) => Block(pool.Kernel).Max(d => inputs[0][c, y * pool.Kernel + d.Y, x * pool.Kernel + d.X])),
        AvgPool2d pool => output.Fill((c, y, x) => Block(pool.Kernel).Average(d => inputs[0][c, y * pool.Kernel + d.Y, x * pool.Kernel + d.X])),
        Upsample up => output.Fill((c, y, x) => inputs[0][c, y / up.Scale, x / up.Scale]),
        PixelShuffle s => output.Fill((c, y, x) => inputs[0][(c * s.Factor + y % s.Factor) * s.Factor + x % s.Factor, y / s.Factor, x / s.Factor]),
        PixelUnshuffle u => output.Fill((c, y, x) => Unshuffled(inputs[0], u.Factor, c, y, x)),
        BatchNorm2d norm => Normalise(norm, inputs[0], output),
        Linear linear => Multiply(linear, inputs[0], output),
        Flatten or Unflatten => new Map(output.Shape, inputs[0].Values),
        ReLU => output.From(inputs[0], v => Math.Max(v, 0)),
        LeakyReLU leaky => output.From(inputs[0], v => v > 0 ? v : leaky.Slope * v),
        Sigmoid => output.From(inputs[0], v => 1 / (1 + Math.Exp(-v))),
        Add => output.Fill((c, y, x) => inputs.Sum(input => input[c, y, x])),
        Concat => new Map(output.Shape, [.. inputs.SelectMany(input => input.Values)]),
        _ => throw layer.Wrong("the reference evaluator does not know it"),
    };

    private Map Convolve(Conv2d conv, Map input, Map output)
    {
        float[] weight = Values(conv, "weight");
        float[]? bias = conv.Bias ? Values(conv, "bias") : null;
        int k = conv.Kernel;
        return output.Fill((o, y, x) =>
        {
            double sum = bias?[o] ?? 0;
            for (int i = 0; i < conv.InChannels; i++)
                for (int dy = 0; dy < k; dy++)
                    for (int dx = 0; dx < k; dx++)
                        sum += weight[((o * conv.InChannels + i) * k + dy) * k + dx]
                            * input.OrZero(i, y * conv.Stride - conv.Padding + dy, x * conv.Stride - conv.Padding + dx);
            return sum;
        });
    }

    /// <summary>Scatters each input value over the output, as the gradient of a convolution does.</summary>
    private Map ConvolveTransposed(ConvTranspose2d conv, Map input, Map output)
    {
        float[] weight = Values(conv, "weight");
        float[]? bias = conv.Bias ? Values(conv, "bias") : null;
        int k = conv.Kernel;
        output.Fill((o, _, _) => bias?[o] ?? 0);
        input.ForEach((i, y, x, value) =>
        {
            for (int o = 0; o < conv.OutChannels; o++)
                for (int dy = 0; dy < k; dy++)
                    for (int dx = 0; dx < k; dx++)
                        output.AddIfInside(o, y * conv.Stride - conv.Padding + dy, x * conv.Stride - conv.Padding + dx,
                            value * weight[((i * conv.OutChannels + o) * k + dy) * k + dx]);
        });
        return output;
    }

    private Map Normalise(BatchNorm2d norm, Map input, Map output)
    {
        float[] weight = Values(norm, "weight"), bias = Values(norm, "bias");
        float[] mean = Values(norm, "running_mean"), variance = Values(norm, "running_var");
        return output.Fill((c, y, x) => (input[c, y, x] - mean[c]) / Math.Sqrt(variance[c] + norm.Epsilon) * weight[c] + bias[c]);
    }

    private Map Multiply(Linear linear, Map input, Map output)
    {
        float[] weight = Values(linear, "weight");
        float[]? bias = linear.Bias ? Values(linear, "bias") : null;
        return output.Fill((o, _, _) =>
            (bias?[o] ?? 0) + Enumerable.Range(0, linear.InFeatures).Sum(i => weight[o * linear.InFeatures + i] * input.Values[i]));
    }

    private static double Unshuffled(Map input, int r, int c, int y, int x) =>
        input[c / (r * r), y * r + c / r % r, x * r + c % r];

    private static IEnumerable<(int Y, int X)> Block(int size) =>
        from y in Enumerable.Range(0, size) from x in Enumerable.Range(0, size) select (y, x);

    private float[] Values(Layer layer, string field) => parameters[$"{layer.Name}.{field}"].Values;

    /// <summary>One image's values at one layer, C×H×W.</summary>
    private sealed record Map(Shape Shape, double[] Values)
    {
        public double this[int c, int y, int x] => Values[Index(c, y, x)];

        private int Index(int c, int y, int x) => (c * Shape.Height + y) * Shape.Width + x;

        private bool IsInside(int y, int x) => y >= 0 && y < Shape.Height && x >= 0 && x < Shape.Width;

        public double OrZero(int c, int y, int x) => IsInside(y, x) ? this[c, y, x] : 0;

        public void AddIfInside(int c, int y, int x, double value)
        {
            if (IsInside(y, x))
                Values[Index(c, y, x)] += value;
        }

        public Map Fill(Func<int, int, int, double> value)
        {
            for (int c = 0; c < Shape.Channels; c++)
                for (int y = 0; y < Shape.Height; y++)
                    for (int x = 0; x < Shape.Width; x++)
                        Values[Index(c, y, x)] = value(c, y, x);
            return this;
        }

        public Map From(Map input, Func<double, double> f) => Fill((c, y, x) => f(input[c, y, x]));

        public void ForEach(Action<int, int, int, double> visit)
        {
            for (int c = 0; c < Shape.Channels; c++)
                for (int y = 0; y < Shape.Height; y++)
                    for (int x = 0; x < Shape.Width; x++)
                        visit(c, y, x, this[c, y, x]);
        }
    }
}
