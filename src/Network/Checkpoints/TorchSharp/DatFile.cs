namespace Denoise.Network.Checkpoints.Dat;

/// <summary>Writes the .dat files of TorchSharp's <c>module.save</c>; <see cref="DatReader"/> reads them.</summary>
/// <remarks>Source of the format: TorchSharp's Module.save and TensorExtensionMethods.Save. It has no magic number and no version.
/// LEB128 number of entries; for each a name (LEB128 byte length, UTF-8), LEB128 scalar type, LEB128 rank, that many LEB128
/// dimensions, and the elements, little-endian and row-major.</remarks>
public static class DatFile
{
    /// <summary>libtorch's numbers for the types.</summary>
    internal static readonly Dictionary<DType, long> ScalarTypes = new()
    {
        [DType.U8] = 0, [DType.I8] = 1, [DType.I16] = 2, [DType.I32] = 3, [DType.I64] = 4,
        [DType.F16] = 5, [DType.F32] = 6, [DType.F64] = 7, [DType.BOOL] = 11, [DType.BF16] = 15,
    };

    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="tensors">In the file's order.</param>
    /// <exception cref="FormatException">The format has no number for a tensor's type; nothing is written.</exception>
    public static void Save(string path, IReadOnlyCollection<KeyValuePair<string, StoredTensor>> tensors) =>
        AtomicFile.Write(path, stream => Write(stream, tensors), durable: true);

    /// <summary>Writes to a stream.</summary>
    /// <inheritdoc cref="Save"/>
    public static void Write(Stream stream, IReadOnlyCollection<KeyValuePair<string, StoredTensor>> tensors)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write7BitEncodedInt64(tensors.Count);
        foreach (var (name, tensor) in tensors)
        {
            if (!ScalarTypes.TryGetValue(tensor.DType, out long type))
                throw new FormatException(
                    $"{name.Shown()} is {tensor.DType}, which a .dat file cannot hold: expected {string.Join(", ", ScalarTypes.Keys)}.");
            writer.Write(name);
            writer.Write7BitEncodedInt64(type);
            writer.Write7BitEncodedInt64(tensor.Shape.Length);
            foreach (long dimension in tensor.Shape)
                writer.Write7BitEncodedInt64(dimension);
            writer.Write(tensor.Bytes.Span);
        }
    }
}
