namespace Denoise.Network.Checkpoints;

/// <summary>The type of a tensor's elements, spelled as in safetensors: F float, BF bfloat, I and U integers, each with its bits.</summary>
public enum DType
{
#pragma warning disable CS1591 // the names say it
    F64, F32, F16, BF16, F8_E5M2, F8_E4M3, I64, I32, I16, I8, U64, U32, U16, U8, BOOL,
#pragma warning restore CS1591
}

internal static class DTypes
{
    private static readonly Dictionary<string, DType> ByName = Enum.GetValues<DType>().ToDictionary(type => type.ToString());

    /// <summary>The type of a name in a file, or null for one that is not known.</summary>
    public static DType? Find(string name) => ByName.TryGetValue(name, out DType type) ? type : null;

    /// <summary>Bytes of one element.</summary>
    public static int Size(this DType type) => type switch
    {
        DType.F64 or DType.I64 or DType.U64 => 8,
        DType.F32 or DType.I32 or DType.U32 => 4,
        DType.F16 or DType.BF16 or DType.I16 or DType.U16 => 2,
        _ => 1,
    };

    /// <summary>Bytes of a tensor, or null where the product overflows.</summary>
    public static long? ByteCount(this DType type, IEnumerable<long> shape)
    {
        try
        {
            return shape.Aggregate((long)type.Size(), (product, dimension) => checked(product * dimension));
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
