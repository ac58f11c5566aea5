namespace Denoise.Network;

/// <summary>Checks an architecture as far as its shapes are not needed.</summary>
internal static class ArchitectureCheck
{
    private const int MaxLayers = 10_000, LongestName = 200;

    public static void Settings(Architecture a)
    {
        Require(!string.IsNullOrWhiteSpace(a.Name), "An architecture needs a name.");
        Require(IsTitle(a.Name), $"Architecture name '{Shown(a.Name)}' must be made of at most {LongestName} letters, digits, spaces and "
            + "any of _-+.,()=, and begin with a letter or digit.");
        Require(a.Channels is 1 or 3, $"Architecture '{a.Name}': channels must be 1 (grey) or 3 (RGB), found {a.Channels}.");
        Require(a.Layers is { Count: > 0 and <= MaxLayers }, $"Architecture '{a.Name}': expected 1 to {MaxLayers} layers.");
        Require(a.InputSize is null or [> 0, > 0],
            $"Architecture '{a.Name}': input_size must be two positive numbers, height and width.");
    }

    public static void Layer(Layer? layer, IReadOnlyDictionary<string, int> earlier)
    {
        Require(layer is not null, "A layer is null.");
        Require(IsName(layer!.Name), $"Layer name '{Shown(layer.Name)}' must be made of letters, digits, '_', '-' and dots between them.");
        Require(!earlier.ContainsKey(layer.Name), $"Layer name '{layer.Name}' is taken.");
        layer.Validate();
        foreach (string input in layer.Inputs ?? throw layer.Wrong("inputs is null"))
            Require(earlier.ContainsKey(input), layer.Wrong($"it reads '{input}', which is not an earlier layer").Message);
        Require(layer.JoinsSeveral ? layer.Inputs.Count >= 2 : layer.Inputs.Count <= 1,
            layer.Wrong(layer.JoinsSeveral ? "name at least two inputs" : "it takes one input").Message);
    }

    /// <summary>It becomes a part of paths, configurations and messages.</summary>
    private static bool IsTitle(string name) => name.Length <= LongestName && char.IsLetterOrDigit(name[0])
        && name.All(c => char.IsLetterOrDigit(c) || " _-+.,()=".Contains(c));

    private static string? Shown(string? name) => name?.Length > LongestName ? $"{name[..LongestName]}…" : name;

    private static bool IsName(string? name) => name?.Length is > 0 and <= LongestName
        && name.Split('.').All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'));

    private static void Require(bool condition, string message)
    {
        if (!condition)
            throw new ArchitectureException(message);
    }
}
