namespace Denoise.Infer.Tool;

/// <summary>A picture's file as it was when its folder was listed.</summary>
/// <param name="Folder">As the user wrote it; "" for the working folder.</param>
/// <param name="Name">Relative to the folder.</param>
/// <param name="Changed">Its last change, in ticks of universal time.</param>
internal sealed record InputFile(string Folder, string Name, long Bytes, long Changed)
{
    /// <summary>Standard input, whose size is not known.</summary>
    internal static InputFile StandardInput => new("", StandardStreams.Name, 0, 0);

    /// <summary>Why this folder cannot be listed; null for a picture.</summary>
    internal string? Trouble { get; private init; }

    /// <summary>Whether the picture itself lies elsewhere.</summary>
    internal bool IsLink { get; private init; }

    /// <summary>A pipe or a device that the user has named; one that only lies in a folder is not read.</summary>
    private bool IsStream { get; init; }

    /// <summary>A folder below the input whose pictures nobody can tell.</summary>
    internal static InputFile Unreadable(string folder, string name, string why) => new(folder, name, 0, 0) { Trouble = why };

    /// <summary>A picture that the user has named.</summary>
    internal static InputFile Named(string path)
    {
        InputFile file = Of(System.IO.Path.GetDirectoryName(path)!, System.IO.Path.GetFileName(path));
        return FileKind.IsSpecial(path) ? file with { IsStream = true } : file;
    }

    internal static InputFile Of(string folder, string name)
    {
        var file = new FileInfo(System.IO.Path.Combine(folder, name));
        bool isLink = file.LinkTarget is not null;
        try
        {
            // A link stands for the picture behind it.
            if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
                file = target;
        }
        catch (IOException)
        {
            // Links that lead in a circle: the picture will say so.
        }
        return new(folder, name, file.Exists ? file.Length : 0, file.LastWriteTimeUtc.Ticks) { IsLink = isLink };
    }

    internal string Path => System.IO.Path.Combine(Folder, Name);

    internal bool IsStandardInput => Name == StandardStreams.Name && Folder.Length == 0;

    /// <summary>Whether it lies somewhere, so that it could be overwritten.</summary>
    internal bool IsFile => !IsStandardInput && Trouble is null;

    /// <summary>For messages.</summary>
    internal string Title => IsStandardInput ? "Standard input" : Path;

    /// <param name="stop">Ends the waiting for a pipe.</param>
    internal byte[] Read(CancellationToken stop) =>
        IsStream || IsStandardInput ? Task.Run(ReadAll, CancellationToken.None).WaitAsync(stop).GetAwaiter().GetResult() : ReadAll();

    private byte[] ReadAll()
    {
        if (Trouble is not null)
            throw new IOException(Trouble);
        if (!IsStandardInput)
            return IsStream ? File.ReadAllBytes(Path) : FileKind.ReadOrdinary(Path);
        if (!StandardStreams.HasInput)
            throw new IOException("It is closed.");
        using Stream input = Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        input.CopyTo(bytes);
        return bytes.ToArray();
    }
}
