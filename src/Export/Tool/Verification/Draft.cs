namespace Denoise.Export.Tool;

/// <summary>A hidden folder beside a model's place, where it is written and tried, so that one that is wrong never takes the place of one that is right.</summary>
internal sealed class Draft : IDisposable
{
    private readonly string _target;

    /// <param name="target">Where the model is to be; its folder exists.</param>
    public Draft(string target)
    {
        _target = System.IO.Path.GetFullPath(target);
        string name = System.IO.Path.GetFileName(_target);
        Folder = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(_target)!, $".{name}.{Environment.ProcessId}");
        Path = System.IO.Path.Combine(Folder, name);
        Directory.CreateDirectory(Folder);
    }

    /// <summary>For whatever files are needed for the while.</summary>
    public string Folder { get; }

    /// <summary>The model file as long as it is a draft.</summary>
    public string Path { get; }

    /// <summary>Of the model and of the weights beside it.</summary>
    public long ByteCount => Files.Sum(suffix => new FileInfo(Path + suffix).Length);

    /// <summary>Moves the model to its place, after the weights that it needs.</summary>
    public void Keep()
    {
        foreach (string suffix in Files.ToArray())
            File.Move(Path + suffix, _target + suffix, overwrite: true);
    }

    private IEnumerable<string> Files => new[] { ".data", "" }.Where(suffix => File.Exists(Path + suffix));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
