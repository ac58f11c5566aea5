using Denoise.CommandLine;
using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>The pictures to denoise, in the order of their names, and where each goes.</summary>
internal sealed class WorkList
{
    /// <summary>Standard input or output.</summary>
    internal const string Pipe = "-";

    private readonly List<InputFile> _files;
    private readonly string _outputFolder;
    private readonly string? _singleOutput;

    private WorkList(IEnumerable<InputFile> files, string outputFolder, string? singleOutput = null) =>
        (_files, _outputFolder, _singleOutput) = ([.. files], outputFolder, singleOutput);

    internal int Count => _files.Count;

    internal InputFile FileOf(int item) => _files[item];

    /// <summary>Relative to the input folder.</summary>
    internal string NameOf(int item) => _files[item].Name;

    internal string InputOf(int item) => _files[item].Path;

    /// <summary>For messages.</summary>
    internal string TitleOf(int item) => InputOf(item) == Pipe ? "Standard input" : InputOf(item);

    internal string OutputOf(int item) => _singleOutput ?? Path.Combine(_outputFolder, _files[item].Name);

    /// <param name="inputs">What the user named.</param>
    /// <param name="output">Where it is to go.</param>
    /// <param name="mayBeEmpty">Whether there need not be a picture yet.</param>
    /// <exception cref="ToolException">Input or output cannot be what the user meant.</exception>
    internal static WorkList Of(InputSet inputs, string output, bool mayBeEmpty = false) => inputs.SinglePicture is { } picture && (output == Pipe || !IsFolder(output))
        ? new(inputs.Files(), "", TargetOf(picture, output))
        : new(FilesFor(inputs, output, mayBeEmpty), output);

    /// <summary>Whether the pictures go into a folder under their own names.</summary>
    internal bool IntoFolder => _singleOutput is null;

    /// <summary>Where the pictures go, those in folders below it.</summary>
    internal string OutputFolder => _singleOutput is null ? _outputFolder : Path.GetDirectoryName(Path.GetFullPath(_singleOutput))!;

    /// <summary>Some of the pictures.</summary>
    internal WorkList Where(Func<int, bool> wanted) => new(_files.Where((_, item) => wanted(item)), _outputFolder, _singleOutput);

    /// <summary>Pictures that go into the same folder, after those that are there.</summary>
    internal void Add(WorkList more) => _files.AddRange(more._files);

    internal byte[] Read(int item)
    {
        if (InputOf(item) != Pipe)
            return File.ReadAllBytes(InputOf(item));
        using Stream input = Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        input.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>To standard output in the format that the picture had.</summary>
    internal void Write(int item, PictureDocument picture)
    {
        if (OutputOf(item) != Pipe)
        {
            PictureFile.WriteDocument(OutputOf(item), picture);
            return;
        }
        using Stream output = Console.OpenStandardOutput();
        output.Write(PictureFile.Encode(picture, picture.Format));
    }

    /// <summary>For the pictures from this one on.</summary>
    internal void CreateOutputFolders(int from)
    {
        foreach (string folder in Enumerable.Range(from, Count - from).Select(i => Path.GetDirectoryName(Path.GetFullPath(OutputOf(i)))!).Distinct())
            Directory.CreateDirectory(folder);
    }

    private static bool IsFolder(string output) => Directory.Exists(output) || Path.EndsInDirectorySeparator(output);

    private static string TargetOf(string picture, string output)
    {
        if (output == Pipe)
            return output;
        RefuseUnlessPicture(output);
        if (RealPath.Of(picture) == RealPath.Of(output))
            throw ToolException.Usage($"--output {output} is the input itself, which would be lost.");
        return output;
    }

    private static void RefuseUnlessPicture(string output)
    {
        if (!PictureFile.IsPicture(output))
            throw ToolException.Usage($"--output {output}: the names of pictures end in {PictureFile.Extensions}, that of a new folder in /.");
    }

    private static InputFile[] FilesFor(InputSet inputs, string output, bool mayBeEmpty)
    {
        if (output == Pipe || inputs.HasPipe)
            throw ToolException.Usage("- stands for one picture: read it with --input - alone, and write it to - or a file.");
        if (File.Exists(output))
            throw ToolException.Usage($"--output {output} is a file, where a folder is needed for what --input names.");
        string path = RealPath.Of(output);
        inputs.RefuseAsOutput(output, path);
        InputFile[] files = inputs.Files();
        if (files.Length == 0 && !mayBeEmpty)
            throw new ToolException($"There is no picture in {inputs}: the names of pictures end in {PictureFile.Extensions}.");
        for (int i = 0; i < files.Length; i++)
        {
            RefuseUnlessPicture(Path.Combine(output, files[i].Name));
            inputs.RefuseAsOutputOf(files[i].Name, Path.Combine(path, files[i].Name));
            // They are sorted by their names.
            if (i > 0 && files[i].Name == files[i - 1].Name)
                throw ToolException.Usage($"{files[i - 1].Path} and {files[i].Path} would both be written to {Path.Combine(output, files[i].Name)}: denoise them one after the other, into two folders.");
        }
        return files;
    }
}
