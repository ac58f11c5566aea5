namespace Denoise.CommandLine;

/// <summary>Absolute paths without links, so that two names of one place are seen to be one.</summary>
public static class RealPath
{
    /// <summary>As the system compares names.</summary>
    public static StringComparer Comparer { get; } =
        OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    /// <summary>Resolves the links of a path. Parts that do not exist, and links that lead in a circle, stay as they are.</summary>
    public static string Of(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent)
            return full;
        string real = Path.Combine(Of(parent), Path.GetFileName(full));
        var entry = new FileInfo(real);
        try
        {
            return entry.LinkTarget is null ? real : Of(entry.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
        }
        catch (IOException)
        {
            return real;
        }
    }
}
