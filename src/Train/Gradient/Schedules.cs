namespace Denoise.Train;

/// <summary>How the learning rate runs over a training: factors of the highest, as functions of the progress from 0 to 1.</summary>
internal static class Schedules
{
    // One cycle as PyTorch's OneCycleLR has it by default.
    private const double Rise = 0.3;
    private const double First = 1.0 / 25;
    private const double Final = First / 1e4;

    private static readonly Dictionary<string, Func<double, double>> Factors = new()
    {
        ["constant"] = _ => 1,
        ["cosine"] = Cosine,
        ["one-cycle"] = OneCycle,
    };

    public static IReadOnlyCollection<string> Names => Factors.Keys;

    /// <param name="step">Steps taken so far.</param>
    /// <param name="progress">The share of the training that is done, 0 to 1.</param>
    public static double LearningRate(TrainOptions options, long step, double progress)
    {
        double warmup = options.Warmup == 0 ? 1 : Math.Min(1, (step + 1.0) / options.Warmup);
        return options.LearningRate * warmup * Factors[options.Schedule](Math.Clamp(progress, 0, 1));
    }

    /// <summary>Loshchilov and Hutter: SGDR, 2017, one period, down to 0.</summary>
    private static double Cosine(double progress) => (1 + Math.Cos(Math.PI * progress)) / 2;

    /// <summary>Smith and Topin: Super-convergence, 2018: up to the highest, then down to almost nothing, each along half a cosine.</summary>
    private static double OneCycle(double progress) => progress < Rise
        ? 1 + (First - 1) * Cosine(progress / Rise)
        : Final + (1 - Final) * Cosine((progress - Rise) / (1 - Rise));
}
