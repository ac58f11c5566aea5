using static Denoise.Network.Checkpoints.FormatRules;

namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>Reads the format that torch.save had before PyTorch 1.6.</summary>
/// <remarks>Five pickles one after the other: a magic number, the format's version, the machine's number sizes, the object, and the
/// keys of its storages. Then, for each key in this order, the number of elements in 8 bytes, and the elements. Source: _legacy_save
/// and _legacy_load in https://github.com/pytorch/pytorch/blob/main/torch/serialization.py.</remarks>
internal static class LegacyFile
{
    private const long FormatVersion = 1001;

    /// <summary>The pickle of the number 0x1950a86a20f9469cfc6c.</summary>
    private static readonly byte[] Magic = [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    public const int HeadLength = 15;

    /// <summary>Whether a file begins with the magic number.</summary>
    public static bool IsOne(ReadOnlySpan<byte> head) => head.StartsWith(Magic);

    /// <exception cref="FormatException">Not such a file, or one that asks for more than a state dict needs.</exception>
    public static SavedObject Read(Stream stream)
    {
        ByteCursor input = PickleMachine.Cursor(stream.ReadArray(Math.Min(stream.Length, PyTorchFile.MaxPickle)));
        input.Take(Magic.Length);
        Legacy.Require(new PickleMachine(input).Run() is FormatVersion, $"its version is not {FormatVersion}");
        CheckMachine(new PickleMachine(input).Run());
        var machine = new PickleMachine(input);
        object? root = machine.Run();
        var keys = new PickleMachine(input).Run() as PickleList ?? throw Legacy.Wrong("it has no list of storages");
        stream.Position = input.Position;
        Dictionary<string, (long Begin, long Length)> places = Locate(stream, keys, machine.Storages);
        return new(root, key =>
        {
            stream.Position = places[key].Begin;
            return stream.ReadArray(places[key].Length);
        });
    }

    private static void CheckMachine(object? description)
    {
        Legacy.Require(description is PickleDict, "it does not describe its machine");
        object? littleEndian = ((PickleDict)description!).Items.LastOrDefault(item => item.Key is "little_endian").Value;
        if (littleEndian is not true)
            throw new FormatException(PyTorchFile.BigEndian);
    }

    /// <summary>Walks through the storages from the stream's place to its end; there must be one for each that the object speaks
    /// of.</summary>
    private static Dictionary<string, (long, long)> Locate(
        Stream stream, PickleList keys, IReadOnlyDictionary<string, StorageRecord> wanted)
    {
        var places = new Dictionary<string, (long, long)>();
        foreach (object? item in keys.Items)
        {
            string key = item as string ?? throw Legacy.Wrong("the key of a storage is no text");
            StorageRecord record = wanted.GetValueOrDefault(key) ?? throw Legacy.Wrong($"no tensor has the storage {key.Shown()}");
            long length = Length(stream, record);
            Legacy.Require(places.TryAdd(key, (stream.Position, length)), $"it has the storage {key.Shown()} twice");
            stream.Position += length;
        }
        Legacy.Require(stream.Left() == 0, $"{stream.Left()} bytes follow its last storage");
        foreach (string key in wanted.Keys)
            Legacy.Require(places.ContainsKey(key), $"the storage {key.Shown()} is missing");
        return places;
    }

    /// <summary>Reads the number of a storage's elements, and compares it with what its tensors say and with the bytes left.</summary>
    private static long Length(Stream stream, StorageRecord record)
    {
        string key = record.Key.Shown();
        Legacy.Require(stream.Left() >= sizeof(long), $"it is cut short before the storage {key}");
        long count = BitConverter.ToInt64(stream.ReadArray(sizeof(long)));
        Legacy.Require(count == record.Count, $"the storage {key} has {count} values, its tensors expect {record.Count}");
        int size = record.DType.Size();
        Legacy.Require(count >= 0 && count <= stream.Left() / size,
            $"the storage {key} claims {count} values of {size} bytes, and {stream.Left()} bytes are left");
        Legacy.Require(count <= StreamReading.MaxTensorBytes / size,
            $"the storage {key} is larger than {StreamReading.MaxTensorBytes:N0} bytes");
        return count * size;
    }
}
