namespace Denoise.Network;

/// <summary>The differences between a file's tensors and the parameters wanted, one line each.</summary>
internal static class Misfits
{
    /// <summary>Limits of the search for the nearest name, so that a hostile file cannot make it last for hours.</summary>
    private const int LongestName = 200, MostPairs = 250_000;

    /// <returns>Missing ones and wrong shapes in the architecture's order, then unexpected ones by name.</returns>
    public static IEnumerable<string> Of(ParameterSpec[] wanted, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        string[] unexpected = [.. tensors.Keys.Except(wanted.Select(spec => spec.Name)).Order(StringComparer.Ordinal)];
        int missing = wanted.Count(spec => !tensors.ContainsKey(spec.Name));
        string[] candidates = (long)missing * unexpected.Length > MostPairs ? []
            : [.. unexpected.Where(name => name.Length <= LongestName)];
        IEnumerable<string?> wrong = wanted.Select(spec => tensors.TryGetValue(spec.Name, out StoredTensor? tensor)
            ? Difference(spec, tensor)
            : $"missing {spec.Name} ({spec.ShapeText}){Nearest(spec.Name, candidates)}");
        return [.. wrong.OfType<string>(), .. unexpected.Select(name => $"unexpected {name.Shown()} ({tensors[name].ShapeText})")];
    }

    /// <summary>Names that share less than half with the one wanted are no help.</summary>
    private static string Nearest(string name, string[] candidates) =>
        candidates is not [] && NearestName.Of(name, candidates) is { } nearest && NearestName.Distance(name, nearest) <= name.Length / 2
            ? $", nearest in the file: {nearest.Shown()}"
            : "";

    private static string? Difference(ParameterSpec spec, StoredTensor tensor)
    {
        if (!tensor.IsFloat)
            return $"{spec.Name} is {tensor.DType}, expected F32, F16, BF16 or F64";
        bool fits = tensor.Shape.SequenceEqual(spec.Shape.Select(d => (long)d));
        return fits ? null : $"{spec.Name} is {tensor.ShapeText}, expected {spec.ShapeText}";
    }
}
