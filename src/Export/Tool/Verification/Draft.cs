namespace Denoise.Export.Tool;

/// <summary>A hidden folder beside a model's place. The model is written and tried there, so that a wrong one never takes it.</summary>
internal sealed class Draft : IDisposable
{
    private readonly string _target;

    /// <param name="target">The model's place; its folder exists.</param>
    public Draft(string target)
    {
        _target = System.IO.Path.GetFullPath(target);
        string name = System.IO.Path.GetFileName(_target);
        Folder = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(_target)!, $".{name}.{Environment.ProcessId}");
        Path = System.IO.Path.Combine(Folder, name);
        Directory.CreateDirectory(Folder);
    }

    /// <summary>For files that are needed meanwhile.</summary>
    public string Folder { get; }

    /// <summary>The draft of the model.</summary>
    public string Path { get; }

    /// <summary>Bytes of the model and of the weights beside it.</summary>
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
