using System.CommandLine;
using Denoise.CommandLine;
using Denoise.Imaging;
using Denoise.Train.Data;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The `noisy` command: writes test images with noise, and without, as PNG files to try a model on.</summary>
internal static class NoisyCommand
{
    private static readonly Option<int> Count = new("--count") { Description = "how many test images; 0 takes all", DefaultValueFactory = _ => 100 };
    private static readonly Option<string> NoisyFolder = new("--noisy") { Description = "folder for the noisy pictures", DefaultValueFactory = _ => "noisy" };
    private static readonly Option<string?> CleanFolder = new("--clean") { Description = "folder for the same pictures without noise" };

    public static Command Command() => new("noisy", "Writes noisy test images as PNG files.")
    {
        DataOptions.Dataset, DataOptions.DataDir, DataOptions.Seed, Count, NoisyFolder, CleanFolder,
    };

    public static int Run(ParseResult parsed, CancellationToken stop)
    {
        int count = parsed.GetValue(Count);
        if (count < 0)
            throw ToolException.Usage($"--count is {count}, expected at least 0, 0 meaning all.");
        long seed = parsed.GetValue(DataOptions.Seed);
        ImageSet test = DataSets.Load(parsed.GetValue(DataOptions.Dataset)!, parsed.GetValue(DataOptions.DataDir), seed).Test;
        test = test.Slice(0, count == 0 ? test.Count : count);

        using var scope = NewDisposeScope();
        Tensor clean = Images.ToTensor(test, CPU);
        Tensor noisy = Noise.Add(clean, Recipe.Default.NoiseSigma, new Generator(0), Seeds.Of(seed, Seeds.Purpose.TestNoise));
        Write(parsed.GetValue(NoisyFolder)!, noisy, stop);
        if (parsed.GetValue(CleanFolder) is { } cleanFolder)
            Write(cleanFolder, clean, stop);
        Console.WriteLine($"{test.Count} noisy pictures in {parsed.GetValue(NoisyFolder)}");
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
