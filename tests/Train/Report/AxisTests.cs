using Denoise.Train.Report;
using Xunit;

namespace Denoise.Tests.Train.Report;

public class AxisTests
{
    [Theory]
    [InlineData(1e-6, 0.9, "1e-6 1e-5 0.0001 0.001 0.01 0.1 1")]
    [InlineData(0.012, 1, "0.01 0.03 0.1 0.3 1")]
    [InlineData(0.0209, 0.15, "0.02 0.03 0.04 0.05 0.07 0.1 0.15")]
    [InlineData(0.0209, 0.0239, "0.02 0.021 0.022 0.023 0.024 0.025")]
    [InlineData(0.1, 0.1, "0.096 0.098 0.1 0.102 0.104")]
    public void ALogarithmicAxisHasRoundTicks(double low, double high, string ticks)
    {
        Axis axis = Axis.Log([low, high]);
        Assert.Equal(ticks, string.Join(' ', axis.Ticks.Select(Figures.Short)));
        Assert.All(axis.Ticks, tick => Assert.InRange(axis.At(tick), 0, 1));
    }

    [Theory]
    [InlineData(1, 1, "1")]
    [InlineData(1, 4, "1 2 3 4")]
    [InlineData(1, 20, "2 4 6 8 10 12 14 16 18 20")]
    [InlineData(1, 400, "50 100 150 200 250 300 350 400")]
    public void EpochsAreLabelledAtWholeNumbers(int first, int last, string ticks) =>
        Assert.Equal(ticks, string.Join(' ', Axis.Whole(first, last, mostTicks: 10).Ticks));

    [Fact]
    public void EqualFactorsAreEquallyFarApart()
    {
        var axis = new Axis(0.01, 1, IsLog: true, []);
        Assert.Equal([0, 0.5, 1], new[] { 0.01, 0.1, 1 }.Select(v => Math.Round(axis.At(v), 12)));
    }
}
