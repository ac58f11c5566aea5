using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using static System.Runtime.InteropServices.RuntimeInformation;

namespace Denoise.Train;

/// <summary>The content of run.json: the options, the data, the versions and the outcome.</summary>
internal sealed class RunJson(Run run, Examples data)
{
    /// <summary>The PSNR of equal pictures is infinite, so infinity can be written.</summary>
    public static readonly JsonSerializerOptions Style = new()
    {
        WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static readonly string ToolVersion = Version(typeof(RunJson));

    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    private readonly string _trainingHash = data.Training.Fingerprint();
    private readonly string _testHash = data.Test.Fingerprint();
    private readonly string? _git = GitCommit.Of(Directory.GetCurrentDirectory());

    /// <param name="status">running, stopped, finished or failed.</param>
    /// <param name="why">The reason in words; null while the run goes on.</param>
    /// <param name="scores">Those of the best epoch; null before the end.</param>
    /// <param name="beside">Those of another network on the same images; null for none.</param>
    public byte[] Of(string status, string? why, IReadOnlyList<EpochMetrics> epochs, IReadOnlyList<StepTest> tests, TestScores? scores,
        Beside? beside) =>
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            Status = status,
            Why = why,
            Started = _started,
            Written = DateTimeOffset.UtcNow,
            run.Options,
            Network = new { run.Architecture.Name, Parameters = run.Architecture.ParameterCount },
            Data = Data(),
            Versions = new
            {
                Denoise = ToolVersion, Dotnet = FrameworkDescription, Torchsharp = Version(typeof(TorchSharp.torch)), Os = OSDescription,
            },
            Git = _git,
            Device = run.Device.ToString(),
            run.Workers,
            Best = epochs.MinBy(e => e.ChosenBy),
            Last = epochs.LastOrDefault(),
            Final = scores is null ? null : new { scores.Noisy, scores.Denoised, Seconds = epochs.Sum(e => e.Seconds) },
            Beside = beside is null ? null : new { beside.Name, beside.Scores.Denoised },
            Notebook = Notebook(run.Options.TestEvery == 0 ? epochs.Select(run.Compared) : tests.Select(t => t.TestMse)),
        }, Style);

    private object Data() => new
    {
        data.Name, TrainingImages = data.Training.Count, ValidationImages = data.Validation?.Count ?? 0, TestImages = data.Test.Count,
        data.Training.Channels, data.Training.Height, data.Training.Width, TrainingSha256 = _trainingHash, TestSha256 = _testHash,
    };

    private object? Notebook(IEnumerable<double> errors) => run.Notebook is { } figure
        ? new { figure.Label, figure.Printed, Ours = errors.Select(mse => figure.Factor * mse) }
        : null;

    private static string Version(Type type) => type.Assembly.GetName().Version!.ToString(3);
}
