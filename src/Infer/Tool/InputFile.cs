namespace Denoise.Infer.Tool;

/// <summary>A picture's file as it was when its folder was listed.</summary>
/// <param name="Folder">As the user wrote it; "" for the working folder.</param>
/// <param name="Name">Relative to the folder.</param>
/// <param name="Changed">Its last change, in ticks of universal time.</param>
internal sealed record InputFile(string Folder, string Name, long Bytes, long Changed)
{
    /// <summary>The name for standard input or output.</summary>
    internal const string Pipe = "-";

    /// <summary>Standard input, whose size is not known.</summary>
    internal static InputFile StandardInput => new("", Pipe, 0, 0);

    internal static InputFile Of(string folder, string name)
    {
        var file = new FileInfo(System.IO.Path.Combine(folder, name));
        // A link stands for the picture behind it.
        if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            file = target;
        return new(folder, name, file.Exists ? file.Length : 0, file.LastWriteTimeUtc.Ticks);
    }

    internal string Path => System.IO.Path.Combine(Folder, Name);

    /// <summary>For messages.</summary>
    internal string Title => Path == Pipe ? "Standard input" : Path;

    internal byte[] Read()
    {
        if (Path != Pipe)
            return File.ReadAllBytes(Path);
        using Stream input = Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        input.CopyTo(bytes);
        return bytes.ToArray();
    }
}
