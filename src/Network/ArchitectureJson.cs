using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Denoise.Network;

/// <summary>Architectures as JSON, the form in which users write their own and checkpoints carry theirs.</summary>
public static class ArchitectureJson
{
    private static readonly JsonSerializerOptions Indented = Options(indented: true);
    private static readonly JsonSerializerOptions Compact = Options(indented: false);

    /// <param name="architecture">What to write.</param>
    /// <param name="indented">For people; otherwise on one line, for metadata.</param>
    public static string Write(Architecture architecture, bool indented = false) =>
        JsonSerializer.Serialize(architecture, indented ? Indented : Compact);

    /// <exception cref="ArchitectureException">Not JSON, an unknown layer or property, or layers that do not fit together.</exception>
    public static Architecture Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Architecture>(json, Compact) ?? throw new ArchitectureException("The architecture is null.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new ArchitectureException($"Not an architecture: {e.Message}");
        }
    }

    private static JsonSerializerOptions Options(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 8,
        WriteIndented = indented,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { OnlyWhatIsSet } },
    };

    /// <summary>A layer is what its constructor takes and the inputs it names. What follows from these is not written;
    /// checkpoints of earlier versions have it and stay readable.</summary>
    private static void OnlyWhatIsSet(JsonTypeInfo type)
    {
        if (!type.Type.IsAssignableTo(typeof(Layer)))
            return;
        foreach (JsonPropertyInfo property in type.Properties)
            if (property.Name == "parameters")
                property.ShouldSerialize = (_, _) => false;
            else if (property.Name == "inputs")
                property.ShouldSerialize = (_, inputs) => inputs is IReadOnlyList<string> { Count: > 0 };
    }
}
