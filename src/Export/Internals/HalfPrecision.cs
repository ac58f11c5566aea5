using System.Globalization;

namespace Denoise.Export;

/// <summary>Weights as float16.</summary>
internal static class HalfPrecision
{
    /// <summary>Each value rounded to the nearest half.</summary>
    /// <exception cref="OverflowException">A value that rounds to infinity.</exception>
    public static Half[] Of(string name, ReadOnlySpan<float> values)
    {
        var halves = new Half[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            halves[i] = (Half)values[i];
            if (Half.IsInfinity(halves[i]) && float.IsFinite(values[i]))
                throw new OverflowException(string.Create(CultureInfo.InvariantCulture,
                    $"{name} holds {values[i]:G6}, and float16 ends at {(float)Half.MaxValue}; export it in float32."));
        }
        return halves;
    }
}
