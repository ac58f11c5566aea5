namespace Denoise.Export;

/// <summary>The type of the values between a model's input and output.</summary>
public enum Precision
{
    /// <summary>Single precision.</summary>
    Float32,

    /// <summary>Half: 11 bits of precision, up to 65,504; half the size and, on a GPU, faster.</summary>
    Float16,
}

/// <summary>The type of a model's input and output.</summary>
public enum PixelType
{
    /// <summary>0 black to 1 white.</summary>
    Float32,

    /// <summary>0 black to 1 white, in half precision.</summary>
    Float16,

    /// <summary>0 black to 255 white; the model scales, and rounds and clips what it gives.</summary>
    UInt8,
}

/// <summary>How a network is written as ONNX. The defaults suit any runtime of the last years.</summary>
public sealed record ExportOptions
{
    /// <summary>All defaults.</summary>
    public static readonly ExportOptions Default = new();

    /// <summary>The operator set, <see cref="Opsets.Lowest"/> to <see cref="Opsets.Highest"/>.</summary>
    public int Opset { get; init; } = Opsets.Default;

    /// <summary>The input's shape, N,C,H,W; null leaves N, H and W open under these names.</summary>
    public InputShape? InputShape { get; init; }

    /// <summary>The input's name.</summary>
    public string InputName { get; init; } = "noisy";

    /// <summary>The output's name.</summary>
    public string OutputName { get; init; } = "denoised";

    /// <summary>The type of weights and arithmetic.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>The type of input and output.</summary>
    public PixelType Pixels { get; init; } = PixelType.Float32;

    /// <summary>Whether batch normalisations become part of the layers before them; the result is the same.</summary>
    public bool FoldBatchNorm { get; init; } = true;

    /// <summary>The largest difference from the reference evaluator, where white is 1; it grows with the largest output beyond 1.</summary>
    /// <remarks>float16 has steps of 5e-4 at 1 and of 8e-3 at 16, as values before a sigmoid may be, and each layer rounds;
    /// float32 differs from double by about 1e-7 a layer.</remarks>
    internal double Tolerance => Precision == Precision.Float16 || Pixels == PixelType.Float16 ? 1e-2 : 1e-5;
}
