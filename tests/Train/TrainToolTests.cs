using System.Diagnostics;
using Denoise.CommandLine;
using Denoise.Export;
using Denoise.Imaging;
using Denoise.Network;
using Denoise.Network.Checkpoints.Safetensors;
using Xunit;

namespace Denoise.Tests.Train;

/// <summary>The `train` command as a user runs it, on a few hundred synthetic digits.</summary>
public sealed class TrainToolTests : IDisposable
{
    private static readonly string[] Small = ["--dataset", "synthetic", "--limit", "400", "--threads", "1"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ToolProcess.Result Train(params string[] arguments) => ToolProcess.Train(_folder.Path, arguments);

    private string Last(string run) => _folder[$"{run}/checkpoints/last.safetensors"];

    private byte[] TrainedTo(string run, params string[] arguments)
    {
        ToolProcess.Result result = Train([.. Small, "--out", run, .. arguments]);
        Assert.True(result.ExitCode == ExitCode.Done, result.Error);
        return File.ReadAllBytes(Last(run));
    }

    [Fact]
    public void ARunLeavesItsFolder()
    {
        ToolProcess.Result result = Train([.. Small, "--epochs", "2"]);
        Assert.True(result.ExitCode == ExitCode.Done, result.Error);
        Assert.Matches(@"^Ended after 2 epochs: all 2 epochs are done\. Best was epoch \d; its test images:\n  MSE 0\.\d{5} -> 0\.\d{5}, PSNR .* dB, SSIM .*\n"
            + @"  runs/conv-denoiser-1/checkpoints/best\.safetensors\n  runs/conv-denoiser-1/report\.html\n$", result.Output);
        Assert.Equal(
            [
                "checkpoints/best.safetensors", "checkpoints/last.safetensors", "checkpoints/training-state.safetensors",
                "curves.svg", "metrics.csv", "report.html", "run.json", "samples.png",
            ],
            Directory.EnumerateFiles(_folder["runs/conv-denoiser-1"], "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(_folder["runs/conv-denoiser-1"], f)).Order(StringComparer.Ordinal));
        Assert.Equal(3, File.ReadAllLines(_folder["runs/conv-denoiser-1/metrics.csv"]).Length);
        Assert.Equal((10 * (28 * 4 + 2) + 2, 3 * (28 * 4 + 2) + 2), Size(PictureFile.Read(_folder["runs/conv-denoiser-1/samples.png"])));
    }

    private static (int, int) Size(Picture picture) => (picture.Width, picture.Height);

    [Fact]
    public void ASecondRunTakesTheNextFolder()
    {
        Directory.CreateDirectory(_folder["runs/conv-denoiser-1"]);
        Assert.Contains("runs/conv-denoiser-2/", Train([.. Small, "--epochs", "1"]).Output);
    }

    [Fact]
    public void TheCheckpointCarriesItsHistory()
    {
        TrainedTo("run", "--epochs", "1", "--seed", "3");
        Checkpoint checkpoint = Checkpoint.Load(Last("run"));
        Assert.Equal(("conv-denoiser", "synthetic", "gaussian:0.5", "3", "1"), (checkpoint.Info["recipe"], checkpoint.Info["dataset"],
            checkpoint.Info["noise"], checkpoint.Info["seed"], checkpoint.Info["epoch"]));
        Assert.Equal(("28", "28", "whole"), (checkpoint.Info["trained_height"], checkpoint.Info["trained_width"], checkpoint.Info["trained_images"]));
    }

    /// <summary>Wherever in the mix the noise stands that decides it.</summary>
    [Theory]
    [InlineData("gaussian:0.5", "channels")]
    [InlineData("gaussian:0..0.2", "luminance-chroma")]
    [InlineData("camera:0..10/255 or gaussian:0..0.2", "luminance-chroma")]
    public void TheCheckpointAndItsModelSayHowColoursAreHandled(string noise, string colour)
    {
        TrainedTo("run", "--epochs", "1", "--noise", noise);
        Checkpoint checkpoint = Checkpoint.Load(Last("run"));
        Assert.Equal(colour, checkpoint.Info["colour"]);
        Assert.Equal(colour, OnnxExporter.Export(checkpoint).Proto.MetadataProps.Single(p => p.Key == "colour").Value);
    }

    [Fact]
    public void TheSameSeedGivesTheSameBits()
    {
        byte[] first = TrainedTo("a", "--epochs", "1");
        Assert.Equal(first, TrainedTo("b", "--epochs", "1"));
        Assert.NotEqual(first, TrainedTo("c", "--epochs", "1", "--seed", "2"));
    }

    [Fact]
    public void AResumedRunGivesTheBitsOfAnUninterruptedOne()
    {
        byte[] whole = TrainedTo("whole", "--epochs", "3");
        TrainedTo("parts", "--epochs", "1");
        ToolProcess.Result resumed = Train("--resume", "parts", "--epochs", "3", "--threads", "1");
        Assert.True(resumed.ExitCode == ExitCode.Done, resumed.Error);
        Assert.Equal(whole, File.ReadAllBytes(Last("parts")));
        Assert.Equal(4, File.ReadAllLines(_folder["parts/metrics.csv"]).Length);
    }

    [Fact]
    public void CtrlCLeavesARunThatResumesToTheSameBits()
    {
        string[] arguments = ["--dataset", "synthetic", "--limit", "4000", "--threads", "1", "--epochs", "2"];
        Assert.Equal(ExitCode.Done, Train([.. arguments, "--out", "whole"]).ExitCode);

        Process process = ToolProcess.Start("Train", _folder.Path, [.. arguments, "--out", "stopped"]);
        WaitFor(() => File.Exists(_folder["stopped/run.json"]));
        Thread.Sleep(300);
        ToolProcess.Signal(process, ToolProcess.SigInt);
        ToolProcess.Result result = ToolProcess.Finish(process);
        Assert.Equal(ExitCode.Interrupted, result.ExitCode);
        Assert.Equal("Stopped; go on with: ./denoise train --resume stopped", result.ErrorLines[^1]);
        Assert.Contains("\"stopped\"", File.ReadAllText(_folder["stopped/run.json"]));

        Assert.Equal(ExitCode.Done, Train("--resume", "stopped", "--threads", "1").ExitCode);
        Assert.Equal(File.ReadAllBytes(Last("whole")), File.ReadAllBytes(Last("stopped")));
    }

    [Fact]
    public void KillingNeverLeavesAHalfWrittenCheckpoint()
    {
        var random = new Random(1);
        for (int round = 0; round < 6; round++)
        {
            string[] arguments = File.Exists(_folder["run/checkpoints/training-state.safetensors"])
                ? ["--resume", "run", "--epochs", "1000"]
                : ["--out", $"run", "--dataset", "synthetic", "--limit", "40", "--epochs", "1000"];
            if (round == 0 || arguments[0] == "--resume")
                KillAfter(random.Next(1200, 3000), arguments);
            foreach (string file in Directory.EnumerateFiles(_folder["run/checkpoints"], "*.safetensors").Where(f => !Path.GetFileName(f).StartsWith('.')))
                SafetensorsFile.Load(file);
        }
        Assert.True(File.Exists(Last("run")));
    }

    private void KillAfter(int milliseconds, string[] arguments)
    {
        using Process process = ToolProcess.Start("Train", _folder.Path, [.. arguments, "--threads", "1"]);
        WaitFor(() => File.Exists(Last("run")));
        Thread.Sleep(milliseconds);
        process.Kill();
        process.WaitForExit();
    }

    private static void WaitFor(Func<bool> condition)
    {
        for (var clock = Stopwatch.StartNew(); !condition(); Thread.Sleep(20))
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), "waited too long");
    }

    public static TheoryData<int, string, string[]> Wrong => new()
    {
        { ExitCode.Usage, "--epochs is 0, expected at least 1.", ["--epochs", "0"] },
        { ExitCode.Usage, "--batch-size is -1, expected from 1 to 65536.", ["--batch-size", "-1"] },
        { ExitCode.Usage, "--lr is 11, expected above 0 and at most 10.", ["--lr", "11"] },
        { ExitCode.Usage, "--lr is NaN, expected above 0", ["--lr", "NaN"] },
        { ExitCode.Usage, "--limit is -5, expected at least 0", ["--limit", "-5"] },
        { ExitCode.Usage, "--noise: 'gauss:0.5' is not a noise: 'gauss' is none of none, gaussian,", ["--noise", "gauss:0.5"] },
        { ExitCode.Usage, "--schedule is linear, expected one of constant, cosine, one-cycle.", ["--schedule", "linear"] },
        { ExitCode.Usage, "--optimizer is lion, expected one of adam, adamw, sgd.", ["--optimizer", "lion"] },
        { ExitCode.Usage, "--ema is 1, expected at least 0 and below 1", ["--ema", "1"] },
        { ExitCode.Usage, "--validation is 1, expected a share", ["--validation", "1"] },
        { ExitCode.Usage, "--time-budget is '10', expected a time such as 90s, 30m or 2h.", ["--time-budget", "10"] },
        { ExitCode.Usage, "--architecture unett: No network is called 'unett'. The nearest names are: unet", ["--architecture", "unett"] },
        { ExitCode.Usage, "--architecture none.json: There is no file none.json.", ["--architecture", "none.json"] },
        { ExitCode.Failed, "leaves 0 to choose by and 20000 to learn from", ["--dataset", "synthetic", "--validation", "0.00001"] },
        { ExitCode.Failed, "The network overcomplete takes images of 28×28 alone", ["--architecture", "overcomplete", "--dataset", "idx:x.idx"] },
        { ExitCode.Failed, "There is no folder none", ["--dataset", "images:none"] },
        { ExitCode.Usage, "--noise cannot be changed with --resume", ["--resume", "run", "--noise", "none"] },
        { ExitCode.Usage, "--architecture cannot be changed with --resume", ["--resume", "run", "--architecture", "unet"] },
        { ExitCode.Usage, "--seed is -1, expected at least 0.", ["--seed", "-1"] },
        { ExitCode.Usage, "--threads is -2, expected from 0 to 1024", ["--threads", "-2"] },
        { ExitCode.Usage, "'many'", ["--epochs", "many"] },
        { ExitCode.Usage, "No recipe is called 'conv-denoizer'. The nearest names are: conv-denoiser", ["--recipe", "conv-denoizer"] },
        { ExitCode.Usage, "No data set is called 'cifar'.", ["--dataset", "cifar"] },
        { ExitCode.Usage, "Unknown device 'gpu': expected auto, cpu, cuda or cuda:N.", ["--device", "gpu"] },
        { ExitCode.Usage, "Unknown device 'cuda:0,1': expected auto, cpu, cuda or cuda:N.", ["--device", "cuda:0,1"] },
        { ExitCode.Usage, "Unknown device 'tensorrt': expected auto, cpu, cuda or cuda:N.", ["--device", "tensorrt"] },
        { ExitCode.Usage, "--lr cannot be changed with --resume", ["--resume", "run", "--lr", "0.1"] },
        { ExitCode.Failed, "none holds no run that can be resumed", ["--resume", "none"] },
        { ExitCode.Failed, "There is no data file none/train-images-idx3-ubyte.gz", ["--dataset", "mnist", "--data-dir", "none"] },
        { ExitCode.Failed, "There is no data file none.gz", ["--dataset", "idx:none.gz"] },
        { ExitCode.Failed, "file/run cannot be made", ["--dataset", "synthetic", "--limit", "20", "--out", "file/run"] },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void WrongUseGetsOneSentence(int exitCode, string sentence, string[] arguments)
    {
        File.WriteAllText(_folder["file"], "");
        File.WriteAllBytes(_folder["x.idx"], [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 36, 0, 0, 0, 28, .. new byte[2 * 36 * 28]]);
        ToolProcess.Result result = Train(arguments);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(sentence, Assert.Single(result.ErrorLines));
    }

    [Fact]
    public void ANamedGpuThatIsNotThereIsRefused()
    {
        ToolProcess.Result result = Train("--device", "cuda:63");
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("cuda:63 was asked for", Assert.Single(result.ErrorLines));
    }

    [Fact]
    public void ImagesOfASizeTheNetworkCannotTakeAreRefused()
    {
        File.WriteAllBytes(_folder["x.idx"], [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 30, 0, 0, 0, 28, .. new byte[2 * 30 * 28]]);
        ToolProcess.Result result = Train("--dataset", "idx:x.idx");
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("images of 30×28: height and width must be 8k + 4, at least 12.", Assert.Single(result.ErrorLines));
    }

    [Fact]
    public void AFolderThatHoldsARunIsNotOverwritten()
    {
        byte[] before = TrainedTo("run", "--epochs", "1");
        ToolProcess.Result result = Train([.. Small, "--out", "run"]);
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("run already holds a run", Assert.Single(result.ErrorLines));
        Assert.Equal(before, File.ReadAllBytes(Last("run")));
    }

    [Fact]
    public void ATruncatedStateIsRefused()
    {
        TrainedTo("run", "--epochs", "1");
        string state = _folder["run/checkpoints/training-state.safetensors"];
        File.WriteAllBytes(state, File.ReadAllBytes(state)[..^10]);
        ToolProcess.Result result = Train("--resume", "run", "--epochs", "2");
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("Not a valid safetensors file", Assert.Single(result.ErrorLines));
    }

    [Fact]
    public void AFinishedRunSaysSo()
    {
        TrainedTo("run", "--epochs", "1");
        ToolProcess.Result result = Train("--resume", "run");
        Assert.Contains("The run in run has finished its 1 epochs; ask for more with --epochs.", Assert.Single(result.ErrorLines));
    }

    [Fact]
    public void NoisyWritesPairsOfPictures()
    {
        ToolProcess.Result result = Train("noisy", "--count", "3", "--noisy", "n", "--clean", "c");
        Assert.Equal((ExitCode.Done, "3 noisy pictures in n\n"), (result.ExitCode, result.Output));
        foreach (string name in new[] { "00000.png", "00001.png", "00002.png" })
        {
            double mse = Quality.Mse(PictureFile.Read(_folder[$"n/{name}"]), PictureFile.Read(_folder[$"c/{name}"])) / (255 * 255);
            // Noise of sigma 0.5 clipped on a mostly black image: about 0.115.
            Assert.InRange(mse, 0.09, 0.14);
        }
    }

    [Theory]
    [InlineData(false, "noisy", "--count", "1")]
    [InlineData(true, "--dataset", "synthetic", "--limit", "20", "--epochs", "1")]
    public void OnlyTrainingLoadsTorch(bool expected, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The dynamic linker of Linux tells what it loads.");
        string[] traced = ["LD_DEBUG=files", $"LD_DEBUG_OUTPUT={_folder["loaded"]}", ToolProcess.Executable("Train"), .. arguments];
        Assert.Equal(ExitCode.Done, ToolProcess.Run("env", _folder.Path, traced).ExitCode);
        string loaded = string.Concat(Directory.GetFiles(_folder.Path, "loaded.*").Select(File.ReadAllText));
        Assert.Contains("libcoreclr", loaded);
        Assert.Equal(expected, loaded.Contains("libtorch", StringComparison.OrdinalIgnoreCase));
    }
}
