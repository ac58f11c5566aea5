using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Denoise.Tests.LibTorch;

/// <summary>What the tests of the binding share: numbers that do not come from libtorch.</summary>
internal static class Numbers
{
    /// <summary>Deterministic values in [-1, 1), as C#'s own generator draws them.</summary>
    internal static double[] Draw(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() * 2 - 1)];
    }

    /// <summary>A tensor of doubles with these sizes, and its values.</summary>
    internal static (Tensor tensor, double[] values) Random(int seed, params long[] shape)
    {
        double[] values = Draw(seed, (int)shape.TotalSize());
        return (tensor(values, shape), values);
    }

    internal static double[] Values(Tensor tensor)
    {
        using Tensor doubles = tensor.detach().to(ScalarType.Float64);
        return doubles.data<double>().ToArray();
    }

    internal static void Close(double[] expected, Tensor actual, double tolerance = 1e-12)
    {
        double[] values = Values(actual);
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - values[i]) <= tolerance, $"Element {i}: expected {expected[i]:R}, got {values[i]:R}");
    }

    /// <summary>Compares autograd with central differences of <paramref name="loss"/> in every element of <paramref name="at"/>.</summary>
    internal static void GradientIsRight(Func<Tensor, Tensor> loss, double[] at, long[] shape, double tolerance = 1e-7)
    {
        const double Step = 1e-5;
        using DisposeScope scope = NewDisposeScope();
        Tensor input = tensor(at, shape, requires_grad: true);
        loss(input).backward();
        double Shifted(int i, double by)
        {
            double[] moved = [.. at];
            moved[i] += by;
            return loss(tensor(moved, shape)).ToDouble();
        }
        Close([.. at.Select((_, i) => (Shifted(i, Step) - Shifted(i, -Step)) / (2 * Step))], input.grad!, tolerance);
    }
}
