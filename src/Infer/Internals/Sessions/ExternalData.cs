using System.Text.Unicode;

namespace Denoise.Infer;

/// <summary>
/// Finds in an ONNX file the names of further files that its tensors are kept in, before ONNX Runtime opens any of them. Only
/// the way there is read, from a graph to its nodes, their attributes and the graphs in these; all else is passed over.
/// </summary>
/// <remarks>The encoding: https://protobuf.dev/programming-guides/encoding/.
/// The numbers of the fields: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
/// Their meaning: https://github.com/onnx/onnx/blob/main/docs/ExternalData.md.</remarks>
internal sealed class ExternalData
{
    /// <summary>protobuf's own limit.</summary>
    private const int DeepestMessage = 100;

    /// <summary>ONNX Runtime takes a time that grows with the square of their number: 20,000 take 40 s.</summary>
    private const int MostMetadata = 1000, MetadataField = 14;

    /// <summary>More than any system allows in a path.</summary>
    private const int LongestEntry = 1 << 16;

    private static readonly Message Entry = new();
    private static readonly Message Model = MessagesOfOnnx();

    private readonly Stream _stream;
    private readonly HashSet<string> _locations = new(StringComparer.Ordinal);
    private int _metadata;

    private ExternalData(Stream stream) => _stream = stream;

    /// <summary>The fields of a message that lead on, each with what it holds.</summary>
    private sealed class Message : Dictionary<int, Message>;

    /// <param name="stream">The ONNX file, from its beginning; it must be able to seek.</param>
    /// <param name="name">Its name in messages.</param>
    /// <returns>Each location as it is written; by ONNX a path relative to the model's folder.</returns>
    /// <exception cref="InvalidDataException">The file is cut off, or something else than protobuf.</exception>
    internal static IReadOnlySet<string> LocationsIn(Stream stream, string name)
    {
        var reader = new ExternalData(stream);
        try
        {
            reader.Read(Model, stream.Length, 1);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"{name} is not an ONNX model that can be run: {e.Message}.", e);
        }
        return reader._locations;
    }

    private static Message MessagesOfOnnx()
    {
        Message tensor = new() { [13] = Entry }, sparse = new() { [1] = tensor, [2] = tensor };
        Message attribute = new() { [5] = tensor, [10] = tensor, [22] = sparse, [23] = sparse }, node = new() { [5] = attribute };
        Message graph = new() { [1] = node, [5] = tensor, [15] = sparse };
        attribute[6] = attribute[11] = graph;
        Message function = new() { [7] = node, [11] = attribute }, training = new() { [1] = graph, [2] = graph };
        return new() { [7] = graph, [20] = training, [25] = function };
    }

    private void Read(Message message, long end, int depth)
    {
        if (depth > DeepestMessage)
            throw new FormatException("its graphs are nested too deeply");
        while (_stream.Position < end)
        {
            var (field, length) = NextField(end);
            if (message == Model && field == MetadataField && ++_metadata > MostMetadata)
                throw new FormatException($"it has more than {MostMetadata} entries of metadata");
            if (!message.TryGetValue(field, out Message? inner))
                _stream.Position += length;
            else if (inner == Entry)
                ReadEntry(_stream.Position + length);
            else
                Read(inner, _stream.Position + length, depth + 1);
        }
    }

    /// <summary>A StringStringEntryProto: key is field 1, value field 2; of several the last counts.</summary>
    private void ReadEntry(long end)
    {
        string key = "", value = "";
        while (_stream.Position < end)
        {
            var (field, length) = NextField(end);
            if (length > LongestEntry)
                throw new FormatException($"an entry of its external data has {length} bytes");
            byte[] bytes = new byte[length];
            _stream.ReadExactly(bytes);
            if (field == 1)
                key = Text(bytes);
            else if (field == 2)
                value = Text(bytes);
        }
        if (key == "location")
            _locations.Add(value);
    }

    /// <summary>A name with a zero would end there for the system, and elsewhere for us.</summary>
    private static string Text(byte[] bytes) => Utf8.IsValid(bytes) && !bytes.Contains((byte)0)
        ? Encoding.UTF8.GetString(bytes)
        : throw new FormatException("an entry of its external data is no text");

    /// <summary>Reads a field's tag, and its length or number.</summary>
    /// <returns>The field's number, 0 for one that is neither message nor text, and the bytes to its end.</returns>
    private (int Field, long Length) NextField(long end)
    {
        ulong tag = Number(end), field = tag >> 3, number = (tag & 7) is 0 or 2 ? Number(end) : 0;
        ulong length = (tag & 7) switch
        {
            0 => 0,
            1 => sizeof(ulong),
            2 => number,
            5 => sizeof(uint),
            _ => throw Broken(),
        };
        if (field is 0 or > int.MaxValue || length > (ulong)(end - _stream.Position))
            throw Broken();
        return ((tag & 7) == 2 ? (int)field : 0, (long)length);
    }

    /// <summary>Seven bits a byte, the lowest first.</summary>
    private ulong Number(long end)
    {
        ulong number = 0;
        for (int shift = 0; shift < 64 && _stream.Position < end; shift += 7)
        {
            int next = _stream.ReadByte();
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return number;
        }
        throw Broken();
    }

    private static FormatException Broken() => new("it is cut off, or not written as protobuf");
}
