using TorchSharp;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The conditions of a run, which may change when it is resumed.</summary>
/// <param name="TimeBudget">Training ends after this time; null never ends it.</param>
internal sealed record Conditions(Device Device, int Threads, TimeSpan? TimeBudget, bool TensorBoard);

/// <param name="Start">The options and the network, and where training starts from.</param>
internal sealed record Run(TrainingState Start, RunFolder Folder, Conditions Conditions)
{
    public TrainOptions Options => Start.Options;

    public Architecture Architecture => Start.Architecture;

    public Device Device => Conditions.Device;

    /// <summary>Threads that compute shards at once.</summary>
    public int Workers => Math.Min(Conditions.Threads, Options.Shards);

    /// <summary>The figures that the recipe's notebook prints; null where it prints none.</summary>
    public NotebookFigure? Notebook { get; } = Recipe.All.FirstOrDefault(r => r.Name == Start.Options.Recipe)?.Notebook;

    /// <summary>The error of an epoch that compares with the notebook's: a notebook that tests within epochs prints test errors.</summary>
    public double Compared(EpochMetrics epoch) => Options.TestEvery == 0 ? epoch.TrainMse : epoch.TestMse;
}
