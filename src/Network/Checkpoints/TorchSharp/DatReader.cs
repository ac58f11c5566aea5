namespace Denoise.Network.Checkpoints.Dat;

/// <summary>Reads TorchSharp's .dat files from anywhere. The format has no sums to check against, so the reader compares every number
/// with the bytes that are left before it relies on it.</summary>
public sealed class DatReader
{
    private const int MaxNameBytes = 65_536;

    /// <summary>The length of an empty name, a type and a rank.</summary>
    private const int ShortestEntry = 3;

    private static readonly FormatRules Rules = new("TorchSharp .dat file");
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Dictionary<long, DType> TypesByNumber = DatFile.ScalarTypes.ToDictionary(t => t.Value, t => t.Key);

    private readonly Stream _stream;

    private DatReader(Stream stream) => _stream = stream;

    /// <summary>Reads a file.</summary>
    /// <param name="stream">At its start; it must know its length.</param>
    /// <returns>The tensors in the file's order.</returns>
    /// <exception cref="FormatException">The bytes are not such a file.</exception>
    public static OrderedDictionary<string, StoredTensor> Read(Stream stream) => new DatReader(stream).ReadAll();

    private OrderedDictionary<string, StoredTensor> ReadAll()
    {
        long count = Number("the number of entries");
        Rules.Require(count <= _stream.Left() / ShortestEntry, $"it claims {count} entries, too many for its {_stream.Length} bytes");
        var tensors = new OrderedDictionary<string, StoredTensor>();
        for (long i = 0; i < count; i++)
        {
            string name = Name();
            Rules.Require(tensors.TryAdd(name, Tensor(name.Shown())), $"it has '{name.Shown()}' twice");
        }
        Rules.Require(_stream.Left() == 0, $"{_stream.Left()} bytes follow its last entry");
        return tensors;
    }

    private string Name()
    {
        long length = Number("a name's length");
        Rules.Require(length <= Math.Min(MaxNameBytes, _stream.Left()), $"a name claims {length} bytes, and {_stream.Left()} are left");
        try
        {
            return StrictUtf8.GetString(_stream.ReadArray(length));
        }
        catch (DecoderFallbackException)
        {
            throw Rules.Wrong("a name is not UTF-8");
        }
    }

    private StoredTensor Tensor(string name)
    {
        long type = Number($"the type of '{name}'");
        Rules.Require(TypesByNumber.TryGetValue(type, out DType dtype), $"'{name}' has the unknown type {type}");
        long rank = Number($"the rank of '{name}'");
        Rules.Require(rank <= StoredTensor.MaxRank, $"'{name}' claims {rank} dimensions, more than {StoredTensor.MaxRank}");
        var shape = new long[rank];
        for (int i = 0; i < shape.Length; i++)
            shape[i] = Number($"a dimension of '{name}'");
        return new(dtype, shape, Elements(name, dtype, shape));
    }

    private byte[] Elements(string name, DType type, long[] shape)
    {
        string text = string.Join('×', shape);
        long bytes = type.ByteCount(shape) ?? throw Rules.Wrong($"'{name}' of {text} overflows");
        Rules.Require(bytes <= _stream.Left(),
            $"'{name}' of {text} needs {bytes} bytes, and {_stream.Left()} are left: the file is cut short or not a .dat file");
        Rules.Require(bytes <= StreamReading.MaxTensorBytes, $"'{name}' has {bytes:N0} bytes, more than {StreamReading.MaxTensorBytes:N0}");
        return _stream.ReadArray(bytes);
    }

    /// <summary>LEB128: seven bits a byte, lowest first, the top bit set on all but the last.</summary>
    private long Number(string what)
    {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            int next = _stream.ReadByte();
            Rules.Require(next >= 0, $"the file ends within {what}");
            value |= (long)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                Rules.Require(next != 0 || shift == 0, $"{what} is written with more bytes than it needs");
                return value;
            }
        }
        throw Rules.Wrong($"{what} is negative or too large");
    }
}
