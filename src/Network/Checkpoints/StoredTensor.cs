namespace Denoise.Network.Checkpoints;

/// <summary>One tensor of a file, in the form that all formats share.</summary>
/// <param name="DType">The type of its elements.</param>
/// <param name="Shape">Dimensions, outermost first; empty for a scalar.</param>
/// <param name="Bytes">Little-endian, row-major.</param>
public sealed record StoredTensor(DType DType, long[] Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>PyTorch gives a tensor no more dimensions than these.</summary>
    internal const int MaxRank = 64;

    /// <summary>The shape as text, e.g. <c>32×1×3×3</c>.</summary>
    public string ShapeText => Shape.Length == 0 ? "scalar" : string.Join('×', Shape);

    /// <summary>Number of values.</summary>
    public long Count => Bytes.Length / DType.Size();

    /// <summary>Whether <see cref="ToFloats"/> can widen or narrow the values.</summary>
    public bool IsFloat => DType is DType.F32 or DType.F16 or DType.BF16 or DType.F64;

    /// <summary>A float32 tensor.</summary>
    public static StoredTensor FromFloats(IEnumerable<int> shape, ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return new(DType.F32, [.. shape.Select(d => (long)d)], bytes);
    }

    /// <summary>The values of a floating-point tensor as float32.</summary>
    /// <exception cref="FormatException">Another type than F32, F16, BF16 and F64, or a float64 beyond float32's range.</exception>
    public float[] ToFloats() => DType switch
    {
        DType.F32 => Decode(sizeof(float), BinaryPrimitives.ReadSingleLittleEndian),
        DType.F16 => Decode(sizeof(ushort), bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes)),
        DType.BF16 => Decode(sizeof(ushort), bytes => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16)),
        DType.F64 => Decode(sizeof(double), bytes => Narrow(BinaryPrimitives.ReadDoubleLittleEndian(bytes))),
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
            throw new FormatException(FormattableString.Invariant($"The value {value:g4} is beyond float32's range."));
        return narrow;
    }
}
