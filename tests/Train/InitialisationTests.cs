using Denoise.Train;

namespace Denoise.Tests.Train;

public class InitialisationTests
{
    private static readonly Architecture Network = new("wide", 1,
    [
        new Conv2d("conv", 1, 64, 3, Padding: 1), new BatchNorm2d("norm", 64), new Conv2d("conv2", 64, 100, 3, Padding: 1),
        new ConvTranspose2d("back", 100, 50, 2, Stride: 2), new MaxPool2d("pool"), new Conv2d("out", 50, 1, 1),
    ]);

    private static double[] Values(string name, FirstWeights kind = FirstWeights.Pytorch, long seed = 5) =>
        [.. Initialisation.Draw(Network, kind, seed)[name].Values.Select(v => (double)v)];

    [Theory]
    [InlineData("conv2.weight", 64 * 9)]
    [InlineData("conv2.bias", 64 * 9)]
    // PyTorch takes a transposed convolution's outputs for its fan-in.
    [InlineData("back.weight", 50 * 4)]
    public void PyTorchsIsUniformBelowTheRootOfTheFanIn(string name, int fanIn)
    {
        double bound = 1 / Math.Sqrt(fanIn);
        double[] values = Values(name);
        Assert.All(values, v => Assert.InRange(v, -bound * 1.000001, bound * 1.000001));
        Assert.InRange(values.Max(), bound * 0.9, bound * 1.000001);
        Assert.InRange(values.Min(), -bound * 1.000001, -bound * 0.9);
        Assert.InRange(values.Average(), -4 * bound / Math.Sqrt(3 * values.Length), 4 * bound / Math.Sqrt(3 * values.Length));
    }

    [Theory]
    [InlineData("conv2.weight", 2.0 / (64 * 9))]
    [InlineData("back.weight", 2.0 / (50 * 4 + 100 * 4))]
    public void KaimingAndXavierAreNormal(string name, double variance)
    {
        double[] values = Values(name, FirstWeights.KaimingXavier);
        double found = values.Average(v => v * v);
        Assert.InRange(found / variance, 1 - 5 * Math.Sqrt(2.0 / values.Length), 1 + 5 * Math.Sqrt(2.0 / values.Length));
        // The fourth moment of a normal distribution is three times the square of the second, of a uniform one 1.8 times.
        Assert.InRange(values.Average(v => v * v * v * v) / (found * found), 2.7, 3.3);
    }

    [Fact]
    public void KaimingAndXavierLeaveBiasesAtZero() =>
        Assert.All(Values("conv2.bias", FirstWeights.KaimingXavier), v => Assert.Equal(0, v));

    [Theory]
    [InlineData("norm.weight", 1)]
    [InlineData("norm.bias", 0)]
    [InlineData("norm.running_mean", 0)]
    [InlineData("norm.running_var", 1)]
    public void BatchNormalisationBeginsAsIdentity(string name, double value) =>
        Assert.All(Values(name), v => Assert.Equal(value, v));

    [Fact]
    public void TheSeedDecides()
    {
        Assert.Equal(Values("conv.weight"), Values("conv.weight"));
        Assert.NotEqual(Values("conv.weight"), Values("conv.weight", seed: 6));
    }
}
