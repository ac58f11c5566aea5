using System.Reflection;

namespace Denoise.Network;

/// <summary>The properties of a JSON object that a person wrote; each mistake is one sentence.</summary>
internal sealed class JsonFields
{
    private readonly JsonElement _json;

    /// <param name="owner">Its name in messages.</param>
    public JsonFields(JsonElement json, string owner)
    {
        (_json, Owner) = (json, owner);
        if (json.ValueKind != JsonValueKind.Object)
            throw new ArchitectureException($"{owner} is {Shown(json)}, expected a JSON object.");
    }

    public string Owner { get; }

    /// <exception cref="ArchitectureException">There are other properties.</exception>
    public void AllowOnly(string[] names, string? ignored = null)
    {
        foreach (JsonProperty property in _json.EnumerateObject())
            if (property.Name != ignored && !names.Contains(property.Name))
                throw new ArchitectureException($"{Owner} has no setting '{property.Name}', only {string.Join(", ", names)}.");
    }

    public T Get<T>(string name) => Find(name) is { } value ? (T)Read(value, typeof(T), name)
        : throw new ArchitectureException($"{Owner}: {name} is missing.");

    public T Get<T>(string name, T missing) => Find(name) is { } value ? (T)Read(value, typeof(T), name) : missing;

    /// <summary>The value for a constructor's parameter, which may have a default.</summary>
    public object? Get(ParameterInfo parameter)
    {
        string name = ArchitectureJson.Word(parameter.Name!);
        return Find(name) is { } value ? Read(value, parameter.ParameterType, name)
            : parameter.HasDefaultValue ? parameter.DefaultValue
            : throw new ArchitectureException($"{Owner}: {name} is missing.");
    }

    private JsonElement? Find(string name) => _json.TryGetProperty(name, out JsonElement value) ? value : null;

    private object Read(JsonElement json, Type type, string name) => (type.Name, json.ValueKind) switch
    {
        (nameof(String), JsonValueKind.String) => json.GetString()!,
        (nameof(Int32), JsonValueKind.Number) when json.TryGetInt32(out int number) => number,
        (nameof(Double), JsonValueKind.Number) => json.GetDouble(),
        (nameof(Boolean), JsonValueKind.True or JsonValueKind.False) => json.GetBoolean(),
        (nameof(Sides), JsonValueKind.Number) when json.TryGetInt32(out int both) => (Sides)both,
        (nameof(Sides), JsonValueKind.Array) when Numbers(json) is [var height, var width] => new Sides(height, width),
        (_, JsonValueKind.String) when type.IsEnum && WordIn(type, json.GetString()!) is { } word => word,
        ("JsonElement[]", JsonValueKind.Array) => json.EnumerateArray().ToArray(),
        ("Int32[]", JsonValueKind.Array) => json.EnumerateArray().Select(item => (int)Read(item, typeof(int), name)).ToArray(),
        ("String[]", JsonValueKind.Array) => json.EnumerateArray().Select(item => (string)Read(item, typeof(string), name)).ToArray(),
        _ => throw new ArchitectureException($"{Owner}: {name} is {Shown(json)}, expected {Expected(type)}."),
    };

    /// <summary>Nothing where they are not all whole numbers.</summary>
    private static int[] Numbers(JsonElement list)
    {
        JsonElement[] items = [.. list.EnumerateArray()];
        return items.All(n => n.ValueKind == JsonValueKind.Number && n.TryGetInt32(out _)) ? [.. items.Select(n => n.GetInt32())] : [];
    }

    private static object? WordIn(Type type, string word) =>
        Enum.GetValues(type).Cast<object>().FirstOrDefault(value => ArchitectureJson.Word($"{value}") == word);

    private static string Expected(Type type) => type.Name switch
    {
        nameof(Sides) => "a whole number, or two in a list for height and width",
        _ when type.IsEnum => string.Join(" or ", Enum.GetNames(type).Select(ArchitectureJson.Word)),
        nameof(String) => "a text",
        nameof(Int32) => "a whole number",
        nameof(Double) => "a number",
        nameof(Boolean) => "true or false",
        _ => "a list",
    };

    private static string Shown(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => json.GetRawText() is { Length: > 40 } text ? text[..40] + "…" : json.GetRawText(),
    };
}
