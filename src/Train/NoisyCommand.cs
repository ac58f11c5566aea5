using System.CommandLine;

namespace Denoise.Train;

/// <summary>The command <c>noisy</c> writes test images with noise, and without, as PNG files. It needs no torch.</summary>
internal static class NoisyCommand
{
    private static readonly Option<string> Dataset = new("--dataset")
    {
        Description = "synthetic, mnist, fashion-mnist or idx:FILE", DefaultValueFactory = _ => "synthetic",
    };

    private static readonly Option<string?> DataDir = new("--data-dir") { Description = TrainSettings.FolderMeaning };
    private static readonly Option<string> NoiseWords = new("--noise")
    {
        Description = TrainSettings.NoiseWords, DefaultValueFactory = _ => "gaussian:0.5",
    };

    private static readonly Option<long> Seed = new("--seed") { Description = TrainSettings.SeedMeaning, DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Count = new("--count")
    {
        Description = "number of images; 0 takes all", DefaultValueFactory = _ => 100,
    };

    private static readonly Option<string> NoisyFolder = new("--noisy")
    {
        Description = "folder for the noisy pictures", DefaultValueFactory = _ => "noisy",
    };

    private static readonly Option<string?> CleanFolder = new("--clean") { Description = "folder for the same pictures without noise" };

    public static Command Command() => new Command("noisy", "Writes noisy test images as PNG files.")
    {
        Dataset, DataDir, NoiseWords, Seed, Count, NoisyFolder, CleanFolder,
    }.WithExamples("train noisy --noisy noisy/ --clean clean/", "train noisy --dataset mnist --noise gaussian:0.5 --count 0");

    public static int Run(ParseResult parsed, CancellationToken stop)
    {
        int count = parsed.GetValue(Count);
        if (count < 0)
            throw ToolException.Usage($"--count is {count}, expected at least 0, 0 meaning all.");
        string noisy = parsed.GetValue(NoisyFolder)!;
        if (parsed.GetValue(CleanFolder) is { } clean && RealPath.Comparer.Equals(RealPath.Of(clean), RealPath.Of(noisy)))
            throw ToolException.Usage($"--noisy {noisy} and --clean {clean} are one folder, and the pictures have the same names: "
                + "choose another.");
        NoisyImages images = Images(parsed);
        count = count == 0 ? images.Count : Math.Min(count, images.Count);
        Write(images, count, noisy, parsed.GetValue(CleanFolder), stop);
        Console.WriteLine($"{count} noisy pictures in {noisy}");
        return ExitCode.Done;
    }

    private static NoisyImages Images(ParseResult parsed)
    {
        Noise noise = OptionValue.Read("--noise", () => Noise.Parse(parsed.GetValue(NoiseWords)!));
        long seed = parsed.GetValue(Seed);
        string name = parsed.GetValue(Dataset)!;
        var loading = new Loading { Note = Console.Error.WriteLine };
        DataSet data = OptionValue.Read("--dataset", () => DataSets.LoadSet(name, parsed.GetValue(DataDir), seed, loading));
        return new(data.Test, noise, seed, Seeds.Purpose.TestNoise);
    }

    private static void Write(NoisyImages images, int count, string noisyFolder, string? cleanFolder, CancellationToken stop)
    {
        float[] noisy = new float[images.ValuesPerImage], clean = new float[images.ValuesPerImage];
        var shape = new ImageShape(images.Channels, images.Height, images.Width);
        Directory.CreateDirectory(noisyFolder);
        if (cleanFolder is not null)
            Directory.CreateDirectory(cleanFolder);
        for (int i = 0; i < count; i++)
        {
            stop.ThrowIfCancellationRequested();
            images.Read(new(i, i), noisy, clean);
            PictureFile.Write(Path.Combine(noisyFolder, $"{i:D5}.png"), Picture.OfPlanes(noisy, shape));
            if (cleanFolder is not null)
                PictureFile.Write(Path.Combine(cleanFolder, $"{i:D5}.png"), Picture.OfPlanes(clean, shape));
        }
    }
}
