using Denoise.CommandLine;
using Denoise.Network;

namespace Denoise.Train.Data;

/// <summary>The data sets that have a name on the command line.</summary>
internal static class DataSets
{
    private const string IdxPrefix = "idx:";
    private const string Synthetic = "synthetic";

    /// <summary>A tenth of a file that comes without test images is held back for testing.</summary>
    private const int HeldBack = 10;

    private static readonly PublishedSet[] Published = [PublishedSet.Mnist, PublishedSet.FashionMnist];

    /// <param name="name">synthetic, mnist, fashion-mnist or idx:FILE.</param>
    /// <param name="folder">Where the published files lie; null downloads them.</param>
    /// <param name="seed">Of the synthetic digits.</param>
    /// <exception cref="ToolException">Unknown, missing or damaged.</exception>
    public static DataSet Load(string name, string? folder, long seed)
    {
        if (name == Synthetic)
            return SyntheticDigits.DataSet(seed);
        if (name.StartsWith(IdxPrefix, StringComparison.Ordinal))
            return Split(name, IdxFile.Read(name[IdxPrefix.Length..]));
        PublishedSet set = Published.FirstOrDefault(p => p.Name == name) ?? throw Unknown(name);
        return folder is null ? set.FromCache(new Downloader(), Cache()) : set.FromFolder(folder);
    }

    private static DataSet Split(string name, ImageSet images)
    {
        int test = Math.Max(1, images.Count / HeldBack);
        if (images.Count < 2)
            throw new ToolException($"{name} holds one image; at least two are needed, one of them for testing.");
        return new(name, images.Slice(0, images.Count - test), images.Slice(images.Count - test, test));
    }

    private static ToolException Unknown(string name)
    {
        string[] known = [Synthetic, .. Published.Select(p => p.Name), $"{IdxPrefix}FILE"];
        return ToolException.Usage($"No data set is called '{name}'. {NearestName.Hint(name, known)}");
    }

    private static string Cache() => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "denoise");
}
