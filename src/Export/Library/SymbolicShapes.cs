using Denoise.Export.Onnx;
using Denoise.Network;

namespace Denoise.Export;

/// <summary>One dimension of a value: a number, or a name such as <c>H</c> or <c>(W-4)/8</c>.</summary>
internal readonly record struct Dimension(int? Size, string? Symbol)
{
    public static implicit operator Dimension(int size) => new(size, null);

    public static implicit operator Dimension(string symbol) => new(null, symbol);

    public TensorShapeProto.Types.Dimension ToProto() =>
        Size is { } size ? new() { DimValue = size } : new() { DimParam = Symbol };
}

/// <summary>The shapes of all layers' outputs in terms of the input's N, H and W.</summary>
/// <remarks>At valid sizes every layer's height is a straight line in H, so two valid sizes give it exactly.</remarks>
internal sealed class SymbolicShapes
{
    private readonly Architecture _architecture;
    private readonly Shape[] _small;
    private readonly Shape[] _large;
    private readonly int _size;
    private readonly int _step;

    public SymbolicShapes(Architecture architecture)
    {
        _architecture = architecture;
        _size = architecture.Sizes.Minimum;
        _step = architecture.Sizes.Multiple;
        int[] fixedSize = architecture.InputSize ?? [_size, _size];
        _small = architecture.ShapesAt(fixedSize[0], fixedSize[1]);
        _large = architecture.InputSize is null ? architecture.ShapesAt(_size + _step, _size + _step) : _small;
    }

    public Dimension[] Input => _architecture.InputSize is [var height, var width]
        ? ["N", _architecture.Channels, height, width]
        : ["N", _architecture.Channels, "H", "W"];

    /// <summary>The output shape of the layer at a position.</summary>
    public Dimension[] Of(int layer)
    {
        Shape small = _small[layer], large = _large[layer];
        return small.IsFlat
            ? ["N", small.Channels]
            : ["N", small.Channels, Line("H", small.Height, large.Height), Line("W", small.Width, large.Width)];
    }

    /// <summary>C of the layer's output; −1 is the network's input.</summary>
    public int ChannelsOf(int layer) => layer < 0 ? _architecture.Channels : _small[layer].Channels;

    /// <summary>The line through (size, low) and (size + step, high), as text.</summary>
    private Dimension Line(string symbol, int low, int high)
    {
        if (low == high)
            return low;
        int common = Gcd(high - low, _step);
        int numerator = (high - low) / common, denominator = _step / common;
        int offset = low * denominator - numerator * _size;
        string scaled = numerator == 1 ? symbol : $"{numerator}*{symbol}";
        string sum = offset == 0 ? scaled : $"{scaled}{offset:+0;-0}";
        return denominator == 1 ? sum : offset == 0 ? $"{sum}/{denominator}" : $"({sum})/{denominator}";
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
