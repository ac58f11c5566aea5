using System.Text.Json.Nodes;

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
        var header = new JsonObject { ["__metadata__"] = new JsonObject(Metadata.OrderBy(m => m.Key, StringComparer.Ordinal)
            .Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))) };
        long offset = 0;
        foreach (var (name, tensor) in ordered)
        {
            long end = offset + tensor.Bytes.Length;
            header[name] = new JsonObject
            {
                ["dtype"] = tensor.DType.ToString(), ["shape"] = Numbers(tensor.Shape), ["data_offsets"] = Numbers(offset, end),
            };
            offset = end;
        }
        byte[] json = Encoding.UTF8.GetBytes(header.ToJsonString());
        // Spaces up to a multiple of 8, so that readers can map the data aligned.
        return [.. json, .. "       "u8[..(-json.Length & 7)]];
    }

    private static JsonArray Numbers(params long[] numbers) => [.. numbers.Select(number => (JsonNode)number)];
}
