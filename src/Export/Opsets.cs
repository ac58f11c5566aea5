namespace Denoise.Export;

/// <summary>The versions of ONNX's operator set that the exporter writes.</summary>
public static class Opsets
{
    /// <summary>The lowest that is written.</summary>
    public const int Lowest = 11;

    /// <summary>The highest that is written.</summary>
    public const int Highest = 21;

    /// <summary>Nothing here needs a later one, and some operators of later ones have no CUDA kernel in shipped runtimes.</summary>
    public const int Default = 17;

    /// <summary>The lowest for int8: from here on QuantizeLinear and DequantizeLinear take a scale for each channel.</summary>
    public const int LowestQuantized = 13;

    /// <summary>The file format's version that came with an operator set; runtimes refuse an older one.</summary>
    /// <remarks>https://github.com/onnx/onnx/blob/main/docs/Versioning.md#released-versions.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Not from <see cref="Lowest"/> to <see cref="Highest"/>.</exception>
    public static int IrVersion(int opset) => opset switch
    {
        11 => 6,
        >= 12 and <= 14 => 7,
        >= 15 and <= 18 => 8,
        19 or 20 => 9,
        21 => 10,
        _ => throw new ArgumentOutOfRangeException(nameof(opset), $"Opset {opset} is not written, expected {Lowest} to {Highest}."),
    };
}
