using Denoise.Train;

namespace Denoise.Tests.Train;

public class LearningRatesTests
{
    private static TrainOptions Options(Schedule schedule, int warmup = 0) =>
        Recipe.Default.Options with { Schedule = schedule, Warmup = warmup, LearningRate = 2 };

    private static double Rate(Schedule schedule, double progress) => LearningRates.At(Options(schedule), step: 1000, progress);

    [Fact]
    public void ConstantStays() => Assert.Equal([2, 2, 2], new[] { 0, 0.5, 1 }.Select(p => Rate(Schedule.Constant, p)));

    [Fact]
    public void CosineFallsToNothingAlongHalfAWave()
    {
        double[] rates = [.. new[] { 0, 0.25, 0.5, 1 }.Select(p => Rate(Schedule.Cosine, p))];
        Assert.Equal([2, 1 + Math.Sqrt(0.5), 1, 0], rates, (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal(0, Rate(Schedule.Cosine, 1.5), 12);
    }

    [Fact]
    public void OneCycleIsPyTorchs()
    {
        // torch.optim.lr_scheduler.OneCycleLR(max_lr=2, total_steps=1001) at steps 0, 150, 299.7, 650 and the end.
        Assert.Equal(2.0 / 25, Rate(Schedule.OneCycle, 0), 9);
        Assert.Equal((2.0 / 25 + 2) / 2, Rate(Schedule.OneCycle, 0.15), 9);
        Assert.Equal(2, Rate(Schedule.OneCycle, 0.3), 9);
        Assert.Equal((2 + 2.0 / 25e4) / 2, Rate(Schedule.OneCycle, 0.65), 9);
        Assert.Equal(2.0 / 25e4, Rate(Schedule.OneCycle, 1), 9);
    }

    [Fact]
    public void WarmUpRisesInALine()
    {
        double[] rates = [.. new long[] { 0, 49, 99, 500 }.Select(step =>
            LearningRates.At(Options(Schedule.Constant, warmup: 100), step, 0))];
        Assert.Equal([0.02, 1, 2, 2], rates, (a, b) => Math.Abs(a - b) < 1e-12);
    }
}
