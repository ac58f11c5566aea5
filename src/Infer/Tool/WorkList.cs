using System.IO.Enumeration;
using Denoise.CommandLine;
using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>The pictures to denoise, in the order of their names, and where each goes.</summary>
internal sealed class WorkList
{
    private readonly string _inputFolder;
    private readonly string _outputFolder;
    private readonly string[] _names;
    private readonly string? _singleOutput;

    private WorkList(string inputFolder, string outputFolder, string[] names, string? singleOutput = null) =>
        (_inputFolder, _outputFolder, _names, _singleOutput) = (inputFolder, outputFolder, names, singleOutput);

    internal int Count => _names.Length;

    /// <summary>Relative to the input folder.</summary>
    internal string NameOf(int item) => _names[item];

    internal string InputOf(int item) => Path.Combine(_inputFolder, _names[item]);

    internal string OutputOf(int item) => _singleOutput ?? Path.Combine(_outputFolder, _names[item]);

    /// <exception cref="ToolException">Input or output cannot be what the user meant.</exception>
    internal static WorkList Of(string input, string output)
    {
        if (File.Exists(input))
            return OfFile(input, output);
        if (!Directory.Exists(input))
            throw new ToolException($"There is no file or folder {input}.");
        return OfFolder(input, output);
    }

    /// <summary>Where the pictures go, those in folders below it.</summary>
    internal string OutputFolder => _singleOutput is null ? _outputFolder : Path.GetDirectoryName(Path.GetFullPath(_singleOutput))!;

    /// <summary>Some of the pictures.</summary>
    internal WorkList Where(Func<int, bool> wanted) => new(_inputFolder, _outputFolder, [.. _names.Where((_, item) => wanted(item))], _singleOutput);

    internal void CreateOutputFolders()
    {
        foreach (string folder in Enumerable.Range(0, Count).Select(i => Path.GetDirectoryName(Path.GetFullPath(OutputOf(i)))!).Distinct())
            Directory.CreateDirectory(folder);
    }

    private static WorkList OfFile(string input, string output)
    {
        string name = Path.GetFileName(input);
        string target = Directory.Exists(output) ? Path.Combine(output, name) : output;
        if (!PictureFile.IsPicture(target))
            throw ToolException.Usage($"--output {target}: pictures are written as .png, .jpg, .pgm or .ppm.");
        if (RealPath.Of(input) == RealPath.Of(target))
            throw ToolException.Usage($"--output {target} is the input itself, which would be lost.");
        return new(Path.GetDirectoryName(Path.GetFullPath(input))!, "", [name], target);
    }

    private static WorkList OfFolder(string input, string output)
    {
        if (File.Exists(output))
            throw ToolException.Usage($"--output {output} is a file, and --input {input} a folder.");
        string from = RealPath.Of(input), to = RealPath.Of(output);
        if (IsWithin(to, from))
            throw ToolException.Usage($"--output {output} is {(to == from ? "the input folder itself" : "inside the input folder")}: choose a folder outside {input}.");
        string[] names = [.. PicturesBelow(input)];
        if (names.Length == 0)
            throw new ToolException($"There is no picture in {input}: the names of pictures end in .png, .jpg, .jpeg, .pgm, .ppm or .pnm.");
        if (names.FirstOrDefault(name => IsWithin(Path.Combine(to, name), from)) is { } clash)
            throw ToolException.Usage($"The output of {clash} would be inside the input folder {input}: choose another --output.");
        Array.Sort(names, StringComparer.Ordinal);
        return new(input, output, names);
    }

    private static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Relative names, folders in folders included; hidden files and folders are left out, and linked folders, which may lead in a circle.</summary>
    private static FileSystemEnumerable<string> PicturesBelow(string folder) => new(
        folder,
        (ref FileSystemEntry entry) => Path.GetRelativePath(folder, entry.ToSpecifiedFullPath()),
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System, IgnoreInaccessible = false })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && PictureFile.IsPicture(entry.FileName.ToString()),
        ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
    };
}
