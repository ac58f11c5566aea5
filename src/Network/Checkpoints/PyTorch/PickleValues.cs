namespace Denoise.Network.Checkpoints.PyTorch;

// What a pickle's opcodes build: data alone. Plain values are null, bool, long, double and string. Nothing here compares or
// walks what it holds, so a pickle whose objects contain themselves does no harm.

internal sealed class PickleTuple(object?[] items)
{
    public object?[] Items { get; } = items;
}

internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A dict, as the pairs that were set.</summary>
/// <param name="isOrdered">Made as a collections.OrderedDict.</param>
internal sealed class PickleDict(bool isOrdered)
{
    public bool IsOrdered { get; } = isOrdered;

    public List<KeyValuePair<object?, object?>> Items { get; } = [];
}

/// <summary>A storage of the archive: the bytes of one or more tensors.</summary>
/// <param name="DType">As safetensors spells it.</param>
/// <param name="Key">The entry's name below data/.</param>
/// <param name="Count">Number of elements.</param>
internal sealed record StorageRecord(string DType, string Key, long Count);

/// <summary>A tensor: a view of a storage, in elements. Nothing of it is checked yet.</summary>
internal sealed record TensorRecord(StorageRecord Storage, long Offset, long[] Size, long[] Stride);
