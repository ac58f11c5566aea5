using Denoise.Network;

namespace Denoise.Export;

/// <summary>The shapes of all layers' outputs in terms of the input's.</summary>
/// <remarks>At valid sizes every layer's height is a straight line in H, so two valid sizes give it exactly.</remarks>
internal sealed class SymbolicShapes
{
    private readonly InputShape _input;
    private readonly Shape[] _small;
    private readonly Shape[] _large;
    private readonly int _size;
    private readonly int _step;

    public SymbolicShapes(Architecture architecture, InputShape input)
    {
        _input = input;
        _size = architecture.Sizes.Minimum;
        _step = architecture.Sizes.Multiple;
        _small = architecture.ShapesAt(input.H.Size ?? _size, input.W.Size ?? _size);
        _large = architecture.ShapesAt(input.H.Size ?? _size + _step, input.W.Size ?? _size + _step);
    }

    public Dimension[] Input => [_input.N, _input.C, _input.H, _input.W];

    /// <summary>The noise level's shape for the layers: one value for each pixel.</summary>
    public Dimension[] Sigma => [_input.N, 1, _input.H, _input.W];

    /// <summary>The output shape of the layer at a position.</summary>
    public Dimension[] Of(int layer)
    {
        Shape small = _small[layer], large = _large[layer];
        return small.IsFlat
            ? [_input.N, small.Channels]
            : [_input.N, small.Channels, Line(_input.H, small.Height, large.Height), Line(_input.W, small.Width, large.Width)];
    }

    /// <summary>The line through (size, low) and (size + step, high), as text.</summary>
    private Dimension Line(Dimension side, int low, int high)
    {
        if (low == high)
            return low;
        int common = Gcd(high - low, _step);
        int numerator = (high - low) / common, denominator = _step / common;
        int offset = low * denominator - numerator * _size;
        string scaled = numerator == 1 ? side.Symbol! : $"{numerator}*{side.Symbol}";
        string sum = offset == 0 ? scaled : $"{scaled}{offset:+0;-0}";
        return denominator == 1 ? sum : offset == 0 ? $"{sum}/{denominator}" : $"({sum})/{denominator}";
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
