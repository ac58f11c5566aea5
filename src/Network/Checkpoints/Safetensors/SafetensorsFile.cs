using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Denoise.Network.Checkpoints.Safetensors;

/// <summary>A safetensors file in memory.</summary>
/// <param name="Metadata">The header's <c>__metadata__</c>.</param>
/// <param name="Tensors">By name, in the file's order.</param>
public sealed record SafetensorsFile(IReadOnlyDictionary<string, string> Metadata, IReadOnlyDictionary<string, StoredTensor> Tensors)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">The file breaks a rule of the format; the message names the file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SafetensorsFile Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        try
        {
            return SafetensorsReader.Read(stream);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path}: {e.Message}");
        }
    }

    /// <summary>Writes the file whole or not at all; the same content gives the same bytes.</summary>
    public void Save(string path) => AtomicFile.Write(path, Write, durable: true);

    /// <summary>Writes header and tensors, ordered by name.</summary>
    public void Write(Stream stream)
    {
        KeyValuePair<string, StoredTensor>[] ordered = [.. Tensors.OrderBy(t => t.Key, StringComparer.Ordinal)];
        byte[] header = Header(ordered);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var (_, tensor) in ordered)
            stream.Write(tensor.Bytes.Span);
    }

    private byte[] Header(KeyValuePair<string, StoredTensor>[] ordered)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteMetadata(json);
            long offset = 0;
            foreach (var (name, tensor) in ordered)
                offset = WriteEntry(json, name, tensor, offset);
            json.WriteEndObject();
        }
        // Spaces up to a multiple of 8, so that readers can map the data aligned.
        buffer.Write("       "u8[..(-buffer.WrittenCount & 7)]);
        return buffer.WrittenSpan.ToArray();
    }

    private void WriteMetadata(Utf8JsonWriter json)
    {
        json.WriteStartObject("__metadata__");
        foreach (var (key, value) in Metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static long WriteEntry(Utf8JsonWriter json, string name, StoredTensor tensor, long offset)
    {
        long end = offset + tensor.Bytes.Length;
        json.WriteStartObject(name);
        json.WriteString("dtype", tensor.DType.ToString());
        WriteNumbers(json, "shape", tensor.Shape);
        WriteNumbers(json, "data_offsets", [offset, end]);
        json.WriteEndObject();
        return end;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
