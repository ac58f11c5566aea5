using static Denoise.Network.Checkpoints.FormatRules;

namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>Interprets a pickle without running anything: a stack, a memo, and opcodes that build the records of this folder.</summary>
/// <remarks>Source: Python's pickletools, https://github.com/python/cpython/blob/main/Lib/pickletools.py. Every opcode reads at
/// least one byte and makes at most one object; what is copied, the items of an OrderedDict from Python 2, counts as objects. So time
/// and memory are bounded.</remarks>
internal sealed class PickleMachine
{
    private const int Protocol = 2;
    private const int MaxObjects = 4_000_000;
    private const int MaxMemo = 1_000_000;
    private const string LeftOver = "something is left over at its end";
    private static readonly string TooManyObjects = $"it makes more than {MaxObjects:N0} objects";

    private readonly ByteCursor _input;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _objects;

    /// <param name="input">At the beginning of a pickle.</param>
    public PickleMachine(ByteCursor input) => _input = input;

    /// <summary>The storages that the pickle speaks of, by key.</summary>
    public Dictionary<string, StorageRecord> Storages { get; } = [];

    /// <summary>For bytes that hold pickles.</summary>
    public static ByteCursor Cursor(byte[] bytes) => new(bytes, Pickle, $"it ends at byte {bytes.Length}, within an opcode");

    /// <exception cref="FormatException">Not such a pickle, or one that asks for more than a state dict needs.</exception>
    public static object? Run(byte[] pickle)
    {
        ByteCursor input = Cursor(pickle);
        object? result = new PickleMachine(input).Run();
        Pickle.Require(input.Left == 0, LeftOver);
        return result;
    }

    /// <summary>Reads up to the pickle's end.</summary>
    /// <inheritdoc cref="Run(byte[])"/>
    public object? Run()
    {
        Pickle.Require(_input.Byte() == (byte)Opcode.Proto && _input.Byte() == Protocol,
            $"it does not begin with protocol {Protocol}, which torch.save writes");
        for (byte code = _input.Byte(); code != (byte)Opcode.Stop; code = _input.Byte())
            Execute(code);
        object? result = Pop();
        Pickle.Require(_stack.Count == 0 && _marks.Count == 0, LeftOver);
        return result;
    }

    private void Execute(byte code)
    {
        switch ((Opcode)code)
        {
            case Opcode.Mark: Mark(); break;
            case Opcode.None: Push(null); break;
            case Opcode.NewTrue: Push(true); break;
            case Opcode.NewFalse: Push(false); break;
            case Opcode.BinInt: Push((long)_input.Int32()); break;
            case Opcode.BinInt1: Push((long)_input.Byte()); break;
            case Opcode.BinInt2: Push((long)_input.UInt16()); break;
            case Opcode.Long1: Push(_input.Whole(_input.Byte())); break;
            case Opcode.BinFloat: Push(_input.BigEndianDouble()); break;
            case Opcode.BinUnicode: Push(_input.Text(_input.UInt32())); break;
            case Opcode.ShortBinString: Push(_input.Text(_input.Byte())); break;
            case Opcode.EmptyTuple: Push(new PickleTuple([])); break;
            case Opcode.EmptyList: Push(new PickleList()); break;
            case Opcode.EmptyDict: Push(new PickleDict(isOrdered: false)); break;
            case Opcode.Tuple: Push(new PickleTuple(PopToMark())); break;
            case Opcode.Tuple1: Push(new PickleTuple(Pop(1))); break;
            case Opcode.Tuple2: Push(new PickleTuple(Pop(2))); break;
            case Opcode.Tuple3: Push(new PickleTuple(Pop(3))); break;
            case Opcode.Append: Append(Pop(1)); break;
            case Opcode.Appends: Append(PopToMark()); break;
            case Opcode.SetItem: SetItems(Pop(2)); break;
            case Opcode.SetItems: SetItems(PopToMark()); break;
            case Opcode.BinGet: Push(Remembered(_input.Byte())); break;
            case Opcode.LongBinGet: Push(Remembered(_input.UInt32())); break;
            case Opcode.BinPut: Remember(_input.Byte()); break;
            case Opcode.LongBinPut: Remember(_input.UInt32()); break;
            case Opcode.Global: Push(PickleGlobals.Find(_input.Line(), _input.Line())); break;
            case Opcode.Reduce: Reduce(); break;
            case Opcode.NewObj: NewObject(); break;
            case Opcode.Build: Build(); break;
            case Opcode.BinPersId: Push(Persistent(Pop())); break;
            default: throw RefusedOpcodes.Refuse(code, _input.Position - 1);
        }
    }

    private void Mark()
    {
        CountObject();
        _marks.Add(_stack.Count);
    }

    private void Push(object? value)
    {
        CountObject();
        _stack.Add(value);
    }

    private void CountObject(int count = 1)
    {
        Pickle.Require((_objects += count) <= MaxObjects, TooManyObjects);
    }

    /// <summary>Everything below the last opened mark is out of reach.</summary>
    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    private object? Pop() => Pop(1)[0];

    private object?[] Pop(int count)
    {
        int start = _stack.Count - count;
        if (start < Floor)
            throw Pickle.Wrong($"it takes more from its stack than there is, before byte {_input.Position}");
        var items = new object?[count];
        _stack.CopyTo(start, items, 0, count);
        _stack.RemoveRange(start, count);
        return items;
    }

    private object?[] PopToMark()
    {
        Pickle.Require(_marks.Count > 0, $"a mark is missing before byte {_input.Position}");
        object?[] items = Pop(_stack.Count - Floor);
        _marks.RemoveAt(_marks.Count - 1);
        return items;
    }

    private T Top<T>(string what) where T : class
    {
        Pickle.Require(_stack.Count > Floor && _stack[^1] is T, $"{what} before byte {_input.Position}");
        return (T)_stack[^1]!;
    }

    private bool IsForeign => _stack.Count > Floor && _stack[^1] is PickleForeign;

    private void Append(object?[] items)
    {
        if (!IsForeign)
            Top<PickleList>("it appends to something other than a list").Items.AddRange(items);
    }

    private void SetItems(object?[] items)
    {
        if (IsForeign)
            return;
        PickleDict dictionary = Top<PickleDict>("it sets an item of something other than a dictionary");
        Pickle.Require(items.Length % 2 == 0, $"a key has no value before byte {_input.Position}");
        for (int i = 0; i < items.Length; i += 2)
            dictionary.Items.Add(new(items[i], items[i + 1]));
    }

    private void Remember(long index)
    {
        Pickle.Require(_stack.Count > Floor, $"it remembers an object that is not there before byte {_input.Position}");
        _memo[index] = _stack[^1];
        Pickle.Require(_memo.Count <= MaxMemo, $"it remembers more than {MaxMemo:N0} objects");
    }

    private object? Remembered(long index) =>
        _memo.TryGetValue(index, out object? value) ? value : throw Pickle.Wrong($"it recalls {index}, which it has not remembered");

    private void Reduce()
    {
        object?[] call = Pop(2);
        Pickle.Require(call is [PickleGlobal, PickleTuple], $"it calls something other than a function before byte {_input.Position}");
        if (call is [_, PickleTuple { Items: [PickleList pairs] }])
            CountObject(pairs.Items.Count);
        Push(PickleGlobals.Call((PickleGlobal)call[0]!, (PickleTuple)call[1]!));
    }

    private void NewObject() => Push(Pop(2) is [PickleGlobal { Kind: GlobalKind.Foreign } type, PickleTuple]
        ? new PickleForeign(type.Name)
        : throw Pickle.Wrong($"it makes an object of something other than a class before byte {_input.Position}"));

    private object Persistent(object? id)
    {
        object value = PickleGlobals.Persistent(id);
        if (value is StorageRecord storage && !Storages.TryAdd(storage.Key, storage))
            Pickle.Require(Storages[storage.Key] == storage, $"it describes the storage {storage.Key.Shown()} in two ways");
        return value;
    }

    /// <summary>state_dict() hangs its _metadata on the OrderedDict; nothing here needs it.</summary>
    private void Build()
    {
        object? state = Pop();
        if (_stack.Count > Floor && _stack[^1] is PickleForeign foreign)
        {
            foreign.State = state as PickleDict;
            return;
        }
        Pickle.Require(state is PickleDict && Top<PickleDict>("it gives a state to what is no dictionary").IsOrdered,
            $"it gives a state to what has none before byte {_input.Position}");
    }
}
