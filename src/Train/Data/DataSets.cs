using Denoise.CommandLine;
using Denoise.Network;

namespace Denoise.Data;

/// <summary>Which images, as options say it.</summary>
/// <param name="Dataset">A name or a folder; see <see cref="DataOptions.Names"/>.</param>
/// <param name="DataDir">Folder of the published IDX files; null downloads them.</param>
internal sealed record DataChoice(string Dataset, string? DataDir)
{
    /// <summary>Of the synthetic digits.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Height and width of the crops from folders of pictures.</summary>
    public int Crop { get; init; } = 64;

    /// <summary>Training images used, from the first; 0 takes all.</summary>
    public int Limit { get; init; }

    /// <summary>The share of the training images held back.</summary>
    public double Validation { get; init; }
}

/// <summary>The data sets that have a name on the command line.</summary>
internal static class DataSets
{
    private const string IdxPrefix = "idx:";
    private const string FolderPrefix = "images:";
    private const string Synthetic = "synthetic";

    /// <summary>Between the folders of one data set.</summary>
    private const char And = '+';

    /// <summary>The share held back for testing of data that come without test images.</summary>
    private const double TestShare = 0.1;

    private static readonly PublishedSet[] Published = [PublishedSet.Mnist, PublishedSet.FashionMnist];

    /// <summary>What is chosen, of a size that the network takes.</summary>
    /// <exception cref="ToolException">Unknown, missing, damaged or unsuitable.</exception>
    public static DataSet Load(DataChoice choice, Architecture architecture, CancellationToken stop)
    {
        DataSet data = choice.Dataset.StartsWith(FolderPrefix, StringComparison.Ordinal)
            ? LoadFolder(choice, architecture.Channels, stop)
            : HoldBack(Limit(LoadSet(choice.Dataset, choice.DataDir, choice.Seed), choice.Limit), choice.Validation);
        foreach (IImages images in new[] { data.Training, data.Test })
            Check(images, architecture);
        return data;
    }

    /// <summary>A set that is no folder of pictures.</summary>
    /// <param name="name">synthetic, mnist, fashion-mnist or idx:FILE.</param>
    /// <param name="folder">Where the published files lie; null downloads them.</param>
    /// <param name="seed">Of the synthetic digits.</param>
    public static DataSet LoadSet(string name, string? folder, long seed)
    {
        if (name == Synthetic)
            return SyntheticDigits.DataSet(seed);
        if (name.StartsWith(IdxPrefix, StringComparison.Ordinal))
            return Split(name, IdxFile.Read(name[IdxPrefix.Length..]));
        PublishedSet set = Published.FirstOrDefault(p => p.Name == name) ?? throw Unknown(name);
        return folder is null ? set.FromCache(new Downloader(), Cache()) : set.FromFolder(folder);
    }

    /// <summary>For models, which are passed on: the name without the folders that lead to a file or folder of the user's.</summary>
    public static string WithoutPath(string name) =>
        name.Split(':', 2) is [var kind, var paths]
            ? $"{kind}:{string.Join(And, paths.Split(And).Select(path => Path.GetFileName(Path.TrimEndingDirectorySeparator(path))))}"
            : name;

    /// <summary>A folder's own name may hold the sign between folders.</summary>
    private static string[] Folders(string paths) => Directory.Exists(paths) ? [paths] : paths.Split(And);

    private static DataSet LoadFolder(DataChoice choice, int channels, CancellationToken stop)
    {
        PictureFolder all = PictureFolder.Load(Folders(choice.Dataset[FolderPrefix.Length..]), channels, choice.Crop, stop);
        var (rest, test) = all.HoldBack(TestShare);
        var (training, validation) = choice.Validation == 0 ? (rest, null) : rest.HoldBack(choice.Validation);
        return Limit(new(choice.Dataset, training.RandomCrops(), validation?.CentreCrops(), test.CentreCrops()), choice.Limit);
    }

    private static DataSet Limit(DataSet data, int limit) =>
        limit == 0 ? data : data with { Training = new ImageRange(data.Training, 0, Math.Min(limit, data.Training.Count)) };

    /// <summary>The last of the training images become the validation images.</summary>
    private static DataSet HoldBack(DataSet data, double share)
    {
        int count = (int)(data.Training.Count * share), rest = data.Training.Count - count;
        if (share > 0 && (count == 0 || rest == 0))
            throw new ToolException($"--validation {share} of {data.Training.Count} training images leaves {count} to choose by and {rest} to learn from; both need one at least.");
        return count == 0 ? data : data with { Training = new ImageRange(data.Training, 0, rest), Validation = new ImageRange(data.Training, rest, count) };
    }

    private static DataSet Split(string name, ImageSet images)
    {
        int test = Math.Max(1, (int)(images.Count * TestShare));
        if (images.Count < 2)
            throw new ToolException($"{name} holds one image; at least two are needed, one of them for testing.");
        return new(name, images.Slice(0, images.Count - test), null, images.Slice(images.Count - test, test));
    }

    private static void Check(IImages images, Architecture architecture)
    {
        if (images.Channels != architecture.Channels)
            throw new ToolException($"The network {architecture.Name} takes {architecture.Channels} channels, and the images have {images.Channels}.");
        SizeRule sizes = architecture.Sizes;
        if (sizes.Next(images.Height) != images.Height || sizes.Next(images.Width) != images.Width)
            throw new ToolException($"The network {architecture.Name} cannot be trained on images of {images.Height}×{images.Width}: height and width must be {sizes.Multiple}k + {sizes.Remainder}, at least {sizes.Minimum}.");
        if (architecture.InputSize is [var height, var width] && (height, width) != (images.Height, images.Width))
            throw new ToolException($"The network {architecture.Name} takes images of {height}×{width} alone, and these are {images.Height}×{images.Width}.");
    }

    private static ToolException Unknown(string name)
    {
        string[] known = [Synthetic, .. Published.Select(p => p.Name), $"{IdxPrefix}FILE", $"{FolderPrefix}DIR"];
        return ToolException.Usage($"No data set is called '{name}'. {NearestName.Hint(name, known)}");
    }

    private static string Cache() => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "denoise");
}
