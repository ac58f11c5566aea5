using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Denoise.Export.FromTorchSharp;

/// <summary>A layer that reads one value and has nothing to be found from it.</summary>
internal sealed record Operator(string Word, Func<string, Layer> Layer, Func<Tensor, Tensor> Compute)
{
    private const int LargestFactor = 8;

    /// <summary>Those that make each value of one.</summary>
    public static readonly Operator[] PerValue =
    [
        new("relu", name => new ReLU(name), x => x.relu()),
        new("sigmoid", name => new Sigmoid(name), x => x.sigmoid()),
        new("tanh", name => new Tanh(name), x => x.tanh()),
        new("silu", name => new SiLU(name), x => x.silu()),
        new("gelu", name => new GELU(name), x => x.gelu()),
        new("elu", name => new ELU(name), x => x.elu(1, 1, 1)),
        new("selu", name => new SELU(name), x => x.selu()),
    ];

    public Step Of(Value input) => new(Word, Layer, x => Compute(x[0]), [input]);

    /// <summary>Whether it makes some of a value's places of those of a value of the same shape.</summary>
    public bool MayMake(Value target, Samples samples, Value from)
    {
        using var scope = NewDisposeScope();
        double[] made = Compute(tensor(from.Samples(target))).data<double>().ToArray();
        return samples.Agree(i => made[i], from);
    }

    /// <summary>Those that may be the first of two.</summary>
    public static IEnumerable<Operator> First(Value from) =>
        from.IsMap ? [.. PerValue, .. Smaller(2), Flatten, .. Larger(2)] : PerValue;

    /// <summary>Those that could make one shape of another in all trials.</summary>
    public static IEnumerable<Operator> Between(Value from, Value to)
    {
        if (!from.IsMap)
            return to.IsMap ? Unflattened(to) : [];
        return to.IsMap ? Enumerable.Range(2, LargestFactor - 1).SelectMany(factor => Resizing(from, to, factor)) : [Flatten];
    }

    private static Operator Flatten { get; } = new("flatten", name => new Flatten(name), x => x.flatten(1));

    private static IEnumerable<Operator> Unflattened(Value to)
    {
        bool same = Enumerable.Range(0, to.Trials.Length).All(i => to.Shape(i).SequenceEqual(to.Shape(0)));
        var (c, h, w) = ((int)to.Side(0), (int)to.Side(1), (int)to.Side(2));
        return same ? [new("unflatten", name => new Unflatten(name, c, h, w), x => x.reshape(-1, c, h, w))] : [];
    }

    private static IEnumerable<Operator> Resizing(Value from, Value to, int k) =>
        Scales(from, to, 1, side => side / k) ? Smaller(k)
        : Scales(from, to, 1, side => side * k) ? Larger(k)
        : Scales(from, to, k * k, side => side / k) ? [new("unshuffle", name => new PixelUnshuffle(name, k), x => F.pixel_unshuffle(x, k))]
        : Scales(to, from, k * k, side => side / k) ? [new("shuffle", name => new PixelShuffle(name, k), x => F.pixel_shuffle(x, k))]
        : [];

    private static Operator[] Smaller(int k) =>
    [
        new("max_pool", name => new MaxPool2d(name, k), x => F.max_pool2d(x, k)),
        new("avg_pool", name => new AvgPool2d(name, k), x => F.avg_pool2d(x, k)),
    ];

    private static Operator[] Larger(int k) =>
    [
        new("upsample", name => new Upsample(name, k), x => F.interpolate(x, scale_factor: [k, k], mode: InterpolationMode.Nearest)),
    ];

    /// <summary>Whether, in all trials, there are so many times the channels, and each side is this function of the other's.</summary>
    private static bool Scales(Value from, Value to, long channels, Func<long, long> side) =>
        from.Trials.Zip(to.Trials).All(pair => pair.Second.shape.AsSpan(1) is [var c, var h, var w]
            && c == channels * pair.First.shape[1] && h == side(pair.First.shape[2]) && w == side(pair.First.shape[3]));
}
