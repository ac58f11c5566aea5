using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Denoise.CommandLine;
using Denoise.Imaging;
using Denoise.Network;
using Denoise.Train;
using Xunit;

namespace Denoise.Tests.Train;

/// <summary>What a training can be told besides its recipe, as a user tells it.</summary>
public sealed class TrainFeatureTests : IDisposable
{
    private static readonly string[] Small = ["--dataset", "synthetic", "--limit", "200", "--threads", "2"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ToolProcess.Result Train(params string[] arguments) => ToolProcess.Train(_folder.Path, arguments);

    private ToolProcess.Result Done(params string[] arguments)
    {
        ToolProcess.Result result = Train(arguments);
        Assert.True(result.ExitCode == ExitCode.Done, result.Error);
        return result;
    }

    private JsonElement Summary(string run) => JsonDocument.Parse(File.ReadAllText(_folder[$"{run}/run.json"])).RootElement;

    private string[] Epochs(string run) => File.ReadAllLines(_folder[$"{run}/metrics.csv"])[1..];

    private byte[] Last(string run) => File.ReadAllBytes(_folder[$"{run}/checkpoints/last.safetensors"]);

    private byte[] Best(string run) => File.ReadAllBytes(_folder[$"{run}/checkpoints/best.safetensors"]);

    [Fact]
    public void TheRecipesAreListed()
    {
        string list = Done("--list").Output;
        Assert.All(Recipe.All, recipe => Assert.Matches($@"(?m)^\s+{recipe.Name}\s.*\s{recipe.Options.Architecture}\s.*{recipe.Options.Epochs} epochs", list));
        Assert.Single(list.Split('\n'), line => line.Contains(", loss psnr", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("conv-denoiser", "; training loss, 20 × MSE: 1.93", "(notebook 0.939703)")]
    [InlineData("conv-autoencoder", "; training loss, 20 × MSE: ", "(notebook 0.408847)")]
    public void TheNotebooksFigureStandsBesideOurs(string recipe, string ours, string printed)
    {
        ToolProcess.Result result = Done([.. Small, "--recipe", recipe, "--epochs", "1", "--out", "run"]);
        string line = result.ErrorLines.Single(l => l.StartsWith("epoch 1/1: training MSE", StringComparison.Ordinal));
        Assert.Contains(ours[..^4], line);
        Assert.EndsWith(printed, line);
        JsonElement notebook = Summary("run").GetProperty("notebook");
        double mse = Summary("run").GetProperty("best").GetProperty("train_mse").GetDouble();
        Assert.Equal(20 * mse, notebook.GetProperty("ours")[0].GetDouble(), 12);
    }

    [Fact]
    public void TheOvercompleteRecipeTestsWithinEpochs()
    {
        ToolProcess.Result result = Done([.. Small, "--recipe", "overcomplete", "--test-every", "1", "--epochs", "1", "--out", "run"]);
        Assert.Matches(@"(?m)^step 1: test MSE 0\.\d{5}; average test loss, MSE / 100: 0\.00\d+ \(notebook 0\.000166419\)$", result.Error);
        Assert.Equal(2, Summary("run").GetProperty("notebook").GetProperty("ours").GetArrayLength());
    }

    [Fact]
    public void EverythingThatMovesIsResumedToTheSameBits()
    {
        string[] arguments =
        [
            .. Small, "--optimizer", "adamw", "--weight-decay", "0.01", "--schedule", "one-cycle", "--warmup", "5", "--clip-norm", "0.5", "--ema", "0.99",
            "--shuffle", "true", "--validation", "0.2", "--patience", "9", "--noise", "gaussian:0.1..0.5", "--test-every", "7", "--epochs", "4",
        ];
        Done([.. arguments, "--out", "whole"]);
        Process process = ToolProcess.Start("Train", _folder.Path, [.. arguments, "--out", "parts"]);
        while (!process.HasExited && (!File.Exists(_folder["parts/metrics.csv"]) || Epochs("parts").Length < 2))
            Thread.Sleep(5);
        ToolProcess.Signal(process, ToolProcess.SigInt);
        Assert.Equal(ExitCode.Interrupted, ToolProcess.Finish(process).ExitCode);
        Done("--resume", "parts");
        Assert.Equal(Last("whole"), Last("parts"));
        Assert.Equal(Best("whole"), Best("parts"));
        Assert.Equal(Epochs("whole").Select(WithoutTimes), Epochs("parts").Select(WithoutTimes));

        static string WithoutTimes(string line) => string.Join(',', line.Split(',')[..6]);
    }

    [Fact]
    public void AFinishedRunGoesOnWithMoreEpochs()
    {
        Done([.. Small, "--epochs", "1", "--out", "run"]);
        Done("--resume", "run", "--epochs", "2");
        Assert.Equal(2, Epochs("run").Length);
        Assert.Equal("finished", Summary("run").GetProperty("status").GetString());
    }

    [Fact]
    public void TrainingStopsEarlyAndTheBestIsRestored()
    {
        // A learning rate that is far too high gets no better after a while.
        Done([.. Small, "--lr", "0.3", "--validation", "0.25", "--patience", "2", "--epochs", "40", "--out", "run"]);
        JsonElement summary = Summary("run");
        Assert.Equal("no improvement in 2 epochs", summary.GetProperty("why").GetString());
        Assert.Equal(50, summary.GetProperty("data").GetProperty("validation_images").GetInt32());
        Assert.Equal(summary.GetProperty("best").GetProperty("epoch").GetInt32() + 2, Epochs("run").Length);
        Assert.Equal(Best("run"), Last("run"));

        int before = Epochs("run").Length;
        Assert.Contains("no improvement in 2 epochs", Done("--resume", "run").Output);
        Assert.Equal(before, Epochs("run").Length);
        Done("--resume", "run", "--patience", "3");
        Assert.True(Epochs("run").Length > before);
    }

    [Fact]
    public void TheTimeBudgetEndsTheRun()
    {
        var clock = Stopwatch.StartNew();
        ToolProcess.Result result = Done("--dataset", "synthetic", "--epochs", "500", "--schedule", "cosine", "--time-budget", "3s", "--out", "run");
        Assert.InRange(clock.Elapsed.TotalSeconds, 3, 60);
        Assert.Contains("the time is up", result.Output);
        // The schedule ends with the time.
        Assert.InRange(double.Parse(Epochs("run")[^1].Split(',')[1], CultureInfo.InvariantCulture), 0, 1e-5);
    }

    [Fact]
    public void SamplesAndEventsAreKeptOnRequest()
    {
        Done([.. Small, "--epochs", "2", "--keep-samples", "--tensorboard", "--out", "run"]);
        Assert.Equal(["epoch-0001.png", "epoch-0002.png"], Directory.GetFiles(_folder["run/samples"]).Select(path => Path.GetFileName(path)).Order());
        Assert.Single(Directory.GetFiles(_folder["run"], "events.out.tfevents.*"));
    }

    [Fact]
    public void TheReportHasTheFinalNumbers()
    {
        Done([.. Small, "--epochs", "1", "--out", "run"]);
        JsonElement denoised = Summary("run").GetProperty("final").GetProperty("denoised");
        string html = File.ReadAllText(_folder["run/report.html"]);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{denoised.GetProperty("psnr").GetDouble():F2} dB"), html);
        Assert.Contains("<svg", File.ReadAllText(_folder["run/curves.svg"]));
        Assert.Matches("^[0-9a-f]{64}$", Summary("run").GetProperty("data").GetProperty("training_sha256").GetString());
    }

    [Fact]
    public void AFolderOfPicturesIsLearnedFromWithABrokenOneAmongThem()
    {
        Directory.CreateDirectory(_folder["pictures"]);
        for (int i = 0; i < 12; i++)
            PictureFile.Write(_folder[$"pictures/{i:D2}.png"], new(40, 36, 1, [.. Samples.Image(40 * 36, i).Select(v => (byte)(v * 255))]));
        File.WriteAllText(_folder["pictures/broken.png"], "no picture");
        ToolProcess.Result result = Done("--recipe", "unet", "--dataset", "images:pictures", "--crop", "16", "--noise", "gaussian:0.1,clip=off", "--epochs", "1", "--out", "run");
        Assert.Contains(result.ErrorLines, line => line.StartsWith("Passed over: ", StringComparison.Ordinal) && line.Contains("broken.png", StringComparison.Ordinal));
        Assert.Contains("on 44 images of images:pictures", result.Error);
        IReadOnlyDictionary<string, string> info = Checkpoint.Load(_folder["run/checkpoints/best.safetensors"]).Info;
        Assert.Equal(("16", "16", "crops"), (info["trained_height"], info["trained_width"], info["trained_images"]));
    }

    [Fact]
    public void AnArchitectureOfOnesOwnIsTrainedOnColours()
    {
        Directory.CreateDirectory(_folder["pictures"]);
        for (int i = 0; i < 4; i++)
            PictureFile.Write(_folder[$"pictures/{i}.png"], new(32, 32, 3, [.. Samples.Image(3 * 32 * 32, i).Select(v => (byte)(v * 255))]));
        File.WriteAllText(_folder["mine.json"], """
            { "name": "mine", "channels": 3, "layers": [ { "type": "conv2d", "name": "c", "in_channels": 3, "out_channels": 3, "kernel": 3, "padding": 1 } ] }
            """);
        Done("--architecture", "mine.json", "--dataset", "images:pictures", "--crop", "16", "--noise", "speckle:0.2", "--epochs", "1", "--out", "run");
        Assert.Equal(("mine", 3), (Checkpoint.Load(_folder["run/checkpoints/best.safetensors"]).Architecture.Name, Summary("run").GetProperty("data").GetProperty("channels").GetInt32()));
    }

    [Fact]
    public void ATrainingBeginsWithTheWeightsItIsGivenAndWithTheirNetwork()
    {
        Done([.. Small, "--architecture", "unet", "--epochs", "1", "--out", "first"]);
        const string weights = "first/checkpoints/best.safetensors";
        Done([.. Small, "--weights", weights, "--lr", "1e-9", "--epochs", "1", "--out", "second"]);
        Assert.Equal("unet", Checkpoint.Load(_folder["second/checkpoints/best.safetensors"]).Architecture.Name);
        Assert.Equal(TestMse("first"), TestMse("second"), 1e-5);

        ToolProcess.Result other = Train([.. Small, "--weights", weights, "--architecture", "conv-denoiser"]);
        Assert.Equal(ExitCode.Failed, other.ExitCode);
        Assert.StartsWith($"--weights: {weights}: It is a checkpoint of 'unet', which is not the same network", Assert.Single(other.ErrorLines));
        Assert.StartsWith("--weights: ", Assert.Single(Train([.. Small, "--weights", "none.pt"]).ErrorLines));

        double TestMse(string run) => Summary(run).GetProperty("best").GetProperty("test_mse").GetDouble();
    }

    [Fact]
    public void BFloat16TrainsAboutAsWell()
    {
        Done([.. Small, "--precision", "bfloat16", "--epochs", "2", "--out", "half"]);
        Done([.. Small, "--epochs", "2", "--out", "whole"]);
        double half = Mse("half"), whole = Mse("whole");
        Assert.NotEqual(half, whole);
        Assert.InRange(half / whole, 0.9, 1.1);

        double Mse(string run) => Summary(run).GetProperty("best").GetProperty("train_mse").GetDouble();
    }

    [Fact]
    public void TheLossOfPsnrTrainsToo()
    {
        string[] levels = [.. Small, "--noise", "gaussian:0..0.7", "--epochs", "2"];
        Done([.. levels, "--loss", "psnr", "--out", "psnr"]);
        Done([.. levels, "--out", "mse"]);
        Assert.NotEqual(Best("psnr", "train_mse"), Best("mse", "train_mse"));
        Assert.InRange(Best("psnr", "train_mse") / Best("mse", "train_mse"), 0.8, 1.5);
        Assert.StartsWith("--loss is l2, expected one of mse, psnr.", Assert.Single(Train([.. Small, "--loss", "l2"]).ErrorLines));

        double Best(string run, string figure) => Summary(run).GetProperty("best").GetProperty(figure).GetDouble();
    }

    [Fact]
    public void ANetworkThatMemoryCannotHoldIsRefused()
    {
        var e = Assert.Throws<ArchitectureException>(() => Architectures.CheckMemory(Catalogue.Get("overcomplete"), available: 40 << 20));
        Assert.Equal("Training its 1,845,928 parameters takes 42 MiB at least, and there are 40 MiB of memory.", e.Message);
        Architectures.CheckMemory(Catalogue.Get("overcomplete"), available: 43 << 20);
    }

    [Theory]
    [InlineData("{", "Not an architecture: ")]
    [InlineData("""{ "name": "x", "channels": 1, "layers": [ { "type": "conv9d", "name": "c" } ] }""", "conv9d")]
    [InlineData("""{ "name": "x", "channels": 1, "layers": [ { "type": "conv2d", "name": "c", "in_channels": 2, "out_channels": 1, "kernel": 1 } ] }""", "Layer 'c' (Conv2d): expected 2 channels, found 1×")]
    [InlineData("""{ "name": "x", "channels": 1, "layers": [ { "type": "conv2d", "name": "c", "in_channels": 1, "out_channels": 0, "kernel": 1 } ] }""", "must be at least 1")]
    [InlineData("""{ "name": "x", "channels": 1, "layers": [ { "type": "relu", "name": "a", "inputs": ["b"] }, { "type": "relu", "name": "b" } ] }""", "'b'")]
    [InlineData("""{ "name": "x", "channels": 1, "layers": [ { "type": "conv2d", "name": "c", "in_channels": 1, "out_channels": 2000000000, "kernel": 3, "padding": 1 } ] }""", "parameters; at most 1,000,000,000 are supported")]
    public void ABadArchitectureGetsOneSentence(string json, string sentence)
    {
        File.WriteAllText(_folder["bad.json"], json);
        ToolProcess.Result result = Train([.. Small, "--architecture", "bad.json"]);
        Assert.Equal(ExitCode.Usage, result.ExitCode);
        string line = Assert.Single(result.ErrorLines);
        Assert.StartsWith("--architecture bad.json: ", line);
        Assert.Contains(sentence, line);
        Assert.False(Directory.Exists(_folder["runs"]));
    }

    [Fact]
    public void ALossThatIsNoNumberEndsTheRunAndTheBestCheckpointStays()
    {
        Done([.. Small, "--optimizer", "sgd", "--architecture", "unet", "--lr", "0.001", "--epochs", "1", "--out", "run"]);
        byte[] good = Best("run");
        ToolProcess.Result result = Train([.. Small, "--optimizer", "sgd", "--architecture", "unet", "--lr", "10", "--epochs", "50", "--out", "wild"]);
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Matches(@"The loss is no longer a finite number, in epoch \d+ at step \d+; a lower --lr \(it was 10\) or --clip-norm 1 may help\.", result.ErrorLines[^1]);
        Assert.Equal("failed", Summary("wild").GetProperty("status").GetString());
        Assert.All(Directory.GetFiles(_folder["wild/checkpoints"], "*.safetensors"), file =>
        {
            if (!file.EndsWith("training-state.safetensors", StringComparison.Ordinal))
                Assert.All(Checkpoint.Load(file).Parameters.Values, p => Assert.All(p.Values, v => Assert.True(float.IsFinite(v))));
        });
        Assert.Equal(good, Best("run"));
    }

    [Fact]
    public void AFullDiskLosesNothing()
    {
        Assert.SkipUnless(ToolProcess.Run("unshare", _folder.Path, "-rm", "true").ExitCode == 0, "needs the right to mount a file system of its own");
        Done([.. Small, "--epochs", "1", "--out", "run"]);
        // A disk that holds the run and 20 kB more, less than a checkpoint.
        ToolProcess.Result result = ToolProcess.Run("unshare", _folder.Path, "-rm", "bash", "-ec", $$"""
            size=$(( $(du -sk --apparent-size run | cut -f1) + 200 ))
            mkdir disk; mount -t tmpfs -o size=${size}k none disk; cp -r run disk
            head -c $(( $(df --output=avail -B1 disk | tail -1) - 20480 )) /dev/zero >disk/rest
            cd disk; sha256sum run/checkpoints/* >../before
            '{{ToolProcess.Executable("Train")}}' --resume run --epochs 2 || echo "ended with $?"
            sha256sum run/checkpoints/* | diff ../before - && echo unharmed
            rm rest; '{{ToolProcess.Executable("Train")}}' --resume run --epochs 2 >/dev/null && echo "went on"
            """);
        Assert.Equal("ended with 1\nunharmed\nwent on\n", result.Output);
        Assert.Contains(result.ErrorLines, line => line.Contains("No space left on device", StringComparison.Ordinal));
        Assert.DoesNotContain("Unexpected", result.Error);
    }
}
