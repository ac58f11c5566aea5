namespace Denoise.CommandLine;

/// <summary>The files of one command. Nothing that it reads may be overwritten, and no two results may be one file.</summary>
public sealed class FileUse
{
    private readonly Dictionary<string, (string Title, string Path)> _read = new(RealPath.Comparer), _written = new(RealPath.Comparer);
    private readonly Dictionary<string, (string Path, bool Exists)> _folders = [];

    /// <summary>To be told of all that is read, before the first <see cref="Writes"/>.</summary>
    /// <param name="title">Such as "the model".</param>
    public void Reads(string title, string path) => _read.TryAdd(RealPathOf(path), (title, path));

    /// <summary>To be told of each result. Pipes and devices may be written into by several.</summary>
    /// <param name="title">An option, such as <c>--report</c>.</param>
    /// <exception cref="ToolException">The file is read as well, or is another result.</exception>
    public void Writes(string title, string path)
    {
        if (ResultFile.IsStream(path))
            return;
        string real = RealPathOf(path);
        if (_read.TryGetValue(real, out var read))
            throw ToolException.Usage($"{title} {path} would overwrite {read.Title} {read.Path}, which is read: choose another name.");
        if (!_written.TryAdd(real, (title, path)))
            throw ToolException.Usage(
                $"{title} {path} and {_written[real].Title} {_written[real].Path} are one file: choose another name.");
    }

    /// <summary>The links of each folder are resolved once.</summary>
    private string RealPathOf(string path)
    {
        string full = Path.GetFullPath(path), folder = Path.GetDirectoryName(full) ?? full;
        if (!_folders.TryGetValue(folder, out var real))
            _folders[folder] = real = (RealPath.Of(folder), Directory.Exists(folder));
        string file = Path.Combine(real.Path, Path.GetFileName(full));
        return real.Exists && new FileInfo(file).LinkTarget is not null ? RealPath.Of(file) : file;
    }
}
