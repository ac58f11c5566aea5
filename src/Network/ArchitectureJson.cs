using System.Reflection;
using System.Text.Json.Nodes;

namespace Denoise.Network;

/// <summary>Architectures as JSON: users write their own in it, and checkpoints carry theirs. samples/README.md describes it.</summary>
/// <remarks>A layer's type and settings are the name of its record and the parameters of its constructor, in snake case.</remarks>
public static class ArchitectureJson
{
    private const string TypeKey = "type", InputsKey = "inputs";

    /// <summary>Checkpoints of earlier versions have these in their layers.</summary>
    private const string ParametersKey = "parameters";

    private static readonly Dictionary<string, ConstructorInfo> LayerTypes = typeof(Layer).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract)
        .ToDictionary(type => Word(type.Name), type => type.GetConstructors().Single());

    private static readonly string[] Types = [.. LayerTypes.Keys.Order(StringComparer.Ordinal)];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>The network as JSON; the same network gives the same text.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="indented">For people; otherwise on one line, for metadata.</param>
    public static string Write(Architecture architecture, bool indented = false) =>
        Write(architecture.Name, architecture.Channels, architecture.InputSize, architecture.Layers, indented);

    internal static string Write(string name, int channels, int[]? inputSize, IEnumerable<Layer> layers, bool indented)
    {
        var network = new JsonObject { ["name"] = name, ["channels"] = channels };
        if (inputSize is not null)
            network["input_size"] = JsonSerializer.SerializeToNode(inputSize);
        network["layers"] = new JsonArray([.. layers.Select(Write)]);
        return network.ToJsonString(indented ? Indented : null);
    }

    /// <summary>Reads what <see cref="Write(Architecture, bool)"/> writes.</summary>
    /// <exception cref="ArchitectureException">Not JSON, an unknown layer or setting, or layers that do not fit together.</exception>
    public static Architecture Read(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            var network = new JsonFields(document.RootElement, "The architecture");
            network.AllowOnly(["name", "channels", "layers", "input_size"]);
            return new(network.Get<string>("name"), network.Get<int>("channels"),
                [.. network.Get<JsonElement[]>("layers").Select(ReadLayer)], network.Get<int[]?>("input_size", missing: null));
        }
        catch (JsonException e)
        {
            throw new ArchitectureException("The architecture is not valid JSON, or has a property twice"
                + (e.LineNumber is { } line ? $": line {line + 1}, byte {e.BytePositionInLine + 1}." : "."));
        }
        catch (InvalidOperationException) // half a surrogate pair, which no text has
        {
            throw new ArchitectureException("The architecture is not valid JSON: a name is not Unicode.");
        }
    }

    private static JsonNode Write(Layer layer)
    {
        var node = new JsonObject { [TypeKey] = Word(layer.Kind) };
        foreach (ParameterInfo setting in LayerTypes[Word(layer.Kind)].GetParameters())
            node[Word(setting.Name!)] = Value(layer.GetType().GetProperty(setting.Name!)!.GetValue(layer));
        if (layer.Inputs.Count > 0)
            node[InputsKey] = JsonSerializer.SerializeToNode(layer.Inputs);
        return node;
    }

    private static JsonNode? Value(object? setting) => setting switch
    {
        Sides { Height: var height, Width: var width } => height == width ? height : new JsonArray(height, width),
        Enum word => Word(word.ToString()),
        _ => JsonSerializer.SerializeToNode(setting),
    };

    private static Layer ReadLayer(JsonElement json, int position)
    {
        var fields = new JsonFields(json, $"Layer {position + 1}");
        string type = fields.Get<string>(TypeKey);
        if (!LayerTypes.TryGetValue(type, out ConstructorInfo? constructor))
            throw new ArchitectureException($"{fields.Owner}: no layer has the type '{type}'. The nearest is "
                + $"{NearestName.Of(type, Types)}; the types are {string.Join(", ", Types)}.");
        fields = new(json, $"{fields.Owner} ({type})");
        ParameterInfo[] settings = constructor.GetParameters();
        fields.AllowOnly([TypeKey, .. settings.Select(setting => Word(setting.Name!)), InputsKey], ignored: ParametersKey);
        var layer = (Layer)constructor.Invoke([.. settings.Select(fields.Get)]);
        return layer with { Inputs = fields.Get<string[]>(InputsKey, missing: []) };
    }

    internal static string Word(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(
        name.Replace("PReLU", "Prelu").Replace("ReLU", "Relu").Replace("SiLU", "Silu"));
}
