using static Denoise.Network.Checkpoints.FormatRules;

namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>The meaning of a name that a pickle imports: a function of this list, never a type of the pickle's choice.</summary>
internal enum GlobalKind
{
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    Storage,
    Foreign,
}

/// <param name="DType">The type of a storage's elements; null for the others.</param>
/// <param name="Name">The name of a foreign one.</param>
internal sealed record PickleGlobal(GlobalKind Kind, DType? DType = null, string Name = "");

/// <summary>All that a pickle can call: an OrderedDict, a tensor of a storage, and a parameter, which is its tensor. Any other name
/// gives a <see cref="PickleForeign"/>, which does nothing.</summary>
internal static class PickleGlobals
{
    private static readonly Dictionary<string, PickleGlobal> Allowed = new()
    {
        ["collections.OrderedDict"] = new(GlobalKind.OrderedDict),
        ["torch._utils._rebuild_tensor"] = new(GlobalKind.RebuildTensor),
        ["torch._utils._rebuild_tensor_v2"] = new(GlobalKind.RebuildTensor),
        ["torch._utils._rebuild_parameter"] = new(GlobalKind.RebuildParameter),
        ["torch.nn.parameter.Parameter"] = new(GlobalKind.RebuildParameter),
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

    /// <summary>Modules that run programs or code, or touch files. Nothing in them is run here either, but a file that asks for them
    /// was made to harm.</summary>
    private static readonly string[] Harmful =
    [
        "os", "posix", "nt", "sys", "subprocess", "shutil", "socket", "ssl", "http", "urllib", "requests", "importlib", "imp", "runpy",
        "pty", "codeop", "builtins", "__builtin__", "ctypes", "pickle", "_pickle", "marshal", "dill", "cloudpickle", "joblib",
        "webbrowser", "multiprocessing", "threading", "signal", "operator", "_operator", "inspect", "pdb", "timeit", "tempfile",
    ];

    private static readonly string[] HarmlessBuiltins =
        ["set", "frozenset", "slice", "range", "xrange", "complex", "bytearray", "bytes", "object", "list", "dict", "tuple", "int", "long",
            "float", "bool", "str", "unicode"];

    /// <exception cref="FormatException">A name that no honest file has.</exception>
    public static PickleGlobal Find(string module, string name)
    {
        string full = $"{module}.{name}";
        if (Allowed.TryGetValue(full, out PickleGlobal? known))
            return known;
        bool isBuiltin = module is "builtins" or "__builtin__" && HarmlessBuiltins.Contains(name);
        if (name.Contains('.') || (!isBuiltin && Harmful.Contains(module.Split('.')[0])) || full is "torch.load" or "torch.hub.load")
            throw new FormatException(
                $"The pickle asks for {full.Shown()}, which no state dict needs; it was not run. {PyTorchFile.HowToSave}");
        return new(GlobalKind.Foreign, Name: full.Shown());
    }

    /// <summary>The result of calling the function with these arguments.</summary>
    public static object Call(PickleGlobal function, PickleTuple arguments) => (function.Kind, arguments.Items) switch
    {
        (GlobalKind.Foreign, _) => new PickleForeign(function.Name),
        (GlobalKind.OrderedDict, []) => new PickleDict(isOrdered: true),
        (GlobalKind.OrderedDict, [PickleList pairs]) => OrderedDict(pairs),
        // storage, offset, size, stride: PyTorch 0.3 and older
        (GlobalKind.RebuildTensor, [StorageRecord storage, long offset, PickleTuple size, PickleTuple stride]) =>
            new TensorRecord(storage, offset, Numbers(size), Numbers(stride)),
        // storage, offset, size, stride, requires_grad, backward hooks, which PyTorch 0.4 may leave out
        (GlobalKind.RebuildTensor,
            [StorageRecord storage, long offset, PickleTuple size, PickleTuple stride, bool, null or PickleDict { Items: [] }]) =>
            new TensorRecord(storage, offset, Numbers(size), Numbers(stride)),
        (GlobalKind.RebuildParameter, [TensorRecord tensor, bool, .. [] or [PickleDict { Items: [] }]]) => tensor,
        _ => throw Pickle.Wrong($"{function.Kind} is called with arguments it does not take"),
    };

    /// <summary>A persistent id: ('storage', type, key, place, number of elements), in the old format with None behind it, where it
    /// may be a class with its source text too: ('module', class, file, text).</summary>
    public static object Persistent(object? id) => (id as PickleTuple)?.Items switch
    {
        ["storage", PickleGlobal { Kind: GlobalKind.Storage, DType: { } dtype }, string key, string, long count, .. [] or [null]] =>
            new StorageRecord(dtype, key, count),
        ["module", PickleGlobal { Kind: GlobalKind.Foreign } type, _, _] => type,
        _ => throw Pickle.Wrong("a persistent id is not a storage"),
    };

    /// <summary>Python 2 gives an OrderedDict its items at once, as lists of two.</summary>
    private static PickleDict OrderedDict(PickleList pairs)
    {
        var dictionary = new PickleDict(isOrdered: true);
        foreach (object? pair in pairs.Items)
            dictionary.Items.Add(pair is PickleList { Items: [var key, var value] } ? new(key, value)
                : throw Pickle.Wrong("an item of an OrderedDict is not a pair"));
        return dictionary;
    }

    private static long[] Numbers(PickleTuple tuple)
    {
        // Before the copy: a long tuple in the memo could be given to a million tensors.
        Pickle.Require(tuple.Items.Length <= StoredTensor.MaxRank,
            $"a tensor has {tuple.Items.Length} dimensions, more than {StoredTensor.MaxRank}");
        return [.. tuple.Items.Select(item => item as long? ?? throw Pickle.Wrong("a size or stride is not a number"))];
    }
}
