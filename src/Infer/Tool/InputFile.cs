namespace Denoise.Infer.Tool;

/// <summary>A picture's file as it was when its folder was looked into.</summary>
/// <param name="Folder">As the user wrote it; "" for the working folder.</param>
/// <param name="Name">Relative to the folder.</param>
/// <param name="Bytes">How many.</param>
/// <param name="Changed">When last, in ticks of universal time.</param>
internal sealed record InputFile(string Folder, string Name, long Bytes, long Changed)
{
    /// <summary>Standard input, of which nothing is known.</summary>
    internal static InputFile Pipe => new("", WorkList.Pipe, 0, 0);

    internal static InputFile Of(string folder, string name)
    {
        var file = new FileInfo(System.IO.Path.Combine(folder, name));
        // Of a link it is the picture behind it that counts.
        if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            file = target;
        return new(folder, name, file.Exists ? file.Length : 0, file.LastWriteTimeUtc.Ticks);
    }

    internal string Path => System.IO.Path.Combine(Folder, Name);
}
