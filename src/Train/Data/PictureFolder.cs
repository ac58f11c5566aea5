using System.IO.Enumeration;
using Denoise.CommandLine;
using Denoise.Imaging;

namespace Denoise.Data;

/// <summary>Pictures of any sizes, to be learned from and measured on in square crops of one size; folder after folder, in the ordinal
/// order of their names.</summary>
internal sealed class PictureFolder
{
    private readonly string _folder;
    private readonly int _channels;
    private readonly int _crop;
    private readonly StoredPicture[] _pictures;

    private PictureFolder(string folder, int channels, int crop, StoredPicture[] pictures) =>
        (_folder, _channels, _crop, _pictures) = (folder, channels, crop, pictures);

    public int Count => _pictures.Length;

    /// <summary>Relative to the folder, with slashes.</summary>
    public IEnumerable<string> Names => _pictures.Select(picture => picture.Name);

    /// <summary>Reads every picture below a folder once. Those that are broken or smaller than the crop are named on standard
    /// error and passed over; hidden files are left out, and linked folders, which may lead in a circle.</summary>
    /// <param name="channels">1 makes colours grey (Rec. 601), 3 repeats grey.</param>
    /// <param name="crop">Side of the crops in pixels, at least 1.</param>
    /// <param name="cacheBytes">Pictures are kept in memory up to so many bytes, by default a quarter of what the process may have;
    /// the others are decoded each time they are asked for.</param>
    /// <param name="errors">In place of standard error.</param>
    /// <exception cref="ToolException">The folder is missing, or there is nothing in it to learn from.</exception>
    public static PictureFolder Load(string folder, int channels, int crop, CancellationToken stop = default, long? cacheBytes = null, TextWriter? errors = null) =>
        Load([folder], channels, crop, stop, cacheBytes, errors);

    /// <summary>The same of several folders.</summary>
    public static PictureFolder Load(string[] folders, int channels, int crop, CancellationToken stop = default, long? cacheBytes = null, TextWriter? errors = null)
    {
        if (channels is not (1 or 3))
            throw new ToolException($"Pictures are learned from with 1 channel (grey) or 3 (red, green, blue), and the network takes {channels}.");
        (string Folder, string Name)[] names = [.. folders.SelectMany(List)];
        string all = string.Join(" and ", folders);
        if (names.Length == 0)
            throw new ToolException($"There is no picture in {all}: the names of pictures end in {PictureFile.Extensions}.");
        var scan = new PictureScan(channels, crop, cacheBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
        StoredPicture[] pictures = scan.Run(names, errors ?? Console.Error, stop);
        return pictures.Length > 0
            ? new(all, channels, crop, pictures)
            : throw new ToolException($"No picture in {all} can be learned from: all {names.Length} are broken or smaller than {crop}×{crop}.");
    }

    /// <summary>Holds a share back, at least one picture, evenly spread; both parts can be split again. The same pictures are always split alike.</summary>
    /// <exception cref="ToolException">There is only one picture.</exception>
    public (PictureFolder Kept, PictureFolder HeldBack) HoldBack(double share)
    {
        if (Count < 2)
            throw new ToolException($"{_folder} holds too few pictures: one is left where at least two are needed, one of them to be held back; add some.");
        int held = Math.Clamp((int)(Count * share), 1, Count - 1);
        // The middle of each of as many equal stretches.
        var places = Enumerable.Range(0, held).Select(i => (int)((2L * i + 1) * Count / (2 * held))).ToHashSet();
        return (Part(i => !places.Contains(i)), Part(places.Contains));
    }

    /// <summary>To learn from: crops at random places, mirrored and turned at random, as many of each picture as cover it once.</summary>
    public RandomCrops RandomCrops() => new(_pictures, _channels, _crop);

    /// <summary>To be measured on: the middle of each picture.</summary>
    public CentreCrops CentreCrops() => new(_pictures, _channels, _crop);

    private PictureFolder Part(Func<int, bool> wanted) => new(_folder, _channels, _crop, [.. _pictures.Where((_, i) => wanted(i))]);

    private static IEnumerable<(string Folder, string Name)> List(string folder)
    {
        if (!Directory.Exists(folder))
            throw new ToolException($"There is no folder {folder} to take pictures from.");
        string[] names = [.. PicturesBelow(folder)];
        Array.Sort(names, StringComparer.Ordinal);
        return names.Select(name => (folder, name));
    }

    private static FileSystemEnumerable<string> PicturesBelow(string folder) => new(
        folder,
        (ref FileSystemEntry entry) => Path.GetRelativePath(folder, entry.ToSpecifiedFullPath()).Replace(Path.DirectorySeparatorChar, '/'),
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System, IgnoreInaccessible = false })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && PictureFile.IsPicture(entry.FileName.ToString()),
        ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
    };
}
