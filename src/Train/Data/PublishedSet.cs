namespace Denoise.Data;

/// <summary>A data set that is published as IDX files.</summary>
/// <param name="Name">Its name, which the folder in the cache has too.</param>
/// <param name="Mirrors">Addresses of folders with the files, tried in order.</param>
/// <param name="TrainingSha256">SHA-256 of the unpacked training images.</param>
/// <param name="TestSha256">SHA-256 of the unpacked test images.</param>
internal sealed record PublishedSet(string Name, IReadOnlyList<string> Mirrors, string TrainingSha256, string TestSha256)
{
    public const string TrainingFile = "train-images-idx3-ubyte.gz";
    public const string TestFile = "t10k-images-idx3-ubyte.gz";

    public static readonly PublishedSet Mnist = new("mnist",
        ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7");

    public static readonly PublishedSet FashionMnist = new("fashion-mnist",
        [
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ],
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b");

    /// <summary>Reads the files from a folder.</summary>
    public DataSet FromFolder(string folder) => new(Name, IdxFile.Read(Path.Combine(folder, TrainingFile), TrainingSha256), null,
        IdxFile.Read(Path.Combine(folder, TestFile), TestSha256));

    /// <summary>Reads the files from the cache, downloading those that are missing.</summary>
    public DataSet FromCache(Downloader downloader, string cache)
    {
        string folder = Path.Combine(cache, Name);
        Fetch(downloader, folder, TrainingFile, TrainingSha256);
        Fetch(downloader, folder, TestFile, TestSha256);
        return FromFolder(folder);
    }

    private void Fetch(Downloader downloader, string folder, string file, string sha256)
    {
        string path = Path.Combine(folder, file);
        if (!File.Exists(path))
            downloader.Fetch([.. Mirrors.Select(mirror => mirror + file)], path, fetched => IdxFile.Read(fetched, sha256));
    }
}
