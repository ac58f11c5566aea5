using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Denoise.Tests.LibTorch;

/// <summary>Tests of the default generator, which every other test draws from too.</summary>
[CollectionDefinition(nameof(DefaultGenerator), DisableParallelization = true)]
public class DefaultGenerator;

public class GeneratorTests
{
    [Fact]
    public void SameSeedSameNumbers()
    {
        using DisposeScope scope = NewDisposeScope();
        using var first = new Generator(5);
        using var second = new Generator();
        second.manual_seed(5);

        Assert.True(randn(100, generator: first).Equals(randn(100, generator: second)));
        Assert.False(randn(100, generator: first).Equals(rand(100, generator: second)));
        Assert.Equal(5, first.initial_seed());
    }

    [Fact]
    public void RestoredStateContinuesWhereItWas()
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(1);
        // An odd count leaves half a pair of normal numbers in the state.
        _ = randn(17, generator: generator);
        Tensor state = generator.get_state();

        Tensor expected = randn(33, generator: generator);
        using var other = new Generator(2);
        other.set_state(state);

        Assert.True(randn(33, generator: other).Equals(expected));
    }

    [Fact]
    public void EverySamplerTakesAGenerator()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor Draw(Func<Generator, Tensor> sample)
        {
            using var generator = new Generator(3);
            return sample(generator);
        }
        void Repeats(Func<Generator, Tensor> sample) => Assert.True(Draw(sample).Equals(Draw(sample)));

        Repeats(g => rand(new long[] { 10 }, generator: g));
        Repeats(g => randn(new long[] { 10 }, generator: g));
        Repeats(g => randint(1000, new long[] { 10 }, generator: g));
        Repeats(g => randperm(10, generator: g));
        Repeats(g => zeros(10).normal_(generator: g));
        Repeats(g => zeros(10).uniform_(0, 1, g));
        Repeats(g => zeros(10).bernoulli_(0.5, g));
        Repeats(g => full(10, 3.0).poisson(g));
    }

    [Fact]
    public void SamplesHaveTheirDistribution()
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(4);
        Tensor normal = empty(40000).normal_(3, 2, generator), uniform = empty(40000).uniform_(-1, 3, generator);

        Assert.Equal(3, normal.mean().ToDouble(), 0.05);
        Assert.Equal(2, normal.std().ToDouble(), 0.05);
        Assert.Equal(1, uniform.mean().ToDouble(), 0.05);
        Assert.InRange(uniform.min().ToDouble(), -1, -0.99);
        Assert.InRange(uniform.max().ToDouble(), 2.99, 3);
        Assert.Equal(0.3, empty(40000).bernoulli_(0.3, generator).mean().ToDouble(), 0.02);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], randperm(8, generator: generator).data<long>().ToArray().Order());
        Assert.All(randint(5, 8, new long[] { 100 }, generator: generator).data<long>(), v => Assert.InRange(v, 5, 7));
    }
}

[Collection(nameof(DefaultGenerator))]
public class DefaultGeneratorTests
{
    [Fact]
    public void SeedAndStateRepeatTheDefaultGenerator()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(11);
        Tensor first = randn(5), state = get_rng_state(), second = rand(5);

        manual_seed(11);
        Assert.True(randn(5).Equals(first));
        set_rng_state(state);
        Assert.True(rand(5).Equals(second));
        Assert.Equal(11, initial_seed());
    }

    [Fact]
    public void ThreadCountCanBeSet()
    {
        int before = get_num_threads();

        set_num_threads(1);

        Assert.Equal(1, get_num_threads());
        set_num_threads(before);
    }
}
