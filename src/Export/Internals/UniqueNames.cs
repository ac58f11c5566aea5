namespace Denoise.Export;

/// <summary>The names of a graph's values, of which no two may be alike.</summary>
internal sealed class UniqueNames(params IEnumerable<string> taken)
{
    private readonly HashSet<string> _names = [.. taken];

    /// <summary>The name, or one like it where a value is called so already.</summary>
    public string Of(string name)
    {
        string candidate = name;
        for (int i = 2; !_names.Add(candidate); i++)
            candidate = $"{name}_{i}";
        return candidate;
    }
}
