namespace Denoise.Export;

/// <summary>Keeps the names of a graph's values different.</summary>
internal sealed class UniqueNames(params IEnumerable<string> taken)
{
    private readonly HashSet<string> _names = [.. taken];

    /// <summary>The name, or one like it where another value has it.</summary>
    public string Of(string name)
    {
        string candidate = name;
        for (int i = 2; !_names.Add(candidate); i++)
            candidate = $"{name}_{i}";
        return candidate;
    }
}
