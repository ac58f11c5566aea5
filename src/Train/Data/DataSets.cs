using Denoise.CommandLine;
using Denoise.Network;

namespace Denoise.Train.Data;

/// <summary>The data sets that have a name on the command line.</summary>
internal static class DataSets
{
    private const string IdxPrefix = "idx:";
    private const string FolderPrefix = "images:";
    private const string Synthetic = "synthetic";

    /// <summary>The share held back for testing of data that come without test images.</summary>
    private const double TestShare = 0.1;

    private static readonly PublishedSet[] Published = [PublishedSet.Mnist, PublishedSet.FashionMnist];

    /// <summary>What the options ask for, of a size that the network takes.</summary>
    /// <exception cref="ToolException">Unknown, missing, damaged or unsuitable.</exception>
    public static DataSet Load(TrainOptions options, Architecture architecture, CancellationToken stop)
    {
        DataSet data = options.Dataset.StartsWith(FolderPrefix, StringComparison.Ordinal)
            ? LoadFolder(options, architecture.Channels, stop)
            : HoldBack(Limit(LoadSet(options.Dataset, options.DataDir, options.Seed), options.Limit), options.Validation);
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

    private static DataSet LoadFolder(TrainOptions options, int channels, CancellationToken stop)
    {
        PictureFolder all = PictureFolder.Load(options.Dataset[FolderPrefix.Length..], channels, options.Crop, stop);
        var (rest, test) = all.HoldBack(TestShare);
        var (training, validation) = options.Validation == 0 ? (rest, null) : rest.HoldBack(options.Validation);
        return Limit(new(options.Dataset, training.RandomCrops(), validation?.CentreCrops(), test.CentreCrops()), options.Limit);
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
