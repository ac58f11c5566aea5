using System.CommandLine;
using Denoise.CommandLine;
using Denoise.Imaging;
using Denoise.Data;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The `noisy` command: writes test images with noise, and without, as PNG files to try a model on.</summary>
internal static class NoisyCommand
{
    private static readonly Option<string> Dataset = new("--dataset") { Description = "synthetic, mnist, fashion-mnist or idx:FILE", DefaultValueFactory = _ => "synthetic" };
    private static readonly Option<string?> DataDir = new("--data-dir") { Description = DataOptions.Folder };
    private static readonly Option<string> Noise = new("--noise") { Description = DataOptions.NoiseWords, DefaultValueFactory = _ => Recipe.Default.Options.Noise };
    private static readonly Option<long> Seed = new("--seed") { Description = DataOptions.SeedMeaning, DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Count = new("--count") { Description = "how many test images; 0 takes all", DefaultValueFactory = _ => 100 };
    private static readonly Option<string> NoisyFolder = new("--noisy") { Description = "folder for the noisy pictures", DefaultValueFactory = _ => "noisy" };
    private static readonly Option<string?> CleanFolder = new("--clean") { Description = "folder for the same pictures without noise" };

    public static Command Command() => new("noisy", "Writes noisy test images as PNG files.")
    {
        Dataset, DataDir, Noise, Seed, Count, NoisyFolder, CleanFolder,
    };

    public static int Run(ParseResult parsed, CancellationToken stop)
    {
        int count = parsed.GetValue(Count);
        if (count < 0)
            throw ToolException.Usage($"--count is {count}, expected at least 0, 0 meaning all.");
        Noise noise = OptionValue.Read("--noise", () => Imaging.Noise.Parse(parsed.GetValue(Noise)!));
        long seed = parsed.GetValue(Seed);
        IImages test = DataSets.LoadSet(parsed.GetValue(Dataset)!, parsed.GetValue(DataDir), seed).Test;
        var images = new NoisyImages(test, noise, seed, Seeds.Purpose.TestNoise);

        using var scope = NewDisposeScope();
        Use[] uses = [.. Enumerable.Range(0, count == 0 ? test.Count : Math.Min(count, test.Count)).Select(i => new Use(i, i))];
        NoisyTensors batch = NoisyTensors.Read(images, uses, withSigma: false, CPU);
        Write(parsed.GetValue(NoisyFolder)!, batch.Noisy, stop);
        if (parsed.GetValue(CleanFolder) is { } cleanFolder)
            Write(cleanFolder, batch.Clean, stop);
        Console.WriteLine($"{uses.Length} noisy pictures in {parsed.GetValue(NoisyFolder)}");
        return ExitCode.Done;
    }

    private static void Write(string folder, Tensor images, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        List<Picture> pictures = Images.ToPictures(images);
        for (int i = 0; i < pictures.Count; i++)
        {
            stop.ThrowIfCancellationRequested();
            PictureFile.Write(Path.Combine(folder, $"{i:D5}.png"), pictures[i]);
        }
    }
}
