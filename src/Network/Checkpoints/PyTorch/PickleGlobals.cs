using static Denoise.Network.Checkpoints.FormatRules;

namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>What a name that a pickle imports may stand for: one of the functions here, never a type of the pickle's choice.</summary>
internal enum GlobalKind
{
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    Storage,
}

/// <param name="DType">The type of a storage's elements; null for the others.</param>
internal sealed record PickleGlobal(GlobalKind Kind, DType? DType = null);

/// <summary>All that a pickle can call: an OrderedDict, a tensor of a storage, and a parameter, which is its tensor.</summary>
internal static class PickleGlobals
{
    private static readonly Dictionary<string, PickleGlobal> Allowed = new()
    {
        ["collections.OrderedDict"] = new(GlobalKind.OrderedDict),
        ["torch._utils._rebuild_tensor_v2"] = new(GlobalKind.RebuildTensor),
        ["torch._utils._rebuild_parameter"] = new(GlobalKind.RebuildParameter),
        ["torch.FloatStorage"] = new(GlobalKind.Storage, DType.F32),
        ["torch.DoubleStorage"] = new(GlobalKind.Storage, DType.F64),
        ["torch.HalfStorage"] = new(GlobalKind.Storage, DType.F16),
        ["torch.BFloat16Storage"] = new(GlobalKind.Storage, DType.BF16),
        ["torch.LongStorage"] = new(GlobalKind.Storage, DType.I64),
        ["torch.IntStorage"] = new(GlobalKind.Storage, DType.I32),
        ["torch.ShortStorage"] = new(GlobalKind.Storage, DType.I16),
        ["torch.CharStorage"] = new(GlobalKind.Storage, DType.I8),
        ["torch.ByteStorage"] = new(GlobalKind.Storage, DType.U8),
        ["torch.BoolStorage"] = new(GlobalKind.Storage, DType.BOOL),
    };

    public static PickleGlobal Find(string module, string name) => Allowed.GetValueOrDefault($"{module}.{name}")
        ?? throw new FormatException(
            $"The pickle asks for {$"{module}.{name}".Shown()}, which no state dict needs; it was not run. {PyTorchFile.HowToSave}");

    /// <summary>The result of calling the function with these arguments.</summary>
    public static object Call(PickleGlobal function, PickleTuple arguments) => (function.Kind, arguments.Items) switch
    {
        (GlobalKind.OrderedDict, []) => new PickleDict(isOrdered: true),
        // storage, offset, size, stride, requires_grad, backward hooks
        (GlobalKind.RebuildTensor,
            [StorageRecord storage, long offset, PickleTuple size, PickleTuple stride, bool, PickleDict { Items: [] }]) =>
            new TensorRecord(storage, offset, Numbers(size), Numbers(stride)),
        (GlobalKind.RebuildParameter, [TensorRecord tensor, bool, PickleDict { Items: [] }]) => tensor,
        _ => throw Pickle.Wrong($"{function.Kind} is called with arguments it does not take"),
    };

    /// <summary>A persistent id: ('storage', type, key, place, number of elements).</summary>
    public static StorageRecord Storage(object? id) => id is PickleTuple
    {
        Items: ["storage", PickleGlobal { Kind: GlobalKind.Storage, DType: { } dtype }, string key, string, long count],
    }
        ? new(dtype, key, count)
        : throw Pickle.Wrong("a persistent id is not a storage");

    private static long[] Numbers(PickleTuple tuple)
    {
        // Before the copy: a long tuple in the memo could be given to a million tensors.
        Pickle.Require(tuple.Items.Length <= StoredTensor.MaxRank,
            $"a tensor has {tuple.Items.Length} dimensions, more than {StoredTensor.MaxRank}");
        return [.. tuple.Items.Select(item => item as long? ?? throw Pickle.Wrong("a size or stride is not a number"))];
    }
}
