namespace Denoise.Network.Checkpoints.PyTorch;

// The opcodes of a pickle build these: data alone. Plain values are null, bool, long, double and string. Nothing here compares
// or walks its content, so a pickle whose objects contain themselves does no harm.

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

/// <summary>An object of a class or function that is not known here, such as numpy's numbers, argparse's Namespace and modules: nothing
/// of it is made or kept but the name, and the last dictionary that was given to it as its state.</summary>
/// <param name="name">As the pickle gives it.</param>
internal sealed class PickleForeign(string name)
{
    public string Name { get; } = name;

    public PickleDict? State { get; set; }
}

/// <summary>A storage of the file: the bytes of one or more tensors.</summary>
/// <param name="Key">The file's name for it; in an archive, the entry's name below data/.</param>
internal sealed record StorageRecord(DType DType, string Key, long Count);

/// <summary>A tensor: a view of a storage, in elements, not checked yet.</summary>
internal sealed record TensorRecord(StorageRecord Storage, long Offset, long[] Size, long[] Stride);
