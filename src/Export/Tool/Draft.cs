namespace Denoise.Export.Tool;

/// <summary>A model file in a hidden folder beside its place, so that one that is wrong never takes the place of one that is right.</summary>
internal sealed class Draft : IDisposable
{
    private readonly string _folder;

    /// <param name="model">What to write.</param>
    /// <param name="target">Where it is to be once it is found right; its folder exists.</param>
    /// <param name="externalData">Whether the weights get a file of their own in any case.</param>
    public Draft(OnnxModel model, string target, bool externalData)
    {
        Target = target;
        string full = System.IO.Path.GetFullPath(target);
        _folder = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(full)!, $".{System.IO.Path.GetFileName(full)}.{Environment.ProcessId}");
        Path = System.IO.Path.Combine(_folder, System.IO.Path.GetFileName(full));
        Directory.CreateDirectory(_folder);
        try
        {
            model.Save(Path, externalData);
        }
        catch
        {
            Dispose();
            throw;
        }
        ByteCount = new DirectoryInfo(_folder).EnumerateFiles().Sum(file => file.Length);
    }

    /// <summary>The model file as it is now.</summary>
    public string Path { get; }

    public string Target { get; }

    /// <summary>Of the model and its weights.</summary>
    public long ByteCount { get; }

    /// <summary>Moves the file to its place, after the weights that it needs.</summary>
    public void Keep()
    {
        string data = Path + ".data";
        if (File.Exists(data))
            File.Move(data, Target + ".data", overwrite: true);
        File.Move(Path, Target, overwrite: true);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
