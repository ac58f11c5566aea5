using System.Text.Json;

namespace Denoise.Tests.Train;

/// <summary><c>train</c> on pictures of a user's own, as a user types it.</summary>
public sealed class OwnTrainToolTests : TrainToolTest
{
    private static string[] Quick(int epochs = 2) =>
    [
        "--crop", "32", "--epochs", $"{epochs}", "--threads", "1", "--out", "run", "--schedule", "constant",
    ];

    /// <summary>noisy/00.png and so on, and the same in clean/: smooth waves in colour.</summary>
    private void Put(int count, double sigma = 0.1, int side = 128)
    {
        foreach (string folder in new[] { "noisy", "clean" })
            Directory.CreateDirectory(_folder[folder]);
        for (int i = 0; i < count; i++)
        {
            float[] clean = [.. Enumerable.Range(0, 3 * side * side).Select(k => Wave(k % 3 + i, k / 3 / side, k / 3 % side))];
            float[] noise = new float[clean.Length];
            new RandomStream(i).Normal(noise);
            Write($"clean/{i:D2}.png", side, clean);
            Write($"noisy/{i:D2}.png", side, [.. clean.Zip(noise, (c, n) => c + (float)sigma * n)]);
        }
    }

    private static float Wave(int kind, int y, int x) =>
        (float)(0.5 + 0.2 * Math.Sin(y / (9.0 + kind)) * Math.Cos(x / (13.0 + 2 * kind)));

    private void Write(string name, int side, float[] values) => PictureFile.WriteDocument(
        _folder[name], new(PictureFormat.Png, [new Raster<float>(side, side, 3, values).To<byte>()], new()));

    [Fact]
    public void PairsAreToldOfTrainedOnAndReported()
    {
        Put(16);
        ToolProcess.Result result = Done(["--noisy", "noisy", "--clean", "clean", .. Quick()]);
        Assert.Equal("16 pairs of a noisy and a clean picture: 128×128, 8 bits, in colour.", result.ErrorLines[0]);
        Assert.Matches(@"^Noise: 2\d\.\d of 255, from 2\d\.\d to 2\d\.\d\.$", result.ErrorLines[1]);
        Assert.Matches(@"(?m)^  MSE 0\.\d{5} -> 0\.\d{5}, PSNR \d\d\.\d\d -> \d\d\.\d\d dB, SSIM ", result.Output);
        JsonElement json = Json("run");
        Assert.Equal("own", json.GetProperty("options").GetProperty("recipe").GetString());
        Assert.Equal("pairs:noisy+clean", json.GetProperty("options").GetProperty("dataset").GetString());
        Assert.Equal(400, json.GetProperty("data").GetProperty("training_images").GetInt32());
        IReadOnlyDictionary<string, string> info = Checkpoint.Load(CheckpointPath("run", "best")).Info;
        Assert.Equal(("pairs:noisy+clean", "crops"), (info["dataset"], info["trained_images"]));
        Assert.InRange(double.Parse(info["trained_sigma_high"], System.Globalization.CultureInfo.InvariantCulture), 0.08, 0.12);
        Assert.DoesNotContain("noise", info.Keys);
        Assert.Contains(OnnxExporter.Export(Checkpoint.Load(CheckpointPath("run", "best"))).Proto.MetadataProps,
            property => property.Key == "trained_sigma_low");
    }

    [Fact]
    public void ADryRunEndsBeforeTheTraining()
    {
        Put(8);
        ToolProcess.Result result = Done(["--noisy", "noisy", .. Quick(), "--dry-run"]);
        Assert.Equal("8 noisy pictures without clean ones: 128×128, 8 bits, in colour.", result.ErrorLines[0]);
        Assert.Matches(@"^The training takes about \d+ minutes? at most, on 1 thread\.$", result.ErrorLines[^1]);
        Assert.False(Directory.Exists(_folder["run"]));
        Assert.Equal("--dry-run goes with pictures of your own: --noisy or --burst.",
            Refused(ExitCode.Usage, "--dataset", "synthetic", "--dry-run", "--threads", "1"));
    }

    [Fact]
    public void TheCleanPicturesAreNotNeeded()
    {
        Put(8);
        Directory.Delete(_folder["clean"], recursive: true);
        // What photo-colour does with such noise is hard to better, so either end of the training will do.
        string output = Train(["--noisy", "noisy", .. Quick()]).Output;
        Assert.Matches(@"(?m)^  error against noisy targets \d+\.\d -> \d+\.\d millionths$", output);
        Assert.DoesNotContain("PSNR", output);
    }

    [Fact]
    public void WorseIsNotCalledBetter()
    {
        Put(16);
        // So small a network, from scratch, is no match for photo-colour.
        File.WriteAllText(_folder["sigma.json"], ArchitectureJson.Write(Samples.Small["sigma"]()));
        ToolProcess.Result result = Train(["--noisy", "noisy", "--clean", "clean", .. Quick(), "--architecture", "sigma.json"]);
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Matches(@"(?m)^The training made nothing better on the pictures that were held back: keep photo-colour\.$", result.Error);
    }

    [Fact]
    public void ARunIsResumedToTheSameBits()
    {
        Put(8);
        Done(["--noisy", "noisy", "--clean", "clean", .. Quick()]);
        byte[] whole = Last("run");
        Directory.Delete(_folder["run"], recursive: true);
        Done(["--noisy", "noisy", "--clean", "clean", .. Quick(epochs: 1)]);
        Done("--resume", "run", "--epochs", "2", "--threads", "1");
        Assert.Equal(whole, Last("run"));
    }

    [Theory]
    [InlineData("--burst goes without --noisy and --clean: its folder has a folder for each scene.", "--burst", "a", "--noisy", "b")]
    [InlineData("--clean takes one folder of noisy pictures beside it: --noisy DIR --clean DIR.", "--clean", "a")]
    public void FoldersThatDoNotGoTogether(string message, params string[] arguments) =>
        Assert.Equal(message, Refused(ExitCode.Usage, [.. arguments, "--threads", "1", "--weights", "none"]));
}
