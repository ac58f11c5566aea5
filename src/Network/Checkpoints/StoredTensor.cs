using System.Buffers.Binary;

namespace Denoise.Network.Checkpoints;

/// <summary>One tensor of a file, in the form that all formats share.</summary>
/// <param name="DType">As safetensors spells it: F32, F16, BF16, I64, …</param>
/// <param name="Shape">Dimensions, outermost first; empty for a scalar.</param>
/// <param name="Bytes">Little-endian, row-major.</param>
public sealed record StoredTensor(string DType, long[] Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>More dimensions than PyTorch gives a tensor are no tensor's.</summary>
    internal const int MaxRank = 64;

    private static readonly Dictionary<string, int> ElementSizes = new()
    {
        ["BOOL"] = 1, ["U8"] = 1, ["I8"] = 1, ["F8_E5M2"] = 1, ["F8_E4M3"] = 1,
        ["I16"] = 2, ["U16"] = 2, ["F16"] = 2, ["BF16"] = 2,
        ["I32"] = 4, ["U32"] = 4, ["F32"] = 4,
        ["F64"] = 8, ["I64"] = 8, ["U64"] = 8,
    };

    /// <summary>The shape as text, e.g. <c>32×1×3×3</c>.</summary>
    public string ShapeText => Shape.Length == 0 ? "scalar" : string.Join('×', Shape);

    /// <summary>Number of values.</summary>
    public long Count => Bytes.Length / ElementSizes[DType];

    /// <summary>Whether <see cref="ToFloats"/> can widen or narrow the values.</summary>
    public bool IsFloat => DType is "F32" or "F16" or "BF16" or "F64";

    /// <summary>Bytes of one element, or null for a dtype that is not known.</summary>
    internal static int? ElementSize(string dtype) => ElementSizes.TryGetValue(dtype, out int size) ? size : null;

    /// <summary>Bytes of a tensor, or null where the product overflows.</summary>
    internal static long? ByteCount(int elementSize, IEnumerable<long> shape)
    {
        try
        {
            return shape.Aggregate((long)elementSize, (product, dimension) => checked(product * dimension));
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>A float32 tensor.</summary>
    public static StoredTensor FromFloats(IEnumerable<int> shape, ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return new("F32", [.. shape.Select(d => (long)d)], bytes);
    }

    /// <summary>The values of a floating-point tensor as float32.</summary>
    /// <exception cref="FormatException">Integers or another dtype that is not floating-point, or a float64 beyond float32's range.</exception>
    public float[] ToFloats() => DType switch
    {
        "F32" => Decode(sizeof(float), BinaryPrimitives.ReadSingleLittleEndian),
        "F16" => Decode(sizeof(ushort), bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes)),
        "BF16" => Decode(sizeof(ushort), bytes => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16)),
        "F64" => Decode(sizeof(double), bytes => Narrow(BinaryPrimitives.ReadDoubleLittleEndian(bytes))),
        _ => throw new FormatException($"Expected F32, F16, BF16 or F64, found {DType}."),
    };

    private float[] Decode(int size, Func<ReadOnlySpan<byte>, float> read)
    {
        ReadOnlySpan<byte> bytes = Bytes.Span;
        var values = new float[bytes.Length / size];
        for (int i = 0; i < values.Length; i++)
            values[i] = read(bytes[(i * size)..]);
        return values;
    }

    private static float Narrow(double value)
    {
        float narrow = (float)value;
        if (float.IsInfinity(narrow) && double.IsFinite(value))
            throw new FormatException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The value {value:g4} is beyond float32's range."));
        return narrow;
    }
}
