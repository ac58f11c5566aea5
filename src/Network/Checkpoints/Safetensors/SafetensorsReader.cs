namespace Denoise.Network.Checkpoints.Safetensors;

/// <summary>Reads safetensors files from anywhere: it checks all that the file says before it relies on it.</summary>
/// <remarks>Format: https://github.com/huggingface/safetensors#format. Layout: u64 little-endian header length, JSON header,
/// tensor bytes without holes or overlaps.</remarks>
public static class SafetensorsReader
{
    private const int LengthBytes = 8;
    private const long MaxHeader = 100_000_000;
    private const string MetadataKey = "__metadata__";
    private static readonly FormatRules Rules = new("safetensors file");

    /// <summary>Reads a file. Each tensor gets memory of its own, so a file may have more than 2 GB.</summary>
    /// <param name="stream">At its start; it must know its length.</param>
    /// <exception cref="FormatException">The bytes break a rule of the format.</exception>
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
            // The second is what System.Text.Json throws for a name that is not Unicode: bad UTF-8, or half a surrogate pair.
            throw Rules.Wrong("its header is not valid JSON, or has a name twice");
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
        Rules.Require(file.Length >= LengthBytes, $"it has {file.Length} bytes, fewer than the {LengthBytes} of the header's length");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.ReadArray(LengthBytes));
        Rules.Require(length <= MaxHeader, $"its header claims {length} bytes, more than {MaxHeader}");
        Rules.Require((long)length <= file.Left(), $"its header claims {length} bytes, but the file ends after {file.Left()}");
        byte[] header = file.ReadArray((long)length);
        Rules.Require(header is [(byte)'{', ..], "its header does not begin with '{'");
        return header;
    }

    private static Dictionary<string, string> Metadata(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || element.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.String))
            throw Rules.Wrong($"{MetadataKey} is not an object of strings");
        return element.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
    }

    private static Entry ParseEntry(JsonProperty property)
    {
        JsonElement e = property.Value;
        if (e.ValueKind != JsonValueKind.Object || e.EnumerateObject().Count() != 3
            || !e.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String
            || !e.TryGetProperty("shape", out JsonElement shape) || Naturals(shape) is not { } dimensions
            || !e.TryGetProperty("data_offsets", out JsonElement offsets) || Naturals(offsets) is not [var begin, var end])
            throw Rules.Wrong($"tensor '{property.Name.Shown()}' is not described by dtype, shape and two data_offsets");
        DType? type = DTypes.Find(dtype.GetString()!);
        Rules.Require(type is not null, $"tensor '{property.Name.Shown()}' has the unknown dtype '{dtype.GetString()!.Shown()}'");
        return new(property.Name, type.Value, dimensions, begin, end);
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
            string tensor = $"tensor '{entry.Name.Shown()}'";
            Rules.Require(entry.Begin == position, $"{tensor} begins at {entry.Begin}, expected {position}");
            long size = entry.DType.ByteCount(entry.Shape)
                ?? throw Rules.Wrong($"{tensor} of shape [{string.Join(", ", entry.Shape)}] overflows");
            Rules.Require(entry.End - entry.Begin == size,
                $"{tensor} lies from {entry.Begin} to {entry.End}, but its shape needs {size} bytes");
            Rules.Require(entry.End <= dataLength, $"{tensor} ends at {entry.End}, but the data at {dataLength}: the file is cut short");
            Rules.Require(size <= StreamReading.MaxTensorBytes, $"{tensor} has {size} bytes, more than {StreamReading.MaxTensorBytes}");
            position = entry.End;
        }
        Rules.Require(position == dataLength, $"the tensors end at {position}, but the data at {dataLength}");
    }

    private sealed record Entry(string Name, DType DType, long[] Shape, long Begin, long End);
}
