using Denoise.Train;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Denoise.Tests.Train;

public class NoiseTests
{
    [Fact]
    public void NoiseOnMidGreyHasItsSigmaAndNoBias()
    {
        using var scope = NewDisposeScope();
        Tensor noisy = Noise.Add(full([200_000], 0.5f), 0.1, new Generator(0), seed: 5);
        Assert.Equal(0.5, noisy.mean().item<float>(), 0.001);
        Assert.Equal(0.1, (noisy - 0.5).pow(2).mean().sqrt().item<float>(), 0.001);
    }

    [Fact]
    public void NoiseIsClipped()
    {
        using var scope = NewDisposeScope();
        Tensor noisy = Noise.Add(zeros([100_000]), 0.5, new Generator(0), seed: 5);
        Assert.Equal((0, true), (noisy.min().item<float>(), noisy.max().item<float>() <= 1));
        // Half of it is below 0: E[clamp(0.5 n, 0, 1)²] for a standard normal n, by numerical integration.
        Assert.Equal(0.1151, noisy.pow(2).mean().item<float>(), 0.002);
    }

    [Fact]
    public void TheSeedDecides()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(0);
        Tensor clean = full([100], 0.5f);
        Tensor first = Noise.Add(clean, 0.1, generator, seed: 1), second = Noise.Add(clean, 0.1, generator, seed: 2), again = Noise.Add(clean, 0.1, generator, seed: 1);
        Assert.True(first.equal(again).all().item<bool>());
        Assert.False(first.equal(second).all().item<bool>());
    }
}
