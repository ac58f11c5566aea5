namespace Denoise.Train;

/// <summary>The learning rate over a training.</summary>
internal static class LearningRates
{
    // One cycle with the defaults of PyTorch's OneCycleLR.
    private const double Rise = 0.3;
    private const double First = 1.0 / 25;
    private const double Final = First / 1e4;

    /// <summary>The rate of the next step.</summary>
    /// <param name="options">The highest rate, the schedule and the warm-up.</param>
    /// <param name="step">Steps taken so far.</param>
    /// <param name="progress">The share of the training that is done, from 0 to 1; beyond 1 counts as 1.</param>
    public static double At(TrainOptions options, long step, double progress)
    {
        double warmup = options.Warmup == 0 ? 1 : Math.Min(1, (step + 1.0) / options.Warmup);
        return options.LearningRate * warmup * Factor(options.Schedule, Math.Clamp(progress, 0, 1));
    }

    private static double Factor(Schedule schedule, double progress) => schedule switch
    {
        Schedule.Cosine => Cosine(progress),
        Schedule.OneCycle => OneCycle(progress),
        _ => 1,
    };

    /// <summary>Loshchilov and Hutter: SGDR, 2017, one period, down to 0.</summary>
    private static double Cosine(double progress) => (1 + Math.Cos(Math.PI * progress)) / 2;

    /// <summary>Smith and Topin: Super-convergence, 2018: up to the highest rate, then almost to 0, each along half a cosine.</summary>
    private static double OneCycle(double progress) => progress < Rise
        ? 1 + (First - 1) * Cosine(progress / Rise)
        : Final + (1 - Final) * Cosine((progress - Rise) / (1 - Rise));
}
