namespace Denoise.Network;

/// <summary>A setting of a layer for height and for width, such as a kernel's. In JSON one number where both are the same, otherwise
/// <c>[height, width]</c>.</summary>
/// <param name="Height">For the height.</param>
/// <param name="Width">For the width.</param>
public sealed record Sides(int Height, int Width)
{
    /// <summary>The same for both.</summary>
    public static implicit operator Sides(int both) => new(both, both);

    /// <summary>The value for one axis.</summary>
    internal int Along(Axis axis) => axis == Axis.Height ? Height : Width;

    /// <summary>Both multiplied.</summary>
    internal double Area => (double)Height * Width;

    internal bool AreAll(Func<int, bool> condition) => condition(Height) && condition(Width);

    /// <summary>Such as <c>3</c> or <c>3×5</c>.</summary>
    public override string ToString() => Height == Width ? $"{Height}" : $"{Height}×{Width}";
}

/// <summary>A layer may do different things along the height and along the width.</summary>
internal enum Axis
{
    Height,
    Width,
}
