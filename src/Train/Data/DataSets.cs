using Denoise.Network;

namespace Denoise.Data;

/// <summary>Which images to load.</summary>
/// <param name="Name">One of <see cref="DataSets.Names"/>.</param>
/// <param name="Folder">The folder of the published IDX files; null downloads them.</param>
internal sealed record DataChoice(string Name, string? Folder = null)
{
    /// <summary>Draws the synthetic digits.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Height and width of the crops from folders of pictures.</summary>
    public int Crop { get; init; } = 64;

    /// <summary>How many training images are used, from the first; 0 takes all.</summary>
    public int Limit { get; init; }

    /// <summary>The share of the training images that is held back for validation.</summary>
    public double Validation { get; init; }
}

/// <summary>The data sets that have a name.</summary>
internal static class DataSets
{
    /// <summary>The names that <see cref="Load"/> knows, for people.</summary>
    public const string Names = "synthetic, mnist, fashion-mnist, idx:FILE or images:DIR, several folders as images:DIR+DIR";

    private const string IdxPrefix = "idx:";
    private const string FolderPrefix = "images:";
    private const string Synthetic = "synthetic";

    /// <summary>Stands between the folders of one data set.</summary>
    private const char And = '+';

    /// <summary>The share that is held back for testing where data come without test images.</summary>
    private const double TestShare = 0.1;

    private static readonly PublishedSet[] Published = [PublishedSet.Mnist, PublishedSet.FashionMnist];

    /// <summary>Loads a data set and checks that a network can take its images.</summary>
    /// <exception cref="FormatException">No data set has this name.</exception>
    /// <exception cref="InvalidDataException">The data are damaged, too few, or do not suit the network.</exception>
    /// <exception cref="IOException">The data are missing or cannot be downloaded.</exception>
    public static DataSet Load(DataChoice choice, Architecture architecture, Loading loading)
    {
        DataSet data = choice.Name.StartsWith(FolderPrefix, StringComparison.Ordinal)
            ? LoadFolders(choice, architecture.Channels, loading)
            : HoldBack(Limit(LoadSet(choice.Name, choice.Folder, choice.Seed, loading), choice.Limit), choice.Validation);
        foreach (IImages images in new[] { data.Training, data.Test })
            Check(images, architecture);
        return data;
    }

    /// <summary>Loads a data set other than folders of pictures.</summary>
    /// <inheritdoc cref="Load"/>
    public static DataSet LoadSet(string name, string? folder = null, long seed = 1, Loading? loading = null)
    {
        if (name == Synthetic)
            return SyntheticDigits.DataSet(seed);
        if (name.StartsWith(IdxPrefix, StringComparison.Ordinal))
            return Split(name, IdxFile.Read(name[IdxPrefix.Length..]));
        PublishedSet set = Published.FirstOrDefault(p => p.Name == name) ?? throw Unknown(name);
        return folder is null ? set.FromCache(new Downloader((loading ?? new()).Note), Cache()) : set.FromFolder(folder);
    }

    /// <summary>The name without the folders that lead to the user's files, for models, which are passed on.</summary>
    public static string WithoutPath(string name) =>
        name.Split(':', 2) is [var kind, var paths] ? $"{kind}:{string.Join(And, paths.Split(And).Select(LastPart))}" : name;

    private static string LastPart(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(path));

    private static DataSet LoadFolders(DataChoice choice, int channels, Loading loading)
    {
        string paths = choice.Name[FolderPrefix.Length..];
        // A folder's own name may hold the sign between folders.
        string[] folders = Directory.Exists(paths) ? [paths] : paths.Split(And);
        var (rest, test) = PictureFolder.Load(folders, channels, choice.Crop, loading).HoldBack(TestShare);
        var (training, validation) = choice.Validation == 0 ? (rest, null) : rest.HoldBack(choice.Validation);
        return Limit(new(choice.Name, training.RandomCrops(), validation?.CentreCrops(), test.CentreCrops()), choice.Limit);
    }

    private static DataSet Limit(DataSet data, int limit) =>
        limit == 0 ? data : data with { Training = new ImageRange(data.Training, 0, Math.Min(limit, data.Training.Count)) };

    /// <summary>Makes the last of the training images the validation images.</summary>
    private static DataSet HoldBack(DataSet data, double share)
    {
        int count = (int)(data.Training.Count * share), rest = data.Training.Count - count;
        if (share > 0 && (count == 0 || rest == 0))
            throw new InvalidDataException($"A share of {share} of {data.Training.Count} training images leaves {count} to choose by "
                + $"and {rest} to learn from; both need one at least.");
        return count == 0
            ? data
            : data with { Training = new ImageRange(data.Training, 0, rest), Validation = new ImageRange(data.Training, rest, count) };
    }

    private static DataSet Split(string name, ImageSet images)
    {
        if (images.Count < 2)
            throw new InvalidDataException($"{name} holds one image; at least two are needed, one of them for testing.");
        int test = Math.Max(1, (int)(images.Count * TestShare));
        return new(name, images.Slice(0, images.Count - test), null, images.Slice(images.Count - test, test));
    }

    private static void Check(IImages images, Architecture architecture)
    {
        var (name, height, width, sizes) = (architecture.Name, images.Height, images.Width, architecture.Sizes);
        if (images.Channels != architecture.Channels)
            throw new InvalidDataException(
                $"The network {name} takes {architecture.Channels} channels, and the images have {images.Channels}.");
        if (sizes.Next(height) != height || sizes.Next(width) != width)
            throw new InvalidDataException($"The network {name} cannot be trained on images of {height}×{width}: "
                + $"height and width must be {sizes.Multiple}k + {sizes.Remainder}, at least {sizes.Minimum}.");
        if (architecture.InputSize is [var onlyHeight, var onlyWidth] && (onlyHeight, onlyWidth) != (height, width))
            throw new InvalidDataException(
                $"The network {name} takes images of {onlyHeight}×{onlyWidth} alone, and these are {height}×{width}.");
    }

    private static FormatException Unknown(string name)
    {
        string[] known = [Synthetic, .. Published.Select(p => p.Name), $"{IdxPrefix}FILE", $"{FolderPrefix}DIR"];
        return new($"No data set is called '{name}'. {NearestName.Hint(name, known)}");
    }

    private static string Cache() => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "denoise");
}
