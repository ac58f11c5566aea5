namespace Denoise.Network;

/// <summary>The size of one layer's output for one image: C×H×W, or a vector of F features after Flatten.</summary>
/// <param name="Channels">C, or F.</param>
/// <param name="Height">H in pixels, or 1.</param>
/// <param name="Width">W in pixels, or 1.</param>
/// <param name="IsFlat">Whether it is a vector.</param>
public readonly record struct Shape(int Channels, int Height, int Width, bool IsFlat = false)
{
    /// <summary>A vector of <paramref name="features"/> values.</summary>
    public static Shape Flat(int features) => new(features, 1, 1, IsFlat: true);

    /// <summary>Number of values for one image.</summary>
    public long Count => (long)Channels * Height * Width;

    /// <summary>Such as <c>32×14×14</c>.</summary>
    public override string ToString() => IsFlat ? $"{Channels}" : $"{Channels}×{Height}×{Width}";
}

/// <summary>One parameter or buffer of a layer: its name and its shape.</summary>
/// <param name="Name">Layer name, dot, field name, e.g. <c>conv1.weight</c>, as in a PyTorch state dict.</param>
/// <param name="Shape">Dimensions, outermost first; row-major.</param>
/// <param name="IsTrained">False for the running statistics of a batch norm.</param>
public sealed record ParameterSpec(string Name, int[] Shape, bool IsTrained = true)
{
    /// <summary>The value that all of it has when a training begins; null for random values.</summary>
    public float? Initial { get; init; }

    /// <summary>Number of values.</summary>
    public long Count => Shape.Aggregate(1L, (product, dimension) => checked(product * dimension));

    /// <summary>The shape as text, e.g. <c>32×1×3×3</c>.</summary>
    public string ShapeText => Shape.Length == 0 ? "scalar" : string.Join('×', Shape);
}
