using Denoise.Network.Checkpoints.Safetensors;

namespace Denoise.Tests.Train;

/// <summary>A run from its start to its end, whatever interrupts it, on a few hundred synthetic digits.</summary>
public sealed class TrainToolTests : TrainToolTest
{
    private static readonly string[] OneThread = ["--dataset", "synthetic", "--limit", "400", "--threads", "1"];

    private byte[] TrainedTo(string run, params string[] arguments)
    {
        Done([.. OneThread, "--out", run, .. arguments]);
        return Last(run);
    }

    [Fact]
    public void ARunLeavesItsFolder()
    {
        ToolProcess.Result result = Done([.. OneThread, "--epochs", "2"]);
        Assert.Matches(@"^Ended after 2 epochs: all 2 epochs are done\. Best was epoch \d; its test images:\n"
            + @"  MSE 0\.\d{5} -> 0\.\d{5}, PSNR .* dB, SSIM .*\n"
            + @"  runs/conv-denoiser-1/checkpoints/best\.safetensors\n  runs/conv-denoiser-1/report\.html\n$", result.Output);
        string run = _folder["runs/conv-denoiser-1"];
        Assert.Equal(
            [
                ".lock", "checkpoints/best.safetensors", "checkpoints/last.safetensors", "checkpoints/training-state.safetensors",
                "curves.svg", "metrics.csv", "report.html", "run.json", "samples.png",
            ],
            Directory.EnumerateFiles(run, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(run, f))
                .Order(StringComparer.Ordinal));
        Assert.Equal(2, Epochs("runs/conv-denoiser-1").Length);
        Picture sheet = PictureFile.Read(Path.Combine(run, "samples.png"));
        Assert.Equal((10 * (28 * 4 + 2) + 2, 3 * (28 * 4 + 2) + 2), (sheet.Width, sheet.Height));
    }

    [Fact]
    public void ASecondRunTakesTheNextFolder()
    {
        Directory.CreateDirectory(_folder["runs/conv-denoiser-1"]);
        Assert.Contains("runs/conv-denoiser-2/", Done([.. OneThread, "--epochs", "1"]).Output);
    }

    [Fact]
    public void TheCheckpointCarriesItsHistory()
    {
        TrainedTo("run", "--epochs", "1", "--seed", "3");
        IReadOnlyDictionary<string, string> info = Checkpoint.Load(CheckpointPath("run", "last")).Info;
        Assert.Equal(("conv-denoiser", "synthetic", "gaussian:0.5"), (info["recipe"], info["dataset"], info["noise"]));
        Assert.Equal(("3", "1"), (info["seed"], info["epoch"]));
        Assert.Equal(("28", "28", "whole"), (info["trained_height"], info["trained_width"], info["trained_images"]));
    }

    /// <summary>Wherever in the mix the noise stands that decides it.</summary>
    [Theory]
    [InlineData("gaussian:0.5", "channels")]
    [InlineData("gaussian:0..0.2", "luminance-chroma")]
    [InlineData("camera:0..10/255 or gaussian:0..0.2", "luminance-chroma")]
    public void TheCheckpointAndItsModelSayHowColoursAreHandled(string noise, string colour)
    {
        TrainedTo("run", "--epochs", "1", "--noise", noise);
        Checkpoint checkpoint = Checkpoint.Load(CheckpointPath("run", "last"));
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
        Done("--resume", "parts", "--epochs", "3", "--threads", "1");
        Assert.Equal(whole, Last("parts"));
        Assert.Equal(3, Epochs("parts").Length);
        Assert.Equal("finished", Json("parts").GetProperty("status").GetString());
    }

    [Fact]
    public void KillingNeverLeavesAHalfWrittenCheckpoint()
    {
        var random = new Random(1);
        for (int round = 0; round < 6; round++)
        {
            string[] arguments = File.Exists(CheckpointPath("run", "training-state"))
                ? ["--resume", "run", "--epochs", "1000"]
                : ["--out", "run", "--dataset", "synthetic", "--limit", "40", "--epochs", "1000"];
            if (round == 0 || arguments[0] == "--resume")
                KillAfter(random.Next(1200, 3000), arguments);
            foreach (string file in Directory.EnumerateFiles(_folder["run/checkpoints"], "*.safetensors"))
                if (!Path.GetFileName(file).StartsWith('.'))
                    SafetensorsFile.Load(file);
        }
        Assert.True(File.Exists(CheckpointPath("run", "last")));
    }

    private void KillAfter(int milliseconds, string[] arguments)
    {
        using Process process = ToolProcess.Start("Train", _folder.Path, [.. arguments, "--threads", "1"]);
        WaitFor(() => File.Exists(CheckpointPath("run", "last")));
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
        { ExitCode.Usage, "--grey-share is 1.5, expected from 0 to 1.", ["--grey-share", "1.5"] },
        { ExitCode.Usage, "--grey-share is -0.1, expected from 0 to 1.", ["--grey-share", "-0.1"] },
        { ExitCode.Usage, "--noise: 'gauss:0.5' is not a noise: 'gauss' is none of none, gaussian,", ["--noise", "gauss:0.5"] },
        { ExitCode.Usage, "--schedule is linear, expected one of constant, cosine, one-cycle.", ["--schedule", "linear"] },
        { ExitCode.Usage, "--optimizer is lion, expected one of adam, adamw, sgd.", ["--optimizer", "lion"] },
        { ExitCode.Usage, "--loss is l2, expected one of mse, psnr.", ["--loss", "l2"] },
        { ExitCode.Usage, "--precision is float16, expected one of float32, bfloat16.", ["--precision", "float16"] },
        { ExitCode.Usage, "--ema is 1, expected at least 0 and below 1", ["--ema", "1"] },
        { ExitCode.Usage, "--validation is 1, expected a share", ["--validation", "1"] },
        { ExitCode.Usage, "--time-budget is '10', expected a time such as 90s, 30m or 2h.", ["--time-budget", "10"] },
        { ExitCode.Usage, "--architecture unett: No network is called 'unett'. The nearest names are: unet", ["--architecture", "unett"] },
        { ExitCode.Usage, "--architecture none.json: There is no file none.json.", ["--architecture", "none.json"] },
        { ExitCode.Failed, "leaves 0 to choose by and 20000 to learn from", ["--dataset", "synthetic", "--validation", "0.00001"] },
        {
            ExitCode.Failed, "The network overcomplete takes images of 28×28 alone",
            ["--architecture", "overcomplete", "--dataset", "idx:x.idx"]
        },
        { ExitCode.Failed, "There is no folder none", ["--dataset", "images:none"] },
        { ExitCode.Usage, "--noise cannot be changed with --resume", ["--resume", "run", "--noise", "none"] },
        { ExitCode.Usage, "--architecture cannot be changed with --resume", ["--resume", "run", "--architecture", "unet"] },
        { ExitCode.Usage, "--seed is -1, expected at least 0.", ["--seed", "-1"] },
        { ExitCode.Usage, "--threads is -2, expected from 0 to 1024", ["--threads", "-2"] },
        { ExitCode.Usage, "'many'", ["--epochs", "many"] },
        { ExitCode.Usage, "No recipe is called 'conv-denoizer'. The nearest names are: conv-denoiser", ["--recipe", "conv-denoizer"] },
        { ExitCode.Usage, "--dataset: No data set is called 'cifar'.", ["--dataset", "cifar"] },
        { ExitCode.Usage, "Unknown device 'gpu': expected auto, cpu, cuda or cuda:N.", ["--device", "gpu"] },
        { ExitCode.Usage, "Unknown device 'cuda:0,1': expected auto, cpu, cuda or cuda:N.", ["--device", "cuda:0,1"] },
        { ExitCode.Usage, "Unknown device 'tensorrt': expected auto, cpu, cuda or cuda:N.", ["--device", "tensorrt"] },
        { ExitCode.Failed, "cuda:63 was asked for", ["--device", "cuda:63"] },
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
        PutIdx(36, 28);
        Assert.Contains(sentence, Refused(exitCode, arguments));
    }

    [Fact]
    public void ImagesOfASizeTheNetworkCannotTakeAreRefused()
    {
        PutIdx(30, 28);
        string sentence = Refused(ExitCode.Failed, "--dataset", "idx:x.idx");
        Assert.Contains("images of 30×28: height and width must be 8k + 4, at least 12.", sentence);
    }

    [Fact]
    public void AFolderThatHoldsARunIsNotOverwritten()
    {
        byte[] before = TrainedTo("run", "--epochs", "1");
        Assert.Contains("run already holds a run", Refused(ExitCode.Failed, [.. OneThread, "--out", "run"]));
        Assert.Equal(before, Last("run"));
    }

    [Fact]
    public void ATruncatedStateIsRefused()
    {
        TrainedTo("run", "--epochs", "1");
        string state = CheckpointPath("run", "training-state");
        File.WriteAllBytes(state, File.ReadAllBytes(state)[..^10]);
        Assert.Contains("Not a valid safetensors file", Refused(ExitCode.Failed, "--resume", "run", "--epochs", "2"));
    }

    [Fact]
    public void AFinishedRunSaysSo()
    {
        TrainedTo("run", "--epochs", "1");
        string sentence = Refused(ExitCode.Failed, "--resume", "run");
        Assert.Equal("The run in run has finished its 1 epochs; ask for more with --epochs.", sentence);
    }

    [Fact]
    public void NoisyWritesPairsOfPictures()
    {
        ToolProcess.Result result = Done("noisy", "--count", "3", "--noisy", "n", "--clean", "c");
        Assert.Equal("3 noisy pictures in n\n", result.Output);
        foreach (string name in new[] { "00000.png", "00001.png", "00002.png" })
        {
            double mse = Quality.Mse(PictureFile.Read(_folder[$"n/{name}"]), PictureFile.Read(_folder[$"c/{name}"])) / (255 * 255);
            // Noise of sigma 0.5 clipped on a mostly black image: about 0.115.
            Assert.InRange(mse, 0.09, 0.14);
        }
    }

    [Fact]
    public void CleanPicturesDoNotTakeThePlaceOfNoisyOnes()
    {
        Directory.CreateDirectory(_folder["n"]);
        Directory.CreateSymbolicLink(_folder["c"], _folder["n"]);
        ToolProcess.Result result = ToolProcess.Train(_folder.Path, "noisy", "--count", "1", "--noisy", "n", "--clean", "c");
        Assert.Equal((ExitCode.Usage, "--noisy n and --clean c are one folder, and the pictures have the same names: choose another.\n"),
            (result.ExitCode, result.Error));
        Assert.Empty(Directory.GetFiles(_folder["n"]));
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
