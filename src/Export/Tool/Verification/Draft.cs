namespace Denoise.Export.Tool;

/// <summary>A hidden folder beside a model's place. The model is written and tried there, so that a wrong one never takes it.</summary>
internal sealed class Draft : IDisposable
{
    private const string Prefix = ".denoise-", Suffix = ".draft", LockName = "lock";

    private readonly string _target;
    private readonly FileStream _lock;

    /// <param name="target">The model's place; its folder exists. A link stays, and what it leads to is written.</param>
    public Draft(string target)
    {
        IsStream = ResultFile.IsStream(target);
        _target = IsStream ? target : RealPath.Of(target);
        string beside = IsStream ? System.IO.Path.GetTempPath() : System.IO.Path.GetDirectoryName(_target)!;
        RemoveAbandoned(beside);
        // Nobody can guess the name and put something there before.
        Folder = System.IO.Path.Combine(beside, $"{Prefix}{System.IO.Path.GetRandomFileName()}{Suffix}");
        Directory.CreateDirectory(Folder);
        _lock = new(System.IO.Path.Combine(Folder, LockName), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        Path = System.IO.Path.Combine(Folder, IsStream ? "model.onnx" : System.IO.Path.GetFileName(_target));
    }

    /// <summary>For files that are needed meanwhile.</summary>
    public string Folder { get; }

    /// <summary>The draft of the model.</summary>
    public string Path { get; }

    /// <summary>Whether the model goes to standard output, a pipe or a device.</summary>
    private bool IsStream { get; }

    /// <summary>Bytes of the model and of the weights beside it.</summary>
    public long ByteCount => Files.Sum(suffix => new FileInfo(Path + suffix).Length);

    /// <summary>Moves the model to its place, after the weights that it needs.</summary>
    public void Keep()
    {
        if (IsStream)
        {
            using FileStream model = File.OpenRead(Path);
            ResultFile.Write(_target, model.CopyTo);
            return;
        }
        foreach (string suffix in Files.ToArray())
            File.Move(Path + suffix, _target + suffix, overwrite: true);
    }

    private IEnumerable<string> Files => new[] { ".data", "" }.Where(suffix => File.Exists(Path + suffix));

    public void Dispose()
    {
        _lock.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Drafts that killed processes have left: nobody holds their locks.</summary>
    private static void RemoveAbandoned(string beside)
    {
        foreach (string folder in Directory.GetDirectories(beside, $"{Prefix}*{Suffix}"))
        {
            try
            {
                new FileStream(System.IO.Path.Combine(folder, LockName), FileMode.Open, FileAccess.Write, FileShare.None).Dispose();
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another export is at work in it, or it is another user's.
            }
        }
    }
}
