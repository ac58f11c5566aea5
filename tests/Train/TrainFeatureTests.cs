using Denoise.Train;

namespace Denoise.Tests.Train;

/// <summary>The options of a training besides its recipe, as a user gives them.</summary>
public sealed class TrainFeatureTests : TrainToolTest
{
    [Fact]
    public void TheRecipesAreListed()
    {
        string list = Done("--list").Output;
        Assert.All(Recipe.All, recipe =>
            Assert.Matches($@"(?m)^\s+{recipe.Name}\s.*\s{recipe.Options.Architecture}\s.*{recipe.Options.Epochs} epochs", list));
        Assert.Equal(Recipe.All.Count(recipe => recipe.Options.Loss == Loss.Psnr),
            list.Split('\n').Count(line => line.Contains(", loss psnr", StringComparison.Ordinal)));
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
        double figure = Json("run").GetProperty("notebook").GetProperty("ours")[0].GetDouble();
        Assert.Equal(20 * BestFigure("run", "train_mse"), figure, 12);
    }

    [Fact]
    public void TheOvercompleteRecipeTestsWithinEpochs()
    {
        ToolProcess.Result result = Done([.. Small, "--recipe", "overcomplete", "--test-every", "1", "--epochs", "1", "--out", "run"]);
        Assert.Matches(@"(?m)^step 1: test MSE 0\.\d{5}; average test loss, MSE / 100: 0\.00\d+ \(notebook 0\.000166419\)$", result.Error);
        Assert.Equal(2, Json("run").GetProperty("notebook").GetProperty("ours").GetArrayLength());
    }

    [Fact]
    public void EverythingThatMovesIsResumedToTheSameBits() => AssertResumesToTheSameBits(
    [
        .. Small, "--optimizer", "adamw", "--weight-decay", "0.01", "--schedule", "one-cycle", "--warmup", "5", "--clip-norm", "0.5",
        "--ema", "0.99", "--shuffle", "true", "--validation", "0.2", "--patience", "9", "--noise", "gaussian:0.1..0.5",
        "--test-every", "7", "--epochs", "4",
    ]);

    /// <summary>The network is told the noise's level, and some of the pictures become grey.</summary>
    [Fact]
    public void ANetworkThatTakesTheLevelIsResumedToTheSameBits()
    {
        File.WriteAllText(_folder["sigma.json"], ArchitectureJson.Write(Samples.Network("sigma")));
        PutPictures(30, 32, 32, channels: 3);
        AssertResumesToTheSameBits(
        [
            "--architecture", "sigma.json", "--dataset", "images:pictures", "--crop", "8",
            "--noise", "gaussian:0..0.3,clip=off or camera:0..0.1", "--grey-share", "0.4", "--enlarged-share", "0.4", "--shuffle", "true",
            "--threads", "2", "--epochs", "4",
        ]);
    }

    private void AssertResumesToTheSameBits(string[] arguments)
    {
        Done([.. arguments, "--out", "whole"]);
        Process process = ToolProcess.Start("Train", _folder.Path, [.. arguments, "--out", "parts"]);
        while (!process.HasExited && (!File.Exists(_folder["parts/metrics.csv"]) || Epochs("parts").Length < 2))
            Thread.Sleep(5);
        ToolProcess.Signal(process, ToolProcess.SigInt);
        ToolProcess.Result result = ToolProcess.Finish(process);
        Assert.Equal(ExitCode.Interrupted, result.ExitCode);
        Assert.Equal("Stopped; continue with: ./denoise train --resume parts", result.ErrorLines[^1]);
        Assert.Equal("stopped", Json("parts").GetProperty("status").GetString());
        Done("--resume", "parts");
        Assert.Equal(Last("whole"), Last("parts"));
        Assert.Equal(Best("whole"), Best("parts"));
        Assert.Equal(Epochs("whole").Select(WithoutTimes), Epochs("parts").Select(WithoutTimes));

        static string WithoutTimes(string line) => string.Join(',', line.Split(',')[..6]);
    }

    [Fact]
    public void TrainingStopsEarlyAndTheBestIsRestored()
    {
        // A learning rate that is far too high gets no better after a while.
        Done([.. Small, "--lr", "0.3", "--validation", "0.25", "--patience", "2", "--epochs", "40", "--out", "run"]);
        JsonElement summary = Json("run");
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
        string[] arguments = ["--dataset", "synthetic", "--epochs", "500", "--schedule", "cosine", "--time-budget", "3s", "--out", "run"];
        ToolProcess.Result result = Done(arguments);
        Assert.InRange(clock.Elapsed.TotalSeconds, 3, 60);
        Assert.Contains("the time is up", result.Output);
        // The schedule ends with the time.
        Assert.InRange(double.Parse(Epochs("run")[^1].Split(',')[1], CultureInfo.InvariantCulture), 0, 1e-5);
    }

    [Fact]
    public void TensorBoardGetsEveryEpochOnRequest()
    {
        Done([.. Small, "--epochs", "2", "--tensorboard", "--out", "run"]);
        List<Tensorboard.Event> events = EventFileReader.Read(Assert.Single(Directory.GetFiles(_folder["run"], "events.out.tfevents.*")));
        Assert.Equal([0, 1, 1, 2], events.Select(e => e.Step));
        float loss = events[^1].Summary.Value.Single(value => value.Tag == "loss/test").SimpleValue;
        Assert.Equal(Json("run").GetProperty("last").GetProperty("test_mse").GetDouble(), loss, 1e-6);
    }

    [Fact]
    public void TheReportHasTheFinalNumbers()
    {
        Done([.. Small, "--epochs", "1", "--out", "run"]);
        JsonElement denoised = Json("run").GetProperty("final").GetProperty("denoised");
        string html = File.ReadAllText(_folder["run/report.html"]);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"<td>{denoised.GetProperty("psnr").GetDouble():F2}</td>"), html);
        Assert.Contains("<svg", File.ReadAllText(_folder["run/curves.svg"]));
        Assert.Matches("^[0-9a-f]{64}$", Json("run").GetProperty("data").GetProperty("training_sha256").GetString());
    }

    [Fact]
    public void AFolderOfPicturesIsLearnedFromWithABrokenOneAmongThem()
    {
        PutPictures(12, 40, 36);
        File.WriteAllText(_folder["pictures/broken.png"], "no picture");
        ToolProcess.Result result = Done("--recipe", "unet", "--dataset", "images:pictures", "--crop", "16",
            "--noise", "gaussian:0.1,clip=off", "--epochs", "1", "--out", "run");
        Assert.Single(result.ErrorLines, line => line.StartsWith("Passed over: pictures/broken.png", StringComparison.Ordinal));
        Assert.Contains("on 44 images of images:pictures", result.Error);
        IReadOnlyDictionary<string, string> info = Checkpoint.Load(CheckpointPath("run", "best")).Info;
        Assert.Equal(("16", "16", "crops"), (info["trained_height"], info["trained_width"], info["trained_images"]));
    }

    [Fact]
    public void AnArchitectureOfOnesOwnIsTrainedOnColours()
    {
        PutPictures(4, 32, 32, channels: 3);
        File.WriteAllText(_folder["mine.json"], """
            { "name": "mine", "channels": 3, "layers": [
              { "type": "conv2d", "name": "c", "in_channels": 3, "out_channels": 3, "kernel": 3, "padding": 1 } ] }
            """);
        Done("--architecture", "mine.json", "--dataset", "images:pictures", "--crop", "16",
            "--noise", "speckle:0.2", "--epochs", "1", "--out", "run");
        Assert.Equal("mine", Checkpoint.Load(CheckpointPath("run", "best")).Architecture.Name);
        Assert.Equal(3, Json("run").GetProperty("data").GetProperty("channels").GetInt32());
    }

    [Fact]
    public void ATrainingBeginsWithTheWeightsItIsGivenAndWithTheirNetwork()
    {
        Done([.. Small, "--architecture", "unet", "--epochs", "1", "--out", "first"]);
        const string weights = "first/checkpoints/best.safetensors";
        Done([.. Small, "--weights", weights, "--lr", "1e-9", "--epochs", "1", "--out", "second"]);
        Assert.Equal("unet", Checkpoint.Load(CheckpointPath("second", "best")).Architecture.Name);
        Assert.Equal(BestFigure("first", "test_mse"), BestFigure("second", "test_mse"), 1e-5);

        string other = Refused(ExitCode.Failed, [.. Small, "--weights", weights, "--architecture", "conv-denoiser"]);
        Assert.StartsWith($"--weights: {weights}: It is a checkpoint of 'unet', which is not the same network", other);
        Assert.StartsWith("--weights: ", Refused(ExitCode.Failed, [.. Small, "--weights", "none.pt"]));
    }

    [Theory]
    [InlineData("--precision", "bfloat16", "gaussian:0.5", 0.9, 1.1)]
    [InlineData("--loss", "psnr", "gaussian:0..0.7", 0.8, 1.5)]
    public void AnotherPrecisionOrLossTrainsAboutAsWell(string option, string value, string noise, double least, double most)
    {
        string[] arguments = [.. Small, "--noise", noise, "--epochs", "2"];
        Done([.. arguments, option, value, "--out", "other"]);
        Done([.. arguments, "--out", "usual"]);
        double other = BestFigure("other", "train_mse"), usual = BestFigure("usual", "train_mse");
        Assert.NotEqual(other, usual);
        Assert.InRange(other / usual, least, most);
    }

    [Fact]
    public void ANetworkThatMemoryCannotHoldIsRefused()
    {
        var e = Assert.Throws<ToolException>(() => TrainCommand.CheckMemory(Catalogue.Get("overcomplete"), available: 40 << 20));
        Assert.Equal("Training the 1,845,928 parameters of overcomplete takes 42 MiB at least, and there are 40 MiB of memory.", e.Message);
        TrainCommand.CheckMemory(Catalogue.Get("overcomplete"), available: 43 << 20);
    }

    [Theory]
    [InlineData("{", "The architecture is not valid JSON")]
    [InlineData("""{ "type": "conv9d", "name": "c" }""", "conv9d")]
    [InlineData("""{ "type": "conv2d", "name": "c", "in_channels": 2, "out_channels": 1, "kernel": 1 }""",
        "Layer 'c' (Conv2d): expected 2 channels, found 1×")]
    [InlineData("""{ "type": "conv2d", "name": "c", "in_channels": 1, "out_channels": 0, "kernel": 1 }""", "must be at least 1")]
    [InlineData("""{ "type": "leaky_relu", "name": "a", "slope": 1e308 }""", "slope must be a finite number of 32 bits")]
    [InlineData("""{ "type": "relu", "name": "a", "inputs": ["b"] }, { "type": "relu", "name": "b" }""", "'b'")]
    [InlineData("""{ "type": "conv2d", "name": "c", "in_channels": 1, "out_channels": 2000000000, "kernel": 3, "padding": 1 }""",
        "parameters; at most 1,000,000,000 are supported")]
    public void ABadArchitectureGetsOneSentence(string layers, string sentence)
    {
        File.WriteAllText(_folder["bad.json"], layers == "{" ? layers : $$"""{ "name": "x", "channels": 1, "layers": [ {{layers}} ] }""");
        string line = Refused(ExitCode.Usage, [.. Small, "--architecture", "bad.json"]);
        Assert.StartsWith("--architecture bad.json: ", line);
        Assert.Contains(sentence, line);
        Assert.False(Directory.Exists(_folder["runs"]));
    }

    [Fact]
    public void ALossThatIsNoNumberEndsTheRunAndTheBestCheckpointStays()
    {
        string[] unet = [.. Small, "--optimizer", "sgd", "--architecture", "unet"];
        Done([.. unet, "--lr", "0.001", "--epochs", "1", "--out", "run"]);
        byte[] good = Best("run");
        ToolProcess.Result result = Train([.. unet, "--lr", "10", "--epochs", "50", "--out", "wild"]);
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Matches(@"The loss is no longer a finite number, in epoch \d+ at step \d+; "
            + @"a lower --lr \(it was 10\) or --clip-norm 1 may help\.", result.ErrorLines[^1]);
        Assert.Equal("failed", Json("wild").GetProperty("status").GetString());
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
        bool mayMount = ToolProcess.Run("unshare", _folder.Path, "-rm", "true").ExitCode == 0;
        Assert.SkipUnless(mayMount, "needs the right to mount a file system of its own");
        Done([.. Small, "--epochs", "1", "--out", "run"]);
        // A disk that holds the run and 20 kB more, less than a checkpoint.
        ToolProcess.Result result = ToolProcess.Run("unshare", _folder.Path, "-rm", "bash", "-ec", $$"""
            size=$(( $(du -sk --apparent-size run | cut -f1) + 200 ))
            mkdir disk; mount -t tmpfs -o size=${size}k none disk; cp -r run disk
            head -c $(( $(df --output=avail -B1 disk | tail -1) - 20480 )) /dev/zero >disk/rest
            cd disk; sha256sum run/checkpoints/* >../before
            '{{ToolProcess.Executable("Train")}}' --resume run --epochs 2 || echo "ended with $?"
            sha256sum run/checkpoints/* | diff ../before - && echo unharmed
            rm rest; '{{ToolProcess.Executable("Train")}}' --resume run --epochs 2 >/dev/null && echo continued
            """);
        Assert.Equal("ended with 1\nunharmed\ncontinued\n", result.Output);
        Assert.Contains(result.ErrorLines, line => line.Contains("No space left on device", StringComparison.Ordinal));
        Assert.DoesNotContain("Unexpected", result.Error);
    }
}
