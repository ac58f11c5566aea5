namespace Denoise.Infer.Tool;

/// <summary>Absolute paths without links, so that two names of one place are seen to be one.</summary>
internal static class RealPath
{
    /// <summary>Resolves the links of a path. Parts that do not exist stay as they are.</summary>
    internal static string Of(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent)
            return full;
        string real = Path.Combine(Of(parent), Path.GetFileName(full));
        var entry = new FileInfo(real);
        return entry.LinkTarget is null ? real : Of(entry.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }
}
