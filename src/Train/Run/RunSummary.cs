using System.Diagnostics;
using static System.Runtime.InteropServices.RuntimeInformation;
using Denoise.Data;

namespace Denoise.Train;

/// <summary>The content of run.json: what was run, on what, and how it came out.</summary>
internal sealed class RunSummary(Run run, DataSet data)
{
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    private readonly string _trainingHash = data.Training.Fingerprint();
    private readonly string _testHash = data.Test.Fingerprint();
    private readonly string? _git = GitState();

    /// <param name="status">running, stopped, finished or failed.</param>
    /// <param name="why">In words; null while it runs.</param>
    /// <param name="result">The best epoch's; null before the end.</param>
    public object Write(string status, string? why, Trainer trainer, RunResult? result) => new
    {
        Status = status,
        Why = why,
        Started = _started,
        Written = DateTimeOffset.UtcNow,
        run.Options,
        Network = new { run.Architecture.Name, Parameters = run.Architecture.ParameterCount },
        Data = new
        {
            data.Name, TrainingImages = data.Training.Count, ValidationImages = data.Validation?.Count ?? 0, TestImages = data.Test.Count,
            data.Training.Channels, data.Training.Height, data.Training.Width, TrainingSha256 = _trainingHash, TestSha256 = _testHash,
        },
        Versions = Versions().ToDictionary(),
        Git = _git,
        Device = run.Device.ToString(),
        run.Workers,
        trainer.Best,
        Last = trainer.Metrics.LastOrDefault(),
        Final = result is null ? null : new { result.Noisy, result.Denoised, Seconds = trainer.Metrics.Sum(e => e.Seconds) },
        Notebook = run.Notebook is { } figure ? new
        {
            figure.Label, figure.Printed,
            Ours = (run.Options.TestEvery == 0 ? trainer.Metrics.Select(run.Compared) : trainer.Tests.Select(t => t.TestMse)).Select(mse => figure.Factor * mse),
        } : null,
    };

    public static IEnumerable<KeyValuePair<string, string>> Versions() =>
        [new("denoise", ToolVersion.Text), new("dotnet", FrameworkDescription), new("torchsharp", typeof(TorchSharp.torch).Assembly.GetName().Version!.ToString(3)), new("os", OSDescription)];

    /// <summary>The commit that the working folder is at, with a plus where files differ from it; null where there is no repository or no git.</summary>
    private static string? GitState()
    {
        try
        {
            using Process git = Process.Start(new ProcessStartInfo("git", ["describe", "--always", "--abbrev=40", "--exclude=*", "--dirty=+"])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            string state = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? state : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
