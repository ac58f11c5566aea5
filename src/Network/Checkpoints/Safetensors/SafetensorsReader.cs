using System.Buffers.Binary;
using System.Text.Json;

namespace Denoise.Network.Checkpoints.Safetensors;

/// <summary>Reads safetensors files from anywhere: nothing in the file is believed before it is checked.</summary>
/// <remarks>Format: https://github.com/huggingface/safetensors#format. Layout: u64 little-endian header length, JSON header,
/// tensor bytes without holes or overlaps.</remarks>
public static class SafetensorsReader
{
    private const int LengthBytes = 8;
    private const long MaxHeader = 100_000_000;
    private const string MetadataKey = "__metadata__";

    /// <param name="stream">At its start; must know its length. Each tensor is read into memory of its own, so a file may have
    /// more than 2 GB.</param>
    /// <exception cref="SafetensorsException">The bytes break a rule of the format.</exception>
    public static SafetensorsFile Read(Stream stream)
    {
        byte[] header = Header(stream);
        try
        {
            using JsonDocument document = JsonDocument.Parse(header, new() { AllowDuplicateProperties = false, MaxDepth = 4 });
            return Read(document.RootElement, stream);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is how System.Text.Json says that a name is not Unicode: bad UTF-8, or half a surrogate pair.
            throw Error(SafetensorsError.HeaderJson, $"the header is not valid JSON: {e.Message}");
        }
    }

    private static SafetensorsFile Read(JsonElement header, Stream data)
    {
        var metadata = new Dictionary<string, string>();
        var entries = new List<Entry>();
        foreach (JsonProperty property in header.EnumerateObject())
        {
            if (property.Name == MetadataKey)
                metadata = Metadata(property.Value);
            else
                entries.Add(ParseEntry(property));
        }
        Entry[] ordered = [.. entries.OrderBy(e => e.Begin).ThenBy(e => e.End)];
        CheckLayout(ordered, data.Left());
        var tensors = new OrderedDictionary<string, StoredTensor>();
        foreach (Entry entry in ordered)
            tensors[entry.Name] = new(entry.DType, entry.Shape, data.ReadArray(entry.End - entry.Begin));
        return new(metadata, tensors);
    }

    private static byte[] Header(Stream file)
    {
        if (file.Length < LengthBytes)
            throw Error(SafetensorsError.TooShort, $"the file has {file.Length} bytes, fewer than the {LengthBytes} of the header's length");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.ReadArray(LengthBytes));
        if (length > MaxHeader)
            throw Error(SafetensorsError.HeaderTooLarge, $"the header is said to have {length} bytes, more than {MaxHeader}");
        if ((long)length > file.Left())
            throw Error(SafetensorsError.HeaderPastEnd, $"the header is said to have {length} bytes, but the file ends after {file.Left()}");
        byte[] header = file.ReadArray((long)length);
        if (header is not [(byte)'{', ..])
            throw Error(SafetensorsError.HeaderStart, "the header does not begin with '{'");
        return header;
    }

    private static Dictionary<string, string> Metadata(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || element.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.String))
            throw Error(SafetensorsError.Metadata, $"{MetadataKey} is not an object of strings");
        return element.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
    }

    private static Entry ParseEntry(JsonProperty property)
    {
        JsonElement e = property.Value;
        if (e.ValueKind != JsonValueKind.Object || e.EnumerateObject().Count() != 3
            || !e.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String
            || !e.TryGetProperty("shape", out JsonElement shape) || Naturals(shape) is not { } dimensions
            || !e.TryGetProperty("data_offsets", out JsonElement offsets) || Naturals(offsets) is not [var begin, var end])
            throw Error(SafetensorsError.Entry, $"tensor '{StreamReading.Shown(property.Name)}' is not described by dtype, shape and two data_offsets");
        return new(property.Name, dtype.GetString()!, dimensions, begin, end);
    }

    private static long[]? Naturals(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
            return null;
        var numbers = new List<long>();
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out long number) || number < 0)
                return null;
            numbers.Add(number);
        }
        return [.. numbers];
    }

    private static void CheckLayout(Entry[] ordered, long dataLength)
    {
        long position = 0;
        foreach (Entry entry in ordered)
        {
            if (entry.Begin != position)
                throw Error(SafetensorsError.Layout, $"tensor '{StreamReading.Shown(entry.Name)}' begins at {entry.Begin}, expected {position}");
            long size = entry.ByteCount();
            if (entry.End < entry.Begin || entry.End - entry.Begin != size)
                throw Error(SafetensorsError.Size, $"tensor '{StreamReading.Shown(entry.Name)}' lies from {entry.Begin} to {entry.End}, but its shape needs {size} bytes");
            if (entry.End > dataLength)
                throw Error(SafetensorsError.End, $"tensor '{StreamReading.Shown(entry.Name)}' ends at {entry.End}, but the file's data end at {dataLength}: the file is cut short");
            if (size > StreamReading.MaxTensorBytes)
                throw Error(SafetensorsError.TooLarge, $"tensor '{StreamReading.Shown(entry.Name)}' has {size:N0} bytes, more than the {StreamReading.MaxTensorBytes:N0} that are read");
            position = entry.End;
        }
        if (position != dataLength)
            throw Error(SafetensorsError.End, $"the tensors end at {position}, but the file's data end at {dataLength}");
    }

    private static SafetensorsException Error(SafetensorsError error, string what) => new(error, $"Not a valid safetensors file: {what}.");

    private sealed record Entry(string Name, string DType, long[] Shape, long Begin, long End)
    {
        public long ByteCount()
        {
            int elementSize = StoredTensor.ElementSize(DType) ?? throw Error(SafetensorsError.DType, $"tensor '{StreamReading.Shown(Name)}' has the unknown dtype '{StreamReading.Shown(DType)}'");
            return StoredTensor.ByteCount(elementSize, Shape)
                ?? throw Error(SafetensorsError.ShapeOverflow, $"tensor '{StreamReading.Shown(Name)}' of shape [{string.Join(", ", Shape)}] overflows");
        }
    }
}
