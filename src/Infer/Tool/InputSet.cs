namespace Denoise.Infer.Tool;

/// <summary>The pictures, folders and patterns that <c>--input</c> names.</summary>
internal sealed class InputSet
{
    private readonly List<string> _files = [];
    private readonly List<PicturePattern> _patterns = [];
    private readonly HashSet<string> _realFiles;

    /// <exception cref="ToolException">There is no such file or folder.</exception>
    internal InputSet(IReadOnlyList<string> inputs)
    {
        foreach (string input in inputs)
        {
            // A file of that name comes before a pattern.
            if (input == StandardStreams.Name || File.Exists(input))
                _files.Add(input);
            else
                _patterns.Add(FolderOrPattern(input));
        }
        _realFiles = [.. _files.Select(RealPath.Of)];
    }

    /// <summary>The picture, where there is but one, named by itself.</summary>
    internal string? SinglePicture => (_files, _patterns) is ([var file], []) ? file : null;

    internal bool HasPipe => _files.Contains(StandardStreams.Name);

    /// <summary>Whether pictures may be added to it.</summary>
    internal bool IsOpen => _patterns.Count > 0;

    /// <summary>How many other files there were when <see cref="Files"/> looked.</summary>
    internal int LeftOut { get; private set; }

    /// <summary>In the order of their names.</summary>
    internal InputFile[] Files()
    {
        LeftOut = 0;
        IEnumerable<InputFile> all = _files.Select(Named).Concat(_patterns.SelectMany(pattern => pattern.Files(() => LeftOut++)));
        // Patterns may overlap.
        InputFile[] files = [.. _patterns.Count + _files.Count > 1 ? all.Distinct() : all];
        Array.Sort(files, Compare);
        return files;
    }

    private static int Compare(InputFile a, InputFile b) =>
        string.CompareOrdinal(a.Name, b.Name) is var order and not 0 ? order : string.CompareOrdinal(a.Folder, b.Folder);

    /// <exception cref="ToolException">All that is written into this folder would be input itself.</exception>
    internal void RefuseAsOutput(string output, string path) => _patterns.ForEach(pattern => pattern.RefuseAsOutput(output, path));

    /// <exception cref="ToolException">The file at this path is or would be input itself.</exception>
    internal void RefuseAsOutputOf(string name, string path)
    {
        if (_realFiles.Contains(path))
            throw ToolException.Usage(
                $"The output of {name} would replace {Path.GetRelativePath(".", path)}, an input itself: choose another --output.");
        foreach (PicturePattern pattern in _patterns)
            pattern.RefuseAsOutputOf(name, path);
    }

    public override string ToString() => string.Join(" or ", _patterns);

    private static InputFile Named(string file) =>
        file == StandardStreams.Name ? InputFile.StandardInput : InputFile.Named(file);

    private static PicturePattern FolderOrPattern(string input)
    {
        if (Directory.Exists(input))
            return new(Path.TrimEndingDirectorySeparator(input), null);
        if (PicturePattern.Parse(input) is not { } pattern || (pattern.Folder.Length > 0 && !Directory.Exists(pattern.Folder)))
            throw new ToolException($"There is no file or folder {input}.");
        return pattern;
    }
}
