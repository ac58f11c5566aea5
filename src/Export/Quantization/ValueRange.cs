namespace Denoise.Export;

/// <summary>The smallest and the largest number that a value of the graph takes on the calibration images.</summary>
internal readonly record struct ValueRange(float Min, float Max)
{
    /// <summary>Both ranges together.</summary>
    public ValueRange Union(ValueRange other) => new(Math.Min(Min, other.Min), Math.Max(Max, other.Max));

    /// <summary>The uint8 steps over the range: real = scale·(q − zero point). It is extended to hold 0 exactly, which padding
    /// needs.</summary>
    public (float Scale, byte ZeroPoint) Steps()
    {
        double min = Math.Min(Min, 0), max = Math.Max(Max, 0);
        double scale = (max - min) / byte.MaxValue;
        // The value is always 0.
        if (scale == 0)
            return (1, 0);
        return ((float)scale, (byte)Math.Clamp(Math.Round(-min / scale), byte.MinValue, byte.MaxValue));
    }
}
