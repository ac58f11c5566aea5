namespace Denoise.Tests.Network;

/// <summary>Each layer on numbers small enough to be worked out by hand.</summary>
public class ReferenceEvaluatorTests
{
    private static double[] Run(
        Architecture network, float[] input, int height, int width, params (string Name, float[] Values)[] parameters)
    {
        float[] Values(ParameterSpec p) => parameters.Single(v => v.Name == p.Name).Values;
        var byName = network.Parameters.ToDictionary(p => p.Name, p => new ParameterValues(p.Shape, Values(p)));
        return new ReferenceEvaluator(network, byName).Run(input, input.Length / (height * width * network.Channels), height, width);
    }

    [Fact]
    public void ConvolutionIsACrossCorrelationWithZeroPadding() =>
        Assert.Equal(
            [1 * 5 + 2 * 6 + 3 * 8 + 4 * 9 + 10, 1 * 4 + 2 * 5 + 3 * 7 + 4 * 8 + 10,
                1 * 2 + 2 * 3 + 3 * 5 + 4 * 6 + 10, 1 * 1 + 2 * 2 + 3 * 4 + 4 * 5 + 10],
            Run(new("x", 1, [new Conv2d("c", 1, 1, 3, Padding: 1)]), [1, 2, 3, 4], 2, 2,
                ("c.weight", [1, 2, 3, 4, 5, 6, 7, 8, 9]), ("c.bias", [10])));

    [Fact]
    public void TransposedConvolutionScattersItsKernel() =>
        Assert.Equal([10, 20, 20, 40, 30, 40, 60, 80, 30, 60, 40, 80, 90, 120, 120, 160],
            Run(new("x", 1, [new Conv2d("id", 1, 1, 2, Stride: 2, Bias: false), new ConvTranspose2d("t", 1, 1, 2, Stride: 2, Bias: false)]),
                [1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0], 4, 4,
                ("id.weight", [1, 0, 0, 0]), ("t.weight", [10, 20, 30, 40])));

    [Fact]
    public void PoolingTakesTheLargestAndUpsamplingRepeatsIt() =>
        Assert.Equal([4, 4, 4, 4], Run(new("x", 1, [new MaxPool2d("p"), new Upsample("u")]), [1, 2, 3, 4], 2, 2));

    [Fact]
    public void UnshuffledChannelsAreInPyTorchsOrder() =>
        // Channels after the unshuffle: top left, top right, bottom left, bottom right; the 1×1 convolution picks the third.
        Assert.Equal([3, 3, 3, 3],
            Run(new("x", 1, [new PixelUnshuffle("u"), new Conv2d("c", 4, 4, 1, Bias: false), new PixelShuffle("s")]), [1, 2, 3, 4], 2, 2,
                ("c.weight", [0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0])));

    [Fact]
    public void ShufflingUndoesUnshuffling() =>
        Assert.Equal(Samples.Image(3 * 36).Select(v => (double)v),
            Run(new("x", 3, [new PixelUnshuffle("u", 3), new PixelShuffle("s", 3)]), Samples.Image(3 * 36), 6, 6));

    [Fact]
    public void BatchNormUsesTheRunningStatistics() =>
        Assert.Equal([(4 - 1) / Math.Sqrt(4 + 1e-5) * 3 + 0.5],
            Run(new("x", 1, [new BatchNorm2d("n", 1)]), [4], 1, 1,
                ("n.weight", [3]), ("n.bias", [0.5f]), ("n.running_mean", [1]), ("n.running_var", [4])));

    [Fact]
    public void LinearMultipliesRowsByTheFeatures() =>
        Assert.Equal([1 * 5 + 2 * 6 + 10, 3 * 5 + 4 * 6 + 20],
            Run(new("x", 1, [new Flatten("f"), new Linear("l", 2, 2), new Unflatten("u", 1, 1, 2)], [1, 2]), [5, 6], 1, 2,
                ("l.weight", [1, 2, 3, 4]), ("l.bias", [10, 20])));

    [Fact]
    public void ActivationsFollowTheirFormulas()
    {
        Assert.Equal([0, 2], Run(new("x", 1, [new ReLU("r")]), [-1, 2], 1, 2));
        Assert.Equal([-0.25, 2], Run(new("x", 1, [new LeakyReLU("r", 0.25)]), [-1, 2], 1, 2));
        Assert.Equal([0.5, 1 / (1 + Math.Exp(-2))], Run(new("x", 1, [new Sigmoid("s")]), [0, 2], 1, 2));
    }

    [Fact]
    public void InputsCanBeAddedAndConcatenated() =>
        Assert.Equal([2 * 1 + 3 * 3, 2 * 2 + 3 * 6],
            Run(new("x", 1,
            [
                new Add("three") { Inputs = ["input", "input", "input"] }, new Concat("both") { Inputs = ["input", "three"] },
                new Conv2d("c", 2, 1, 1, Bias: false),
            ]), [1, 2], 1, 2, ("c.weight", [2, 3])));

    [Fact]
    public void EveryImageOfABatchIsItsOwn()
    {
        Checkpoint checkpoint = Samples.ConvDenoiser();
        var evaluator = new ReferenceEvaluator(checkpoint.Architecture, checkpoint.Parameters);
        float[] images = Samples.Image(2 * 12 * 12);
        Assert.Equal(evaluator.Run(images, 2, 12, 12)[144..], evaluator.Run(images.AsSpan(144), 1, 12, 12));
    }

    [Fact]
    public void AnInputOfTheWrongLengthIsRefused()
    {
        Checkpoint checkpoint = Samples.ConvDenoiser();
        var evaluator = new ReferenceEvaluator(checkpoint.Architecture, checkpoint.Parameters);
        Assert.Throws<ArgumentException>(() => evaluator.Run(new float[10], 1, 12, 12));
    }
}
