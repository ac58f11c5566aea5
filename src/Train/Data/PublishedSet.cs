namespace Denoise.Data;

/// <summary>A data set that is published as IDX files.</summary>
/// <param name="Name">Its name, which the folder in the cache has too.</param>
/// <param name="Mirrors">Addresses of folders with the files, tried in order.</param>
/// <param name="TrainingMd5">MD5 of the unpacked training images.</param>
/// <param name="TestMd5">MD5 of the unpacked test images.</param>
internal sealed record PublishedSet(string Name, IReadOnlyList<string> Mirrors, string TrainingMd5, string TestMd5)
{
    public const string TrainingFile = "train-images-idx3-ubyte.gz";
    public const string TestFile = "t10k-images-idx3-ubyte.gz";

    public static readonly PublishedSet Mnist = new("mnist",
        ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
        "6bbc9ace898e44ae57da46a324031adb", "2646ac647ad5339dbf082846283269ea");

    public static readonly PublishedSet FashionMnist = new("fashion-mnist",
        [
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        ],
        "f4a8712d7a061bf5bd6d2ca38dc4d50a", "8181f5470baa50b63fa0f6fddb340f0a");

    /// <summary>Reads the files from a folder.</summary>
    public DataSet FromFolder(string folder) => new(
        Name, IdxFile.Read(Path.Combine(folder, TrainingFile), TrainingMd5), null, IdxFile.Read(Path.Combine(folder, TestFile), TestMd5));

    /// <summary>Reads the files from the cache, downloading those that are missing.</summary>
    public DataSet FromCache(Downloader downloader, string cache)
    {
        string folder = Path.Combine(cache, Name);
        Fetch(downloader, folder, TrainingFile, TrainingMd5);
        Fetch(downloader, folder, TestFile, TestMd5);
        return FromFolder(folder);
    }

    private void Fetch(Downloader downloader, string folder, string file, string md5)
    {
        string path = Path.Combine(folder, file);
        if (!File.Exists(path))
            downloader.Fetch([.. Mirrors.Select(mirror => mirror + file)], path, fetched => IdxFile.Read(fetched, md5));
    }
}
