namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>A name that a pickle may import. It stands for one of the functions here and never for a type of its own choice.</summary>
internal enum GlobalKind
{
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    Storage,
}

/// <param name="DType">What a storage's elements are; null for the others.</param>
internal sealed record PickleGlobal(GlobalKind Kind, string? DType = null);

/// <summary>The whole of what a pickle can call: an OrderedDict, a tensor of a storage, and a parameter, which is its tensor.</summary>
internal static class PickleGlobals
{
    private static readonly Dictionary<string, PickleGlobal> Allowed = new()
    {
        ["collections.OrderedDict"] = new(GlobalKind.OrderedDict),
        ["torch._utils._rebuild_tensor_v2"] = new(GlobalKind.RebuildTensor),
        ["torch._utils._rebuild_parameter"] = new(GlobalKind.RebuildParameter),
        ["torch.FloatStorage"] = new(GlobalKind.Storage, "F32"),
        ["torch.DoubleStorage"] = new(GlobalKind.Storage, "F64"),
        ["torch.HalfStorage"] = new(GlobalKind.Storage, "F16"),
        ["torch.BFloat16Storage"] = new(GlobalKind.Storage, "BF16"),
        ["torch.LongStorage"] = new(GlobalKind.Storage, "I64"),
        ["torch.IntStorage"] = new(GlobalKind.Storage, "I32"),
        ["torch.ShortStorage"] = new(GlobalKind.Storage, "I16"),
        ["torch.CharStorage"] = new(GlobalKind.Storage, "I8"),
        ["torch.ByteStorage"] = new(GlobalKind.Storage, "U8"),
        ["torch.BoolStorage"] = new(GlobalKind.Storage, "BOOL"),
    };

    public static PickleGlobal Find(string module, string name) => Allowed.GetValueOrDefault($"{module}.{name}")
        ?? throw new FormatException($"The pickle asks for {StreamReading.Shown($"{module}.{name}")}, which no state dict needs; it was not run. {PyTorchFile.HowToSave}");

    /// <summary>What the function makes of these arguments.</summary>
    public static object Call(PickleGlobal function, PickleTuple arguments) => (function.Kind, arguments.Items) switch
    {
        (GlobalKind.OrderedDict, []) => new PickleDict(isOrdered: true),
        // storage, offset, size, stride, requires_grad, backward hooks
        (GlobalKind.RebuildTensor, [StorageRecord storage, long offset, PickleTuple size, PickleTuple stride, bool, PickleDict { Items: [] }]) =>
            new TensorRecord(storage, offset, Numbers(size), Numbers(stride)),
        (GlobalKind.RebuildParameter, [TensorRecord tensor, bool, PickleDict { Items: [] }]) => tensor,
        _ => throw PickleMachine.Wrong($"{function.Kind} is called with arguments it does not take"),
    };

    /// <summary>A persistent id: ('storage', type, key, place, number of elements).</summary>
    public static StorageRecord Storage(object? id) => id is PickleTuple
    {
        Items: ["storage", PickleGlobal { Kind: GlobalKind.Storage, DType: { } dtype }, string key, string, long count],
    }
        ? new(dtype, key, count)
        : throw PickleMachine.Wrong("a persistent id is not a storage");

    private static long[] Numbers(PickleTuple tuple)
    {
        // Before the copy: a long tuple in the memo could be given to a million tensors.
        if (tuple.Items.Length > StoredTensor.MaxRank)
            throw PickleMachine.Wrong($"a tensor has {tuple.Items.Length} dimensions, more than {StoredTensor.MaxRank}");
        return [.. tuple.Items.Select(item => item is long number ? number : throw PickleMachine.Wrong("a size or stride is not a number"))];
    }
}
