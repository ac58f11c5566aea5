using Denoise.Imaging;
using Denoise.Network;

namespace Denoise.Train.Report;

/// <summary>All that is told of a run: what <see cref="Curves"/> and <see cref="HtmlReport"/> are made from.</summary>
internal sealed record RunReport
{
    /// <summary>The run's name, such as that of its folder.</summary>
    public required string Title { get; init; }

    public required string Recipe { get; init; }

    /// <summary>A sentence on how the run stands, such as "Finished after 20 epochs."</summary>
    public required string Status { get; init; }

    /// <summary>The finished epochs in order, at least one.</summary>
    public required IReadOnlyList<EpochMetrics> Epochs { get; init; }

    /// <summary>The number of the epoch whose weights were kept as the best; one of <see cref="Epochs"/>.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Null where the recipe follows no notebook, or one that printed nothing to compare with.</summary>
    public NotebookComparison? Notebook { get; init; }

    /// <summary>What the run was told, in the order to show it.</summary>
    public IReadOnlyList<(string Name, string Value)> Options { get; init; } = [];

    /// <summary>What it ran on: device, versions, check sums.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>Of the noisy test images.</summary>
    public required Scores Noisy { get; init; }

    /// <summary>Of the same images after the best network.</summary>
    public required Scores Denoised { get; init; }

    public required Architecture Architecture { get; init; }

    /// <summary>The size of the images, for which the layers' outputs are shown.</summary>
    public required Shape Input { get; init; }

    /// <summary>Such as noisy, denoised and clean; the n-th pictures of all rows belong together.</summary>
    public IReadOnlyList<SampleRow> Samples { get; init; } = [];

    public EpochMetrics Best => Epochs.First(epoch => epoch.Epoch == BestEpoch);
}

/// <summary>How close the test images are to the clean ones.</summary>
/// <param name="Mse">Over all pixels, values in [0,1].</param>
/// <param name="Psnr">In dB.</param>
/// <param name="Ssim">At most 1.</param>
internal sealed record Scores(double Mse, double Psnr, double Ssim);

/// <summary>What a notebook printed, beside the same figure of this run. Lower is better.</summary>
/// <param name="Notebook">Its name.</param>
/// <param name="Label">Of the figure, with its unit, such as "Training loss, last epoch (20 × MSE)".</param>
/// <param name="Ours">The same figure of each of our epochs, in order; as many as there are epochs.</param>
/// <param name="PrintedMse">What was printed as mean squared error, drawn into the curves; null where it is no multiple of one.</param>
internal sealed record NotebookComparison(string Notebook, string Label, double Printed, IReadOnlyList<double> Ours, double? PrintedMse = null);

/// <summary>Pictures of one kind.</summary>
internal sealed record SampleRow(string Name, IReadOnlyList<Picture> Pictures);
