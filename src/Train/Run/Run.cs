using System.Globalization;
using Denoise.Network;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>What a run is given besides its options, and what may be another when it is resumed.</summary>
/// <param name="Threads">CPU threads.</param>
/// <param name="TimeBudget">Training ends when it is over; null for never.</param>
/// <param name="KeepSamples">Whether the samples of every epoch are kept, not of the last alone.</param>
/// <param name="TensorBoard">Whether event files for TensorBoard are written.</param>
internal sealed record Conditions(Device Device, int Threads, TimeSpan? TimeBudget, bool KeepSamples, bool TensorBoard);

/// <summary>One training: what is trained, how, and where it is kept.</summary>
/// <param name="Options">What decides the result.</param>
internal sealed record Run(TrainOptions Options, Architecture Architecture, RunFolder Folder, Conditions Conditions)
{
    public Device Device => Conditions.Device;

    /// <summary>What training begins with in place of drawn weights; null where they are drawn.</summary>
    public IReadOnlyDictionary<string, ParameterValues>? FirstWeights { get; init; }

    /// <summary>Threads that compute shards at once.</summary>
    public int Workers => Math.Min(Conditions.Threads, Options.Shards);

    /// <summary>What the recipe's notebook prints, where this run follows a recipe with one.</summary>
    public NotebookFigure? Notebook { get; } = Recipe.All.FirstOrDefault(r => r.Name == Options.Recipe)?.Notebook;

    /// <summary>The error of an epoch that is compared with the notebook's: one that looks at the test images within epochs speaks of these.</summary>
    public double Compared(EpochMetrics epoch) => Options.TestEvery == 0 ? epoch.TrainMse : epoch.TestMse;

    /// <summary>How an epoch went, with the notebook's figure beside ours.</summary>
    public string Line(EpochMetrics epoch)
    {
        string validation = epoch.ValidationMse is { } mse ? string.Create(CultureInfo.InvariantCulture, $"validation MSE {mse:F5}, ") : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"epoch {epoch.Epoch}/{Options.Epochs}: training MSE {epoch.TrainMse:F5}, {validation}test MSE {epoch.TestMse:F5} ({epoch.TestPsnr:F2} dB), {epoch.ImagesPerSecond:F0} images/s")
            + (Options.TestEvery == 0 ? Beside(epoch.Epoch, epoch.TrainMse) : "");
    }

    /// <summary>A look at the test images within an epoch.</summary>
    public string Line(StepTest test) =>
        string.Create(CultureInfo.InvariantCulture, $"step {test.Step}: test MSE {test.TestMse:F5}") + Beside((int)(test.Step / Options.TestEvery), test.TestMse);

    private string Beside(int line, double mse)
    {
        if (Notebook is null)
            return "";
        string printed = line <= Notebook.Printed.Count ? string.Create(CultureInfo.InvariantCulture, $" (notebook {Notebook.Printed[line - 1]:G6})") : "";
        return string.Create(CultureInfo.InvariantCulture, $"; {Notebook.Label}: {Notebook.Factor * mse:G6}") + printed;
    }
}
