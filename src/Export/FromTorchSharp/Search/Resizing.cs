using F = TorchSharp.torch.nn.functional;

namespace Denoise.Export.FromTorchSharp;

/// <summary>Operators between maps. The shapes leave few settings to try.</summary>
internal static class Resizing
{
    private const int Largest = 8;

    public static readonly Operator Mean = new("mean", name => new GlobalAvgPool2d(name), x => x.mean([2, 3], keepdim: true));

    /// <summary>Those that could make one shape of another in all trials.</summary>
    public static IEnumerable<Operator> Between(Value from, Value to) =>
        Scales(from, to, 1, _ => 1) ? [Mean] : [.. Factors(from, to), .. Windows(from, to), .. Borders(from, to)];

    public static Operator[] Pools(int kernel, int stride, int padding) =>
    [
        new("max_pool", name => new MaxPool2d(name, kernel, stride, padding), x => F.max_pool2d(x, kernel, stride, padding)),
        new("avg_pool", name => new AvgPool2d(name, kernel, stride, padding), x => F.avg_pool2d(x, kernel, stride, padding)),
    ];

    public static Operator[] Enlargements(int k) =>
    [
        new("upsample", name => new Upsample(name, k), x => F.interpolate(x, scale_factor: [k, k], mode: InterpolationMode.Nearest)),
        Bilinear(k, alignCorners: false),
        Bilinear(k, alignCorners: true),
    ];

    private static Operator Bilinear(int k, bool alignCorners) => new("upsample",
        name => new Upsample(name, k, Interpolation.Bilinear, alignCorners),
        x => F.interpolate(x, scale_factor: [k, k], mode: InterpolationMode.Bilinear, align_corners: alignCorners));

    private static IEnumerable<Operator> Factors(Value from, Value to)
    {
        for (int factor = 2; factor <= Largest; factor++)
        {
            int k = factor;
            if (Scales(from, to, 1, side => side * k))
                return Enlargements(k);
            if (Scales(from, to, k * k, side => side / k))
                return [new("unshuffle", name => new PixelUnshuffle(name, k), x => F.pixel_unshuffle(x, k))];
            if (Scales(to, from, k * k, side => side / k))
                return [new("shuffle", name => new PixelShuffle(name, k), x => F.pixel_shuffle(x, k))];
        }
        return [];
    }

    /// <summary>Pooling, first with windows side by side.</summary>
    private static IEnumerable<Operator> Windows(Value from, Value to)
    {
        if (from.Side(0) != to.Side(0) || from.Side(1) < to.Side(1))
            return [];
        return from stride in Enumerable.Range(1, Largest)
               from kernel in Enumerable.Range(1, Largest).OrderBy(kernel => Math.Abs(kernel - stride))
               from padding in Enumerable.Range(0, kernel / 2 + 1)
               where Scales(@from, to, 1, side => side + 2 * padding < kernel ? 0 : (side + 2 * padding - kernel) / stride + 1)
               from pool in Pools(kernel, stride, padding)
               select pool;
    }

    /// <summary>Pixels added around a map.</summary>
    private static IEnumerable<Operator> Borders(Value from, Value to)
    {
        int rows = (int)(to.Side(1) - from.Side(1)), columns = (int)(to.Side(2) - from.Side(2));
        bool isLarger = rows >= 0 && columns >= 0 && from.Shapes.Zip(to.Shapes).All(pair =>
            pair.Second.SequenceEqual([pair.First[0], pair.First[1], pair.First[2] + rows, pair.First[3] + columns]));
        if (!isLarger)
            return [];
        return from top in Enumerable.Range(0, rows + 1)
               from left in Enumerable.Range(0, columns + 1)
               where IsAt(@from, to, top, left)
               from mode in new[] { PaddingMode.Zeros, PaddingMode.Reflect, PaddingMode.Replicate }
               select Border(left, columns - left, top, rows - top, mode);
    }

    private static Operator Border(int left, int right, int top, int bottom, PaddingMode mode) => new("pad",
        name => new Pad(name, left, right, top, bottom, mode),
        x => F.pad(x, [left, right, top, bottom], mode switch
        {
            PaddingMode.Reflect => PaddingModes.Reflect,
            PaddingMode.Replicate => PaddingModes.Replicate,
            _ => PaddingModes.Constant,
        }));

    private static bool IsAt(Value part, Value whole, int top, int left)
    {
        using var scope = NewDisposeScope();
        Tensor inside = whole.Trials[0].narrow(2, top, part.Side(1)).narrow(3, left, part.Side(2));
        return inside.eq(part.Trials[0]).all().item<bool>();
    }

    /// <summary>Whether, in all trials, there are so many times the channels, and each side is this function of the other's.</summary>
    private static bool Scales(Value from, Value to, long channels, Func<long, long> side) =>
        from.Shapes.Zip(to.Shapes).All(pair => pair is ([_, var c, var h, var w], [_, var toC, var toH, var toW])
            && toC == channels * c && toH == side(h) && toW == side(w));
}
