using System.IO.Enumeration;
using System.Text;
using System.Text.RegularExpressions;
using Denoise.CommandLine;
using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>A folder with all that is below it, or those of its pictures whose names match a pattern.</summary>
/// <param name="Folder">As the user wrote it; "" for the working folder.</param>
/// <param name="Pattern">Relative to the folder: ? for one letter, [ab] for one of these, * for any number, ** for any folders; null for all.</param>
internal sealed record PicturePattern(string Folder, string? Pattern)
{
    private static readonly char[] Wildcards = ['*', '?', '['];

    private readonly string _realFolder = RealPath.Of(Folder.Length == 0 ? "." : Folder);
    private readonly Regex? _expression = Pattern is null ? null : Expression(Pattern);

    /// <summary>Null where the text has no wildcard.</summary>
    internal static PicturePattern? Parse(string text)
    {
        int wildcard = text.IndexOfAny(Wildcards);
        if (wildcard < 0)
            return null;
        int end = text.LastIndexOf('/', wildcard);
        return new(end == 0 ? "/" : text[..Math.Max(end, 0)], text[(end + 1)..]);
    }

    /// <summary>Files in any order; hidden files and folders are left out, and linked folders, which may lead in a circle.</summary>
    internal IEnumerable<InputFile> Files()
    {
        string folder = Folder.Length == 0 ? "." : Folder;
        return new FileSystemEnumerable<InputFile>(
            folder,
            (ref FileSystemEntry entry) => FileOf(ref entry, NameOf(ref entry, folder)),
            new EnumerationOptions
            {
                RecurseSubdirectories = true,
                MaxRecursionDepth = Depth,
                AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
                IgnoreInaccessible = false,
            })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory && PictureFile.IsPicture(entry.FileName.ToString()) && Matches(NameOf(ref entry, folder)),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry),
        };
    }

    /// <summary>Refuses an output folder all of whose files would be pictures to denoise themselves.</summary>
    /// <param name="output">As the user wrote it.</param>
    /// <param name="path">The same, absolute and without links.</param>
    internal void RefuseAsOutput(string output, string path)
    {
        if (_expression is null && IsWithin(path, _realFolder))
            throw ToolException.Usage($"--output {output} is {(path == _realFolder ? "the input folder itself" : "inside the input folder")}: choose a folder outside {Folder}.");
    }

    /// <summary>Refuses an output that would be a picture to denoise itself.</summary>
    /// <param name="name">The picture's.</param>
    /// <param name="path">Its output, absolute and without links.</param>
    internal void RefuseAsOutputOf(string name, string path)
    {
        if (IsWithin(path, _realFolder) && Matches(Path.GetRelativePath(_realFolder, path)))
            throw ToolException.Usage($"The output of {name} would {(Pattern is null ? "be inside the input folder" : "itself match")} {this}: choose another --output.");
    }

    /// <summary>As the user wrote it.</summary>
    public override string ToString() => Pattern is null ? Folder : Path.Combine(Folder, Pattern);

    /// <summary>How many folders deep a picture can be.</summary>
    private int Depth => Pattern is null || Pattern.Contains("**", StringComparison.Ordinal) ? int.MaxValue : Pattern.Count(c => c == '/');

    private bool Matches(string name) => _expression?.IsMatch(name.Replace(Path.DirectorySeparatorChar, '/')) ?? true;

    private static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string NameOf(ref FileSystemEntry entry, string folder) => Path.GetRelativePath(folder, entry.ToSpecifiedFullPath());

    private static bool IsLink(ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;

    private InputFile FileOf(ref FileSystemEntry entry, string name) =>
        IsLink(ref entry) ? InputFile.Of(Folder, name) : new(Folder, name, entry.Length, entry.LastWriteTimeUtc.UtcTicks);

    /// <summary>The pattern as a regular expression for the whole name, with '/' between folders.</summary>
    private static Regex Expression(string pattern)
    {
        string[] parts = pattern.Split('/');
        IEnumerable<string> expressions = parts.Select((part, i) => (part == "**", i == parts.Length - 1) switch
        {
            (true, true) => ".+",
            (true, false) => "(.+/)?",
            (false, var last) => OfPart(part) + (last ? "" : "/"),
        });
        try
        {
            return new($"^{string.Concat(expressions)}$", RegexOptions.CultureInvariant | RegexOptions.Singleline);
        }
        catch (RegexParseException)
        {
            throw ToolException.Usage($"--input {pattern}: expected letters between [ and ], such as [abc] or [a-c].");
        }
    }

    /// <summary>Of what stands between two '/', none of which it matches.</summary>
    private static string OfPart(string part)
    {
        var text = new StringBuilder();
        for (int i = 0; i < part.Length; i++)
        {
            // The first letter may be a ] itself.
            int end = part[i] == '[' ? part.IndexOf(']', Math.Min(i + 2, part.Length)) : -1;
            text.Append(part[i] switch
            {
                '*' => "[^/]*",
                '?' => "[^/]",
                '[' when end > 0 => OneOf(part[(i + 1)..end]),
                var letter => Regex.Escape(letter.ToString()),
            });
            i = Math.Max(i, end);
        }
        return text.ToString();
    }

    private static string OneOf(string letters)
    {
        bool none = letters[0] is '!' or '^';
        string escaped = letters[(none ? 1 : 0)..].Replace("\\", "\\\\").Replace("[", "\\[").Replace("]", "\\]").Replace("^", "\\^");
        return $"(?!/)[{(none ? "^" : "")}{escaped}]";
    }
}
