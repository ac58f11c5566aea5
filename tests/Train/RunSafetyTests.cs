using Denoise.Network.Checkpoints.Safetensors;
using Denoise.Tests.Robustness;
using Denoise.Train;

namespace Denoise.Tests.Train;

/// <summary>A run's folder survives other trainings, kills and changes to its files.</summary>
public sealed class RunSafetyTests : TrainToolTest
{
    private const int SigHup = 1;

    private static readonly string[] Long = ["--dataset", "synthetic", "--limit", "2000", "--epochs", "1000", "--threads", "1"];
    private static readonly string[] Short = ["--dataset", "synthetic", "--limit", "40", "--epochs", "1", "--threads", "1"];

    private string StateOf(string run) => CheckpointPath(run, "training-state");

    private void WaitFor(Process process, string file)
    {
        while (!File.Exists(_folder[file]))
        {
            Assert.False(process.HasExited);
            Thread.Sleep(5);
        }
    }

    [Fact]
    public void TwoTrainingsDoNotShareAFolder()
    {
        using Process first = ToolProcess.Start("Train", _folder.Path, [.. Long, "--out", "run"]);
        WaitFor(first, "run/run.json");
        const string sentence = "Another training is at work in run: wait for it, or choose another folder.";
        Assert.Equal(sentence, Refused(ExitCode.Failed, [.. Short, "--out", "run"]));
        Assert.Equal(sentence, Refused(ExitCode.Failed, "--resume", "run"));
        first.Kill();
        first.WaitForExit();
        // The killed run left word that it is running; only what the next one writes says that it is at work.
        string left = Written();
        Process second = ToolProcess.Start("Train", _folder.Path, "--resume", "run");
        while (!second.HasExited && Written() == left)
            Thread.Sleep(5);
        ToolProcess.Signal(second, ToolProcess.SigInt);
        Assert.Equal(ExitCode.Interrupted, ToolProcess.Finish(second).ExitCode);
    }

    private string Written() => Json("run").GetProperty("written").GetString()!;

    [Fact]
    public void TrainingsThatStartTogetherGetAFolderEach()
    {
        int count = Rounds.Of(3, 8);
        string[] recipe = [.. Short, "--recipe", "conv-autoencoder"];
        Process[] all = [.. Enumerable.Range(0, count).Select(_ => ToolProcess.Start("Train", _folder.Path, recipe))];
        Assert.All(all.Select(ToolProcess.Finish).ToArray(), result => Assert.True(result.ExitCode == ExitCode.Done, result.Error));
        for (int i = 1; i <= count; i++)
            Assert.Equal("finished", Json($"runs/conv-autoencoder-{i}").GetProperty("status").GetString());
    }

    [Fact]
    public void ARunThatIsKilledInItsFirstEpochIsResumedToTheSameBits()
    {
        string[] arguments = [.. Small, "--epochs", "1", "--noise", "gaussian:0.1..0.5", "--ema", "0.9"];
        Done([.. arguments, "--out", "whole"]);
        using Process process = ToolProcess.Start("Train", _folder.Path, [.. arguments, "--out", "parts"]);
        WaitFor(process, "parts/run.json");
        process.Kill();
        process.WaitForExit();
        Assert.False(File.Exists(CheckpointPath("parts", "last")));
        Done("--resume", "parts", "--threads", "2");
        Assert.Equal(Last("whole"), Last("parts"));
    }

    [Fact]
    public void ARunThatWasCutOffBeforeItsReportIsReportedOn()
    {
        Done([.. Short, "--out", "run"]);
        byte[] last = Last("run");
        File.WriteAllText(_folder["run/run.json"], """{ "status": "running" }""");
        File.Delete(_folder["run/report.html"]);
        Done("--resume", "run", "--threads", "1");
        Assert.Equal("finished", Json("run").GetProperty("status").GetString());
        Assert.True(File.Exists(_folder["run/report.html"]));
        Assert.Equal(last, Last("run"));
        Assert.Single(Epochs("run"));
        Assert.Contains("has finished its 1 epochs", Refused(ExitCode.Failed, "--resume", "run"));
    }

    [Theory]
    [InlineData("--default-signal=HUP", true)]
    [InlineData("--ignore-signal=HUP", false)] // as nohup does
    public void ATerminalThatGoesAwayEndsATrainingAsCtrlCDoes(string disposition, bool ends)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "env", [disposition, ToolProcess.Executable("Train"), .. ends ? Long : Short, "--out", "run"])
        {
            WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        WaitFor(process, "run/run.json");
        ToolProcess.Signal(process, SigHup);
        ToolProcess.Result result = ToolProcess.Finish(process);
        Assert.Equal(ends ? ExitCode.Interrupted : ExitCode.Done, result.ExitCode);
        Assert.Equal(ends ? "stopped" : "finished", Json("run").GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("checkpoints/best.safetensors")]
    [InlineData("checkpoints/last.safetensors")]
    [InlineData("samples.png")]
    [InlineData("run.json")]
    public void ANewRunReplacesNothing(string name)
    {
        Done([.. Short, "--out", "first"]);
        Directory.CreateDirectory(_folder["second/checkpoints"]);
        File.Copy(CheckpointPath("first", "best"), _folder[$"second/{name}"]);
        byte[] before = File.ReadAllBytes(_folder[$"second/{name}"]);
        string sentence = Refused(ExitCode.Failed, [.. Short, "--weights", $"second/{name}", "--out", "second"]);
        Assert.Equal($"second/{name} would be replaced: choose another folder with --out.", sentence);
        Assert.Equal(before, File.ReadAllBytes(_folder[$"second/{name}"]));
    }

    [Fact]
    public void AStateThatWasChangedIsRefusedWhateverTheChange()
    {
        Done([.. Short, "--ema", "0.9", "--out", "run"]);
        byte[] whole = File.ReadAllBytes(StateOf("run"));
        TrainingState.Load(StateOf("run"));
        int header = (int)BitConverter.ToInt64(whole) + 8;
        var random = new Random(1);
        for (int i = 0; i < Rounds.Of(200, 20_000); i++)
        {
            byte[] state = [.. whole];
            int at = random.Next(i % 2 == 0 ? header : whole.Length);
            byte changed = state[at] = (byte)random.Next(256);
            if (changed == whole[at])
                continue;
            File.WriteAllBytes(_folder["state"], i % 10 == 9 ? state[..at] : state);
            Exception? e = Record.Exception(() => TrainingState.Load(_folder["state"]).Save(_folder["state"]));
            // White space in the header says nothing.
            bool isSame = e is null && File.ReadAllBytes(_folder["state"]).AsSpan().SequenceEqual(whole);
            Assert.True(isSame || e is ToolException or FormatException, $"byte {at} from {whole[at]} to {changed}: {e}");
        }
    }

    [Fact]
    public void AnEditedStateGetsOneSentence()
    {
        Done([.. Short, "--out", "run"]);
        SafetensorsFile file = SafetensorsFile.Load(StateOf("run"));
        var metadata = new Dictionary<string, string>(file.Metadata)
        {
            ["options"] = file.Metadata["options"].Replace("\"BatchSize\":20", "\"BatchSize\":-20", StringComparison.Ordinal),
        };
        Assert.NotEqual(file.Metadata["options"], metadata["options"]);
        new SafetensorsFile(metadata, file.Tensors).Save(StateOf("run"));
        Assert.Equal($"{Path.Combine("run", "checkpoints", "training-state.safetensors")} is not the state of a training run, "
            + "or was changed since it was written.", Refused(ExitCode.Failed, "--resume", "run", "--epochs", "2"));
    }

    [Fact]
    public void FiguresThatWereChangedGetOneSentence()
    {
        Done([.. Short, "--out", "run"]);
        File.AppendAllText(_folder["run/metrics.csv"], "one,two\n");
        ToolProcess.Result result = Train("--resume", "run", "--epochs", "2");
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("metrics.csv was changed since the run wrote it", result.ErrorLines[^1]);
    }

    [Fact]
    public void ANetworkWithoutParametersIsRefused()
    {
        File.WriteAllText(_folder["empty.json"], """{ "name": "empty", "channels": 1, "layers": [ { "type": "relu", "name": "a" } ] }""");
        Assert.Equal("empty has nothing to train: no layer of it has parameters.",
            Refused(ExitCode.Failed, [.. Short, "--architecture", "empty.json"]));
    }
}
