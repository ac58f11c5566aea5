using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Denoise.Tests.LibTorch;

/// <summary>Optimizers against their published formulas, in double precision, along a given sequence of gradients.</summary>
public class AdamTests
{
    private const double Rate = 0.1, Beta1 = 0.8, Beta2 = 0.95, Eps = 1e-3;
    private static readonly double[] Start = [1, -2, 0.5];
    private static readonly double[][] Gradients = [[0.3, -1, 2], [-0.7, 0.2, 0], [1.5, 0.4, -0.1], [0.1, 0.1, 0.1]];

    [Theory]
    [InlineData(0, false, false, ScalarType.Float32)]
    [InlineData(0, false, false, ScalarType.Float64)]
    [InlineData(0.2, false, false, ScalarType.Float32)]
    [InlineData(0.2, false, true, ScalarType.Float32)]
    [InlineData(0.2, true, true, ScalarType.Float64)]
    public void AdamIsItsFormula(double decay, bool amsgrad, bool maximize, ScalarType type)
    {
        using Parameter parameter = nn.Parameter(tensor(Start, type));
        using Adam adam = optim.Adam([parameter], Rate, Beta1, Beta2, Eps, decay, amsgrad, maximize);

        Run(adam, parameter);

        Numbers.Close(Expected(decay, 0, amsgrad, maximize), parameter, type == ScalarType.Float32 ? 1e-6 : 1e-14);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void AdamWShrinksTheWeights(ScalarType type)
    {
        using Parameter parameter = nn.Parameter(tensor(Start, type));
        using AdamW adam = optim.AdamW([parameter], Rate, Beta1, Beta2, Eps, weight_decay: 0.2);

        Run(adam, parameter);

        Numbers.Close(Expected(0, 0.2, false, false), parameter, type == ScalarType.Float32 ? 1e-6 : 1e-14);
    }

    [Fact]
    public void ParametersWithoutGradientStay()
    {
        using Parameter still = nn.Parameter(tensor(Start)), moved = nn.Parameter(tensor(Start));
        using Adam adam = optim.Adam([still, moved], Rate, Beta1, Beta2, Eps);

        Run(adam, moved);

        Numbers.Close(Start, still);
        Numbers.Close(Expected(0, 0, false, false), moved);
    }

    [Fact]
    public void LearningRateCanChangeBetweenSteps()
    {
        using Parameter parameter = nn.Parameter(tensor(Start));
        using Adam adam = optim.Adam([parameter], Rate);

        foreach (optim.ILearningRateController group in adam.ParamGroups)
            group.LearningRate = 0;
        Run(adam, parameter);

        Numbers.Close(Start, parameter);
    }

    [Fact]
    public void GroupsHaveTheirOwnRates()
    {
        using Parameter slow = nn.Parameter(tensor(Start)), fast = nn.Parameter(tensor(Start));
        using SGD sgd = optim.SGD([new SGD.ParamGroup([slow], lr: 0.01), new SGD.ParamGroup([fast], lr: 1)], 0.5);
        slow.grad = fast.grad = tensor(Gradients[0]);

        sgd.step();

        Numbers.Close([.. Start.Zip(Gradients[0], (p, g) => p - 0.01 * g)], slow);
        Numbers.Close([.. Start.Zip(Gradients[0], (p, g) => p - g)], fast);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SgdIsItsFormula(bool nesterov)
    {
        using Parameter parameter = nn.Parameter(tensor(Start));
        using SGD sgd = optim.SGD([parameter], Rate, momentum: 0.9, weight_decay: 0.1, nesterov: nesterov);

        Run(sgd, parameter);

        double[] value = [.. Start], sum = new double[3];
        for (int t = 0; t < Gradients.Length; t++)
            for (int i = 0; i < 3; i++)
            {
                double gradient = Gradients[t][i] + 0.1 * value[i];
                sum[i] = 0.9 * sum[i] + gradient;
                value[i] -= Rate * (nesterov ? gradient + 0.9 * sum[i] : sum[i]);
            }
        Numbers.Close(value, parameter);
    }

    [Fact]
    public void SavedStateContinuesExactly()
    {
        using Parameter straight = nn.Parameter(tensor(Start)), stopped = nn.Parameter(tensor(Start));
        using Adam whole = optim.Adam([straight], Rate), first = optim.Adam([stopped], Rate), second = optim.Adam([stopped], lr: 123);
        using var memory = new MemoryStream();

        Run(whole, straight);
        Run(first, stopped, 0, 2);
        using (var writer = new BinaryWriter(memory, System.Text.Encoding.UTF8, leaveOpen: true))
            first.save_state_dict(writer);
        memory.Position = 0;
        using (var reader = new BinaryReader(memory))
            second.load_state_dict(reader);
        Run(second, stopped, 2, 4);

        Assert.Equal(Numbers.Values(straight), Numbers.Values(stopped));
        Assert.Equal(4, ((Adam.State)second.state_dict().State[0]).step);
        Assert.Equal(Rate, second.ParamGroups.Single().LearningRate);
    }

    [Fact]
    public void StateCanBeCopiedToAnotherOptimizer()
    {
        using Parameter parameter = nn.Parameter(tensor(Start));
        using AdamW first = optim.AdamW([parameter], Rate), second = optim.AdamW([parameter], lr: 123);
        Run(first, parameter);

        second.load_state_dict(first.state_dict());

        Assert.True(first.state_dict().State[0].ApproximatelyEquals(second.state_dict().State[0]));
        Assert.Equal(Rate, second.ParamGroups.Single().LearningRate);
    }

    [Fact]
    public void StateOfAnotherKindIsRefused()
    {
        using Parameter parameter = nn.Parameter(tensor(Start));
        using Adam adam = optim.Adam([parameter]);
        using SGD sgd = optim.SGD([parameter], 0.1);
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        sgd.save_state_dict(writer);
        memory.Position = 0;
        using var reader = new BinaryReader(memory);

        Assert.Contains("SGD", Assert.Throws<InvalidDataException>(() => adam.load_state_dict(reader)).Message);
    }

    [Fact]
    public void ZeroGradKeepsTheTensors()
    {
        using Parameter parameter = nn.Parameter(tensor(Start));
        using Adam adam = optim.Adam([parameter]);
        parameter.square().sum().backward();

        adam.zero_grad();

        Numbers.Close([0, 0, 0], parameter.grad!);
    }

    private static void Run(optim.Optimizer optimizer, Parameter parameter, int from = 0, int to = 4)
    {
        for (int t = from; t < to; t++)
        {
            parameter.grad = tensor(Gradients[t], parameter.dtype);
            optimizer.step();
        }
    }

    private static double[] Expected(double decay, double shrink, bool amsgrad, bool maximize)
    {
        double[] value = [.. Start], mean = new double[3], square = new double[3], largest = new double[3];
        for (int t = 0; t < Gradients.Length; t++)
            for (int i = 0; i < 3; i++)
            {
                value[i] *= 1 - Rate * shrink;
                double gradient = (maximize ? -1 : 1) * Gradients[t][i] + decay * value[i];
                mean[i] = Beta1 * mean[i] + (1 - Beta1) * gradient;
                square[i] = Beta2 * square[i] + (1 - Beta2) * gradient * gradient;
                largest[i] = Math.Max(largest[i], square[i]);
                double meanHat = mean[i] / (1 - Math.Pow(Beta1, t + 1));
                double squareHat = (amsgrad ? largest[i] : square[i]) / (1 - Math.Pow(Beta2, t + 1));
                value[i] -= Rate * meanHat / (Math.Sqrt(squareHat) + Eps);
            }
        return value;
    }
}
