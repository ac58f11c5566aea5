using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Denoise.Tests.LibTorch;

public class InitTests
{
    [Fact]
    public void LayersBeginUniformWithinOneOverTheRootOfFanIn()
    {
        using Conv2d conv = Conv2d(16, 64, 3);
        using ConvTranspose2d transposed = ConvTranspose2d(16, 64, 3);
        using Linear linear = Linear(400, 100);

        Uniform(1 / Math.Sqrt(16 * 9), conv.weight, conv.bias!);
        Uniform(1 / Math.Sqrt(64 * 9), transposed.weight, transposed.bias!);
        Uniform(1 / Math.Sqrt(400), linear.weight, linear.bias!);
    }

    [Fact]
    public void KaimingAndXavierHaveTheirDeviations()
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor weight = empty(64, 32, 3, 3);

        Assert.Equal(Math.Sqrt(2.0 / (32 * 9)), init.kaiming_normal_(weight, nonlinearity: init.NonlinearityType.ReLU).std().ToDouble(), 0.002);
        Assert.Equal(Math.Sqrt(2.0 / (64 * 9)), init.kaiming_normal_(weight, mode: init.FanInOut.FanOut).std().ToDouble(), 0.002);
        Assert.Equal(Math.Sqrt(6.0 / (32 * 9)), init.kaiming_uniform_(weight).max().ToDouble(), 0.002);
        Assert.Equal(Math.Sqrt(6.0 / (96 * 9)), init.xavier_uniform_(weight).max().ToDouble(), 0.002);
        Assert.Equal((32 * 9, 64 * 9), init.CalculateFanInAndFanOut(weight));
        Assert.Throws<ArgumentException>(() => init.CalculateFanInAndFanOut(zeros(3)));
    }

    [Fact]
    public void ConstantsFillParametersWithoutRecording()
    {
        using Parameter parameter = Parameter(empty(3));

        Numbers.Close([0, 0, 0], init.zeros_(parameter));
        Numbers.Close([1, 1, 1], init.ones_(parameter));
        Numbers.Close([2, 2, 2], init.constant_(parameter, 2));
        Assert.True(parameter.requires_grad && parameter.is_leaf);
    }

    [Fact]
    public void ClippingScalesAllGradientsTogether()
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter a = Parameter(zeros(2)), b = Parameter(zeros(1)), without = Parameter(zeros(1));
        a.grad = tensor(new[] { 3f, 0 });
        b.grad = tensor(new[] { 4f });

        Assert.Equal(5, nn.utils.clip_grad_norm_([a, b, without], 1), 1e-5);
        Numbers.Close([0.6, 0], a.grad!, 1e-6);
        Numbers.Close([0.8], b.grad!, 1e-6);
        Assert.Equal(1, nn.utils.clip_grad_norm_([a, b], 2), 1e-5);
        Numbers.Close([0.8], b.grad!, 1e-6);
    }

    private static void Uniform(double bound, params Tensor[] tensors)
    {
        foreach (Tensor tensor in tensors)
        {
            double[] values = Numbers.Values(tensor);
            Assert.All(values, v => Assert.InRange(v, -bound, bound));
            Assert.InRange(values.Max(), 0.8 * bound, bound);
            Assert.InRange(values.Min(), -bound, -0.8 * bound);
        }
    }
}
