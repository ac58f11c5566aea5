namespace Denoise.Train.Report;

/// <summary>All that a report tells of a run.</summary>
internal sealed record ReportContent
{
    /// <summary>The run's name, such as that of its folder.</summary>
    public required string Title { get; init; }

    /// <summary>A sentence on how the run ended.</summary>
    public required string Status { get; init; }

    /// <summary>The finished epochs in order, at least one.</summary>
    public required IReadOnlyList<EpochMetrics> Epochs { get; init; }

    /// <summary>The epoch whose weights were kept as the best; one of <see cref="Epochs"/>.</summary>
    public required EpochMetrics Best { get; init; }

    /// <summary>Null where the recipe follows no notebook, or one that prints no figures.</summary>
    public NotebookComparison? Notebook { get; init; }

    /// <summary>The run's options, in the order to show them.</summary>
    public IReadOnlyList<(string Name, string Value)> Options { get; init; } = [];

    /// <summary>The scores of the noisy test images.</summary>
    public required Scores Noisy { get; init; }

    /// <summary>The scores of the same images after the best network.</summary>
    public required Scores Denoised { get; init; }

    /// <inheritdoc cref="Examples.Targets"/>
    public string? Targets { get; init; }

    /// <summary>Another network, and its scores of the same images; null for none.</summary>
    public (string Name, Scores Denoised)? Beside { get; init; }

    /// <summary>A sheet of noisy, denoised and clean pictures; those that the other network denoised come second.</summary>
    public required Picture Samples { get; init; }
}

/// <summary>A figure that a notebook prints, beside the same figure of this run. Lower is better.</summary>
/// <param name="Label">The figure's name with its unit, such as "training loss, 20 × MSE".</param>
/// <param name="Ours">The value of our last epoch.</param>
/// <param name="PrintedMse">The printed value as a mean squared error.</param>
internal sealed record NotebookComparison(string Notebook, string Label, double Printed, double Ours, double PrintedMse);

/// <summary>Numbers as a report writes them.</summary>
internal static class Figures
{
    /// <summary>An error: five decimals, so that a column lines up; three digits where those say too little.</summary>
    public static string Error(double mse) => Format(mse, mse is >= 1e-3 and < 1000 or 0 ? "F5" : "0.00e0");

    /// <summary>Up to three digits, without zeros at the end.</summary>
    public static string Short(double value) => Format(value, Math.Abs(value) is (>= 1e-4 and < 1e5) or 0 ? "G3" : "0.##e0");

    /// <summary>A number with its sign, a real minus.</summary>
    public static string Signed(double value, string format) => (value < 0 ? "−" : "+") + Format(Math.Abs(value), format);

    public static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
