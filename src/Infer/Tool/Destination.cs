namespace Denoise.Infer.Tool;

/// <summary>Where the denoised pictures go: one file, standard output, or a folder in which they keep their names.</summary>
internal sealed class Destination
{
    private readonly InputSet _inputs;
    private readonly string _output;

    /// <param name="output">As the user wrote it.</param>
    /// <exception cref="ToolException">The pictures cannot go there.</exception>
    internal Destination(InputSet inputs, string output)
    {
        (_inputs, _output) = (inputs, output);
        IsFolder = inputs.SinglePicture is null || (output != StandardStreams.Name && IsFolderName(output));
        if (IsFolder)
            CheckFolder();
        else if (output != StandardStreams.Name)
            CheckFile(inputs.SinglePicture!);
    }

    /// <summary>Whether the pictures go into a folder under their own names.</summary>
    internal bool IsFolder { get; }

    /// <summary>The folder that all of it is in.</summary>
    internal string Folder => IsFolder ? _output : Path.GetDirectoryName(Path.GetFullPath(_output))!;

    /// <summary>Files of the input that have no picture's name.</summary>
    internal int LeftOut => _inputs.LeftOut;

    internal string PathOf(InputFile input) => IsFolder ? Path.Combine(_output, input.Name) : _output;

    /// <summary>Lists the pictures as they are now, in the order of their names.</summary>
    /// <param name="mayBeEmpty">Whether there need not be a picture yet.</param>
    /// <exception cref="ToolException">There is no picture, or one may not be written where it would go.</exception>
    internal List<PictureJob> Pictures(bool mayBeEmpty)
    {
        InputFile[] files = _inputs.Files();
        if (files.Length == 0 && !mayBeEmpty)
            throw new ToolException($"There is no picture in {_inputs}: the names of pictures end in {PictureFile.Extensions}.");
        if (IsFolder)
            CheckOutputsOf(files);
        return [.. files.Select(file => new PictureJob(file, this))];
    }

    private static bool IsFolderName(string output) => Directory.Exists(output) || Path.EndsInDirectorySeparator(output);

    private void CheckFile(string picture)
    {
        RefuseUnlessPicture(_output);
        if (RealPath.Of(picture) == RealPath.Of(_output))
            throw ToolException.Usage($"--output {_output} is the input itself, which would be lost.");
    }

    private void CheckFolder()
    {
        if (_output == StandardStreams.Name || _inputs.HasPipe)
            throw ToolException.Usage("- stands for one picture: read it with --input - alone, and write it to - or a file.");
        if (File.Exists(_output))
            throw ToolException.Usage($"--output {_output} is a file, and this --input needs a folder.");
        _inputs.RefuseAsOutput(_output, RealPath.Of(_output));
    }

    /// <param name="files">Sorted by their names.</param>
    private void CheckOutputsOf(InputFile[] files)
    {
        string path = RealPath.Of(_output);
        for (int i = 0; i < files.Length; i++)
        {
            if (files[i].Trouble is not null)
                continue;
            RefuseUnlessPicture(PathOf(files[i]));
            _inputs.RefuseAsOutputOf(files[i].Name, Path.Combine(path, files[i].Name));
            if (i > 0 && files[i].Name == files[i - 1].Name)
                throw ToolException.Usage($"{files[i - 1].Path} and {files[i].Path} would both be written to {PathOf(files[i])}: "
                    + "denoise them one after the other, into two folders.");
        }
    }

    private static void RefuseUnlessPicture(string output)
    {
        if (!PictureFile.IsPicture(output))
            throw ToolException.Usage(
                $"--output {output}: the names of pictures end in {PictureFile.Extensions}. To name a new folder, end it with /.");
    }
}
