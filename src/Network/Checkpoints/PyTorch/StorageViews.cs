namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>Makes row-major tensors of views of the file's storages. A view that is row-major already shares the storage's
/// memory; the others are copied, up to a budget.</summary>
/// <param name="read">Reads the storage of a key.</param>
/// <param name="budget">Bytes that may be copied in all: a stride of 0 makes gigabytes of one value.</param>
internal sealed class StorageViews(Func<string, byte[]> read, long budget)
{
    private static readonly FormatRules Rules = new("PyTorch state dict");
    private readonly Dictionary<string, byte[]> _storages = [];
    private long _budget = budget;

    /// <exception cref="FormatException">The view does not lie within its storage.</exception>
    public StoredTensor Read(string name, TensorRecord tensor)
    {
        string shown = name.Shown();
        DType type = tensor.Storage.DType;
        long bytes = ByteCount(shown, tensor);
        byte[] storage = Storage(shown, tensor.Storage);
        if (bytes == 0)
            return new(type, tensor.Size, ReadOnlyMemory<byte>.Empty);
        Rules.Require(End(tensor) is { } end && end <= tensor.Storage.Count,
            $"'{shown}' reaches past its storage of {tensor.Storage.Count} values");
        if (IsRowMajor(tensor))
            return new(type, tensor.Size, storage.AsMemory((int)(tensor.Offset * type.Size()), (int)bytes));
        Rules.Require(bytes <= _budget,
            $"'{shown}' is {bytes:N0} bytes made of a storage of {storage.Length:N0}, more than a state dict needs");
        _budget -= bytes;
        return new(type, tensor.Size, Gather(storage, tensor, bytes));
    }

    private static long ByteCount(string name, TensorRecord tensor)
    {
        Rules.Require(tensor.Stride.Length == tensor.Size.Length,
            $"'{name}' has {tensor.Size.Length} dimensions and {tensor.Stride.Length} strides");
        Rules.Require(tensor.Offset >= 0 && tensor.Size.All(s => s >= 0) && tensor.Stride.All(s => s >= 0),
            $"'{name}' has a negative offset, size or stride");
        long bytes = tensor.Storage.DType.ByteCount(tensor.Size) ?? long.MaxValue;
        Rules.Require(bytes <= StreamReading.MaxTensorBytes,
            $"'{name}' of {string.Join('×', tensor.Size)} is larger than {StreamReading.MaxTensorBytes:N0} bytes");
        return bytes;
    }

    private byte[] Storage(string name, StorageRecord record)
    {
        int elementSize = record.DType.Size();
        if (!_storages.TryGetValue(record.Key, out byte[]? bytes))
            _storages[record.Key] = bytes = read(record.Key);
        Rules.Require(record.Count >= 0 && bytes.Length % elementSize == 0 && bytes.Length / elementSize == record.Count,
            $"the storage of '{name}' has {bytes.Length} bytes, expected {record.Count} values of {elementSize}");
        return bytes;
    }

    /// <summary>One past the last value of a view that has any; null where that overflows.</summary>
    private static long? End(TensorRecord tensor)
    {
        try
        {
            return tensor.Size.Zip(tensor.Stride)
                .Aggregate(checked(tensor.Offset + 1), (end, d) => checked(end + (d.First - 1) * d.Second));
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static bool IsRowMajor(TensorRecord tensor)
    {
        long expected = 1;
        for (int i = tensor.Size.Length - 1; i >= 0; i--)
        {
            // The stride of a dimension of one does not matter.
            if (tensor.Size[i] != 1 && tensor.Stride[i] != expected)
                return false;
            expected *= tensor.Size[i];
        }
        return true;
    }

    private static byte[] Gather(ReadOnlySpan<byte> storage, TensorRecord tensor, long bytes)
    {
        int elementSize = tensor.Storage.DType.Size();
        var gathered = new byte[bytes];
        var index = new long[tensor.Size.Length];
        long position = tensor.Offset;
        for (int i = 0; i < gathered.Length; i += elementSize)
        {
            storage.Slice((int)(position * elementSize), elementSize).CopyTo(gathered.AsSpan(i));
            position = Next(tensor, index, position);
        }
        return gathered;
    }

    /// <summary>Counts the index up by one, the last dimension first, and follows it in the storage.</summary>
    private static long Next(TensorRecord tensor, long[] index, long position)
    {
        for (int i = index.Length - 1; i >= 0; i--)
        {
            position += tensor.Stride[i];
            if (++index[i] < tensor.Size[i])
                return position;
            position -= tensor.Stride[i] * tensor.Size[i];
            index[i] = 0;
        }
        return position;
    }
}
