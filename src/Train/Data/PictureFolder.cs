using System.IO.Enumeration;
using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>Pictures of any sizes, from one folder or several, in the ordinal order of their names.</summary>
internal sealed class PictureFolder
{
    private readonly string _location;
    private readonly int _channels;
    private readonly int _crop;
    private readonly StoredPicture[] _pictures;

    private PictureFolder(string location, int channels, int crop, StoredPicture[] pictures) =>
        (_location, _channels, _crop, _pictures) = (location, channels, crop, pictures);

    public int Count => _pictures.Length;

    /// <summary>Paths relative to the folder, with slashes.</summary>
    public IEnumerable<string> Names => _pictures.Select(picture => picture.Name);

    /// <summary>Reads every picture below the folders once. Broken pictures and those smaller than the crop are noted and passed
    /// over. Hidden files are left out, and so are linked folders, which may lead in a circle.</summary>
    /// <param name="folders">At least one.</param>
    /// <param name="channels">1 makes colours grey (Rec. 601), 3 repeats grey.</param>
    /// <param name="crop">Side of the crops in pixels, at least 1.</param>
    /// <param name="loading">Pictures that do not fit in its memory are decoded at each use.</param>
    /// <exception cref="DirectoryNotFoundException">A folder is missing.</exception>
    /// <exception cref="InvalidDataException">The folders hold no picture to learn from, or the channels are neither 1 nor 3.</exception>
    public static PictureFolder Load(IReadOnlyList<string> folders, int channels, int crop, Loading loading)
    {
        if (channels is not (1 or 3))
            throw new InvalidDataException("Pictures are learned from with 1 channel (grey) or 3 (red, green, blue), "
                + $"and the network takes {channels}.");
        (string Folder, string Name)[] names = [.. folders.SelectMany(List)];
        string location = string.Join(" and ", folders);
        if (names.Length == 0)
            throw new InvalidDataException($"There is no picture in {location}: the names of pictures end in {PictureFile.Extensions}.");
        StoredPicture[] pictures = new PictureScan(channels, crop, loading).Run(names);
        return pictures.Length > 0 ? new(location, channels, crop, pictures) : throw new InvalidDataException(
            $"No picture in {location} can be learned from: all {names.Length} are broken or smaller than {crop}×{crop}.");
    }

    /// <summary>Holds back a share, at least one picture, evenly spread. The same pictures are always split alike.</summary>
    /// <exception cref="InvalidDataException">There is only one picture.</exception>
    public (PictureFolder Kept, PictureFolder HeldBack) HoldBack(double share)
    {
        if (Count < 2)
            throw new InvalidDataException($"{_location} holds too few pictures: "
                + "one is left where at least two are needed, one of them to be held back; add some.");
        HashSet<int> places = HeldPlaces(Count, share);
        return (Part(i => !places.Contains(i)), Part(places.Contains));
    }

    /// <summary>Which of at least two pictures are held back: the middle of each of as many equal stretches.</summary>
    public static HashSet<int> HeldPlaces(int count, double share)
    {
        int held = Math.Clamp((int)(count * share), 1, count - 1);
        return [.. Spread.Over(count, held)];
    }

    /// <summary>Crops to learn from.</summary>
    public RandomCrops RandomCrops() => new(_pictures, _channels, _crop);

    /// <summary>Crops to measure on.</summary>
    public CentreCrops CentreCrops() => new(_pictures, _channels, _crop);

    private PictureFolder Part(Func<int, bool> wanted) => new(_location, _channels, _crop, [.. _pictures.Where((_, i) => wanted(i))]);

    /// <summary>The pictures in a folder and below it, by their names relative to it, in ordinal order.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder is missing.</exception>
    public static IEnumerable<(string Folder, string Name)> List(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder {folder} to take pictures from.");
        return PicturesBelow(folder).Order(StringComparer.Ordinal).Select(name => (folder, name));
    }

    private static FileSystemEnumerable<string> PicturesBelow(string folder) => new(
        folder,
        (ref FileSystemEntry entry) => Path.GetRelativePath(folder, entry.ToSpecifiedFullPath()).Replace(Path.DirectorySeparatorChar, '/'),
        new EnumerationOptions
        {
            RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System, IgnoreInaccessible = false,
        })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && PictureFile.IsPicture(entry.FileName.ToString()),
        ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
    };
}
