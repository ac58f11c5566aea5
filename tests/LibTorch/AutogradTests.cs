using System.Runtime.InteropServices;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Denoise.Tests.LibTorch;

public class AutogradTests
{
    [Fact]
    public void GradientOfAPolynomialIsItsDerivative()
    {
        using DisposeScope scope = NewDisposeScope();
        double[] values = [-2, -0.5, 0, 1, 3];
        Tensor x = tensor(values, requires_grad: true);

        (x.pow(3) - 2 * x.square() + 5).sum().backward();

        Numbers.Close([.. values.Select(v => 3 * v * v - 4 * v)], x.grad!);
    }

    [Fact]
    public void GradientsAddUpUntilZeroed()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new double[] { 1, 2 }, requires_grad: true);

        (3 * x).sum().backward();
        (4 * x).sum().backward();

        Numbers.Close([7, 7], x.grad!);
        x.grad!.zero_();
        Numbers.Close([0, 0], x.grad!);
        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void BackwardStartsFromAGivenGradient()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new double[] { 1, 2 }, requires_grad: true);

        x.square().backward([tensor(new double[] { 10, 100 })]);

        Numbers.Close([20, 400], x.grad!);
    }

    [Fact]
    public void RetainedGraphCanBeUsedAgain()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(2.0, requires_grad: true);
        Tensor y = x.square();

        y.backward(retain_graph: true);
        y.backward();

        Assert.Equal(8, x.grad!.ToDouble());
        Assert.Contains("second time", Assert.Throws<ExternalException>(() => y.backward()).Message);
    }

    [Fact]
    public void NothingIsRecordedWithoutGrad()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(2.0, requires_grad: true);

        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False(x.square().requires_grad);
            using (enable_grad())
                Assert.True(x.square().requires_grad);
            x.mul_(3);
        }
        using (inference_mode())
            Assert.False(x.square().requires_grad);

        Assert.True(is_grad_enabled());
        Assert.True(x.square().requires_grad);
        Assert.Equal(6, x.ToDouble());
    }

    [Fact]
    public void DetachedTensorsShareDataButNoGraph()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new double[] { 1, 2 }, requires_grad: true);
        Tensor y = x * 2;

        Tensor detached = y.detach();

        Assert.False(detached.requires_grad);
        Assert.True(x.is_leaf && !y.is_leaf && detached.is_leaf);
        detached.fill_(5);
        Numbers.Close([5, 5], y);
    }

    [Fact]
    public void OrdinaryFunctionsHaveTheGradientsOfTheirDifferences()
    {
        using DisposeScope scope = NewDisposeScope();
        double[] at = Numbers.Draw(7, 12);
        (Tensor other, _) = Numbers.Random(8, 3, 4);
        long[] shape = [3, 4];

        Numbers.GradientIsRight(x => (x * other + x / (other + 3)).sigmoid().mean(), at, shape);
        Numbers.GradientIsRight(x => (x.exp() + (x + 2).log() + (x + 2).sqrt()).sum(), at, shape);
        Numbers.GradientIsRight(x => (x.mean([1], keepdim: true) - x).square().sum(), at, shape);
        Numbers.GradientIsRight(x => cat([x.clamp(-0.5, 0.5), x.abs(), maximum(x, other)], 1).sum(), at, shape);
        Numbers.GradientIsRight(x => where(other > 0, x, x.square()).permute(1, 0).flip(0)[TensorIndex.Slice(1, 3)].norm(), at, shape);
    }
}
