using System.Text.Json;
using System.Text.Json.Nodes;
using Denoise.Network;
using Denoise.Data;
using Denoise.Train.Report;

namespace Denoise.Train;

/// <summary>Puts a run that has ended into the words of <see cref="RunReport"/>.</summary>
internal static class FinalReport
{
    public static RunReport Of(Run run, DataSet data, Trainer trainer, RunResult result, string why) => new()
    {
        Title = Path.GetFileName(Path.GetFullPath(run.Folder.Location)),
        Recipe = run.Options.Recipe,
        Status = $"Ended after {trainer.Metrics.Count} epochs: {why}.",
        Epochs = trainer.Metrics,
        BestEpoch = trainer.Best!.Epoch,
        Notebook = Comparison(run, trainer.Metrics),
        Options = [.. Words(JsonSerializer.SerializeToNode(run.Options, RunFolder.Json)!.AsObject())],
        Facts =
        [
            ("device", run.Device.ToString()), ("workers", $"{run.Workers}"), .. RunSummary.Versions().Select(v => (v.Key, v.Value)),
            ("training images", Describe(data.Training)), ("test images", Describe(data.Test)),
        ],
        Noisy = result.Noisy,
        Denoised = result.Denoised,
        Architecture = run.Architecture,
        Input = new Shape(data.Test.Channels, data.Test.Height, data.Test.Width),
        Samples = [.. result.Samples.Zip(["noisy", "denoised", "clean"], (pictures, name) => new SampleRow(name, pictures))],
    };

    private static NotebookComparison? Comparison(Run run, IReadOnlyList<EpochMetrics> epochs) => run.Notebook is not { } figure ? null
        : new(figure.Source, figure.Label, figure.Printed[^1], [.. epochs.Select(e => figure.Factor * run.Compared(e))], figure.Printed[^1] / figure.Factor);

    private static string Describe(IImages images) => $"{images.Count} of {images.Height}×{images.Width}, SHA-256 {images.Fingerprint()}";

    private static IEnumerable<(string, string)> Words(JsonObject options) =>
        options.Where(o => o.Value is not null).Select(o => (o.Key.Replace('_', ' '), o.Value!.ToString()));
}
