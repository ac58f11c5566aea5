namespace Denoise.Train;

/// <summary>The commit that a folder is at. It is read from git's own files: git itself runs programs that a repository's settings
/// name, and the repository may be anybody's.</summary>
internal static class GitCommit
{
    private const string Reference = "ref: ", Link = "gitdir: ";
    private const int LongestFile = 1 << 22, Sha1 = 40, Sha256 = 64;

    /// <returns>In hexadecimal; null outside a repository, before its first commit, and where its files cannot be read.</returns>
    internal static string? Of(string folder)
    {
        try
        {
            return GitFolder(folder) is { } git && Text(Path.Combine(git, "HEAD")) is { } head ? Commit(git, head) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The folder .git here or above, or the one that a file of this name leads to.</summary>
    private static string? GitFolder(string folder)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            string git = Path.Combine(at, ".git");
            if (Directory.Exists(git))
                return git;
            if (Text(git) is { } text)
                return text.StartsWith(Link, StringComparison.Ordinal) ? Path.Combine(at, text[Link.Length..]) : null;
        }
        return null;
    }

    private static string? Commit(string git, string head)
    {
        if (!head.StartsWith(Reference, StringComparison.Ordinal))
            return Checked(head);
        string name = head[Reference.Length..];
        if (name.Split('/') is not ["refs", ..] parts || parts.Contains(".."))
            return null;
        string common = Text(Path.Combine(git, "commondir")) is { } shared ? Path.Combine(git, shared) : git;
        return Checked(Text(Path.Combine(git, name)) ?? Text(Path.Combine(common, name)) ?? Packed(common, name));
    }

    private static string? Packed(string common, string name) => Text(Path.Combine(common, "packed-refs"))?.Split('\n')
        .FirstOrDefault(line => line.EndsWith($" {name}", StringComparison.Ordinal))?.Split(' ')[0];

    private static string? Checked(string? commit) =>
        commit?.Length is Sha1 or Sha256 && commit.All(char.IsAsciiHexDigitLower) ? commit : null;

    private static string? Text(string path) =>
        File.Exists(path) && new FileInfo(path).Length is > 0 and <= LongestFile ? File.ReadAllText(path).TrimEnd() : null;
}
