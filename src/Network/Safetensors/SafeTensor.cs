namespace Denoise.Network.Safetensors;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="DType">As the format spells it: F32, F16, BF16, I64, …</param>
/// <param name="Shape">Dimensions, outermost first; empty for a scalar.</param>
/// <param name="Bytes">Little-endian, row-major.</param>
public sealed record SafeTensor(string DType, long[] Shape, ReadOnlyMemory<byte> Bytes)
{
    private static readonly Dictionary<string, int> ElementSizes = new()
    {
        ["BOOL"] = 1, ["U8"] = 1, ["I8"] = 1, ["F8_E5M2"] = 1, ["F8_E4M3"] = 1,
        ["I16"] = 2, ["U16"] = 2, ["F16"] = 2, ["BF16"] = 2,
        ["I32"] = 4, ["U32"] = 4, ["F32"] = 4,
        ["F64"] = 8, ["I64"] = 8, ["U64"] = 8,
    };

    /// <summary>Bytes of one element, or null for a dtype that is not known.</summary>
    internal static int? ElementSize(string dtype) => ElementSizes.TryGetValue(dtype, out int size) ? size : null;

    /// <summary>A float32 tensor.</summary>
    public static SafeTensor FromFloats(IEnumerable<int> shape, ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return new("F32", [.. shape.Select(d => (long)d)], bytes);
    }

    /// <summary>The values of an F32 tensor.</summary>
    /// <exception cref="FormatException">Another dtype.</exception>
    public float[] ToFloats()
    {
        if (DType != "F32")
            throw new FormatException($"Expected F32, found {DType}.");
        var values = new float[Bytes.Length / sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            values[i] = System.Buffers.Binary.BinaryPrimitives.ReadSingleLittleEndian(Bytes.Span[(i * sizeof(float))..]);
        return values;
    }
}
