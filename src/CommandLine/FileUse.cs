namespace Denoise.CommandLine;

/// <summary>The files of one command. Nothing that it reads may be overwritten, and no two results may be one file.</summary>
public sealed class FileUse
{
    private readonly Dictionary<string, (string Title, string Path)> _read = new(RealPath.Comparer), _written = new(RealPath.Comparer);
    private readonly Dictionary<string, (string Path, bool Exists)> _folders = [];

    /// <summary>To be told of all that is read, before the first <see cref="Writes"/>.</summary>
    /// <param name="title">Such as "the model".</param>
    /// <param name="mayBeLink">False where the file itself is known to be none; its folders may be links.</param>
    public void Reads(string title, string path, bool mayBeLink = true) => _read.TryAdd(RealPathOf(path, mayBeLink), (title, path));

    /// <summary>To be told of each result. Pipes and devices may be written into by several.</summary>
    /// <param name="title">An option, such as <c>--report</c>.</param>
    /// <exception cref="ToolException">The file is read as well, or is another result.</exception>
    public void Writes(string title, string path)
    {
        if (ResultFile.IsStandardOutput(path))
            return;
        string real = RealPathOf(path);
        // Only a name that comes twice is looked at, for there may be 100,000.
        if ((_read.ContainsKey(real) || !_written.TryAdd(real, (title, path))) && !FileKind.IsSpecial(path))
            Refuse(title, path, real);
    }

    private void Refuse(string title, string path, string real)
    {
        if (_read.TryGetValue(real, out var read))
            throw ToolException.Usage($"{title} {path} would overwrite {read.Title} {read.Path}, which is read: choose another name.");
        throw ToolException.Usage(
            $"{title} {path} and {_written[real].Title} {_written[real].Path} are one file: choose another name.");
    }

    /// <summary>The links of each folder are resolved once.</summary>
    private string RealPathOf(string path, bool mayBeLink = true)
    {
        string folder = Path.GetDirectoryName(path) ?? "";
        if (!_folders.TryGetValue(folder, out var real))
            _folders[folder] = real = (RealPath.Of(Path.Combine(".", folder)), Directory.Exists(Path.Combine(".", folder)));
        string file = Path.Join(real.Path, Path.GetFileName(path.AsSpan()));
        return mayBeLink && real.Exists && !FileKind.IsOrdinaryOrNone(file) ? RealPath.Of(file) : file;
    }
}
