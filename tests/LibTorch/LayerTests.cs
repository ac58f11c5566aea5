using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Denoise.Tests.LibTorch;

public class LayerTests
{
    [Fact]
    public void PoolsTakeEachWindowAndDropTheRest()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new double[] { 1, 5, 2, 0, 9, 3, 4, 8, 7, 9, 6, 6, 6, 6, 6 }, [1, 1, 3, 5]);

        Numbers.Close([5, 8], MaxPool2d(2, 2).call(x));
        Numbers.Close([13 / 4.0, 17 / 4.0], AvgPool2d(2).call(x));
        Numbers.Close([8, 8, 9, 9, 9, 8, 8, 9, 9, 6], MaxPool2d(2, 1).call(tensor(new double[] { 1, 5, 2, 0, 9, 3, 4, 8, 7, 9, 6, 6, 6, 6, 6, 9, 6, 6 }, [1, 1, 3, 6])));
    }

    [Fact]
    public void UpsampleRepeatsPixels()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new double[] { 1, 2, 3, 4 }, [1, 1, 2, 2]);

        Numbers.Close([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4], Upsample(scale_factor: [2, 2]).call(x));
        Numbers.Close([1, 1, 2, 3, 3, 4], functional.interpolate(x, size: [2, 3]));
    }

    [Fact]
    public void PixelShuffleMovesChannelsIntoSpace()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(16, ScalarType.Float64).reshape(1, 4, 2, 2);

        Tensor shuffled = PixelShuffle(2).call(x);

        Assert.Equal([1, 1, 4, 4], shuffled.shape);
        Numbers.Close([0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15], shuffled);
        Assert.True(PixelUnshuffle(2).call(shuffled).allclose(x));
    }

    [Fact]
    public void BatchNormUsesTheBatchInTrainingAndRunningStatisticsAfter()
    {
        using DisposeScope scope = NewDisposeScope();
        using BatchNorm2d norm = BatchNorm2d(2, dtype: ScalarType.Float64);
        (Tensor x, double[] values) = Numbers.Random(1, 3, 2, 2, 2);
        double[][] channels = [.. Enumerable.Range(0, 2).Select(c => values.Where((_, i) => i / 4 % 2 == c).ToArray())];
        double[] mean = [.. channels.Select(c => c.Average())];
        double[] variance = [.. channels.Select((c, k) => c.Sum(v => (v - mean[k]) * (v - mean[k])) / c.Length)];
        double Normal(double v, double mu, double sigma2) => (v - mu) / Math.Sqrt(sigma2 + 1e-5);

        Numbers.Close([.. values.Select((v, i) => Normal(v, mean[i / 4 % 2], variance[i / 4 % 2]))], norm.call(x));

        double[] runningMean = [.. mean.Select(m => 0.1 * m)];
        double[] runningVariance = [.. variance.Select(v => 0.9 + 0.1 * v * 12 / 11)];
        Numbers.Close(runningMean, norm.running_mean!);
        Numbers.Close(runningVariance, norm.running_var!);
        // TorchSharp makes it of the layer's type.
        Assert.Equal(1, norm.num_batches_tracked!.to(ScalarType.Int64).item<long>());
        norm.eval();
        Numbers.Close([.. values.Select((v, i) => Normal(v, runningMean[i / 4 % 2], runningVariance[i / 4 % 2]))], norm.call(x));
    }

    [Fact]
    public void LinearIsItsDefinition()
    {
        using DisposeScope scope = NewDisposeScope();
        using Linear linear = Linear(3, 2, dtype: ScalarType.Float64);
        (Tensor x, double[] input) = Numbers.Random(1, 4, 3);
        double[] weight = Numbers.Values(linear.weight), bias = Numbers.Values(linear.bias!);

        Numbers.Close([.. Enumerable.Range(0, 8).Select(i => bias[i % 2] + Enumerable.Range(0, 3).Sum(k => input[i / 2 * 3 + k] * weight[i % 2 * 3 + k]))], linear.call(x));
    }

    [Fact]
    public void ActivationsAreTheirFormulas()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, double[] values) = Numbers.Random(1, 5);

        Numbers.Close([.. values.Select(v => Math.Max(0, v))], ReLU().call(x));
        Numbers.Close([.. values.Select(v => v < 0 ? 0.2 * v : v)], LeakyReLU(0.2).call(x));
        Numbers.Close([.. values.Select(v => 1 / (1 + Math.Exp(-v)))], Sigmoid().call(x));
        Numbers.Close(values, Identity().call(x));
        ReLU(inplace: true).call(x);
        Numbers.Close([.. values.Select(v => Math.Max(0, v))], x);
    }

    [Fact]
    public void DropoutScalesWhatItKeepsAndRestsInEvaluation()
    {
        using DisposeScope scope = NewDisposeScope();
        using Dropout dropout = Dropout(0.25);
        Tensor x = ones(10000);

        float[] kept = dropout.call(x).data<float>().ToArray();
        dropout.eval();

        Assert.All(kept, v => Assert.True(v == 0 || Math.Abs(v - 4 / 3.0) < 1e-6));
        Assert.InRange(kept.Count(v => v == 0), 2200, 2800);
        Assert.True(dropout.call(x).Equals(x));
    }

    [Fact]
    public void Dropout2dDropsWholeChannels()
    {
        using DisposeScope scope = NewDisposeScope();
        using Dropout2d dropout = Dropout2d(0.25);
        Tensor x = ones(4, 1000, 2, 2);

        float[][] channels = [.. dropout.call(x).data<float>().ToArray().Chunk(4)];
        dropout.eval();

        Assert.All(channels, c => Assert.True(c.All(v => v == 0) || c.All(v => Math.Abs(v - 4 / 3.0) < 1e-6)));
        Assert.InRange(channels.Count(c => c[0] == 0), 850, 1150);
        Assert.True(dropout.call(x).Equals(x));
    }

    [Fact]
    public void FlattenAndUnflattenAreInverse()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, _) = Numbers.Random(1, 2, 3, 4);

        Tensor flat = Flatten().call(x);

        Assert.Equal([2, 12], flat.shape);
        Assert.True(Unflatten(1, [3, 4]).call(flat).Equals(x));
    }

    [Fact]
    public void PadFillsOrReflects()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new double[] { 1, 2, 3, 4, 5, 6 }, [1, 1, 2, 3]);

        Numbers.Close([7, 1, 2, 3, 7, 7, 4, 5, 6, 7], functional.pad(x, new long[] { 1, 1, 0, 0 }, value: 7));
        Numbers.Close([5, 4, 5, 6, 5, 2, 1, 2, 3, 2, 5, 4, 5, 6, 5], functional.pad(x, new long[] { 1, 1, 1, 0 }, PaddingModes.Reflect)[0, 0]);
    }

    [Fact]
    public void LossesAreTheirFormulas()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, double[] a) = Numbers.Random(1, 6);
        (Tensor y, double[] b) = Numbers.Random(2, 6);
        double[] difference = [.. a.Zip(b, (u, v) => u - v)];

        Assert.Equal(difference.Average(d => d * d), MSELoss().call(x, y).ToDouble(), 12);
        Assert.Equal(difference.Sum(d => d * d), MSELoss(Reduction.Sum).call(x, y).ToDouble(), 12);
        Assert.Equal(difference.Average(Math.Abs), L1Loss().call(x, y).ToDouble(), 12);
        Numbers.Close([.. difference.Select(Math.Abs)], functional.l1_loss(x, y, Reduction.None));
    }

    [Fact]
    public void FoldAddsUpWhereWindowsOverlap()
    {
        using var scope = NewDisposeScope();
        // 2×2 windows, one pixel apart, over 3×3: the middle is in four of them, the corners in one.
        Tensor sum = nn.functional.fold(ones([1, 4, 4]), (3, 3), (2, 2));
        Assert.Equal([1, 2, 1, 2, 4, 2, 1, 2, 1], sum.data<float>().ToArray());
    }
}
