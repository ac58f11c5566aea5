using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Denoise.Tests.LibTorch;

/// <summary>Convolutions against the loops that define them.</summary>
public class ConvolutionTests
{
    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(1, 2, 2)]
    public void Conv2dIsItsDefinition(int stride, int padding, int dilation)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, double[] input) = Numbers.Random(1, 2, 3, 7, 6);
        (Tensor w, double[] weight) = Numbers.Random(2, 4, 3, 3, 3);
        (Tensor b, double[] bias) = Numbers.Random(3, 4);

        Tensor y = functional.conv2d(x, w, b, [stride, stride], [padding, padding], [dilation, dilation]);

        var expected = new List<double>();
        foreach ((int n, int c, int i, int j) in Indices(y.shape))
        {
            double sum = bias[c];
            foreach ((int k, int u, int v) in Indices(3, 3, 3))
            {
                int row = i * stride - padding + u * dilation, column = j * stride - padding + v * dilation;
                if (row >= 0 && row < 7 && column >= 0 && column < 6)
                    sum += weight[((c * 3 + k) * 3 + u) * 3 + v] * input[((n * 3 + k) * 7 + row) * 6 + column];
            }
            expected.Add(sum);
        }
        Numbers.Close([.. expected], y);
    }

    [Theory]
    [InlineData(2, 1, 0, 0, new long[] { 2, 4, 5, 4 })]
    [InlineData(2, 2, 0, 0, new long[] { 2, 4, 8, 6 })]
    [InlineData(3, 2, 0, 0, new long[] { 2, 4, 9, 7 })]
    [InlineData(3, 2, 1, 1, new long[] { 2, 4, 8, 6 })]
    public void ConvTranspose2dIsItsDefinition(int kernel, int stride, int padding, int outputPadding, long[] shape)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, double[] input) = Numbers.Random(1, 2, 3, 4, 3);
        (Tensor w, double[] weight) = Numbers.Random(2, 3, 4, kernel, kernel);
        (Tensor b, double[] bias) = Numbers.Random(3, 4);

        Tensor y = functional.conv_transpose2d(x, w, b, [stride, stride], [padding, padding], [outputPadding, outputPadding]);

        Assert.Equal(shape, y.shape);
        int height = (int)shape[2], width = (int)shape[3];
        double[] expected = [.. Indices(shape).Select(p => bias[p.Item2])];
        // Every input element stamps the kernel onto the output.
        foreach ((int n, int k, int i, int j) in Indices(x.shape))
            foreach ((int c, int u, int v) in Indices(4, kernel, kernel))
            {
                int row = i * stride - padding + u, column = j * stride - padding + v;
                if (row >= 0 && row < height && column >= 0 && column < width)
                    expected[((n * 4 + c) * height + row) * width + column] +=
                        input[((n * 3 + k) * 4 + i) * 3 + j] * weight[((k * 4 + c) * kernel + u) * kernel + v];
            }
        Numbers.Close([.. expected], y);
    }

    [Fact]
    public void ConvolutionsHaveTheGradientsOfTheirDifferences()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, _) = Numbers.Random(1, 1, 2, 5, 5);
        (Tensor down, double[] downWeight) = Numbers.Random(2, 3, 2, 3, 3);
        (_, double[] upWeight) = Numbers.Random(3, 3, 2, 2, 2);

        Numbers.GradientIsRight(w => functional.conv2d(x, w, padding: [1, 1]).square().sum(), downWeight, [3, 2, 3, 3]);
        Numbers.GradientIsRight(
            w => functional.conv_transpose2d(functional.conv2d(x, down), w, strides: [2, 2]).square().sum(), upWeight, [3, 2, 2, 2]);
    }

    [Fact]
    public void LayersPassTheirSettingsOn()
    {
        using DisposeScope scope = NewDisposeScope();
        using Conv2d conv = Conv2d(3, 4, (3, 5), stride: (2, 1), padding: (1, 2), dilation: (1, 1), dtype: ScalarType.Float64);
        using ConvTranspose2d transposed = ConvTranspose2d(3, 4, 3, stride: 2, padding: 1, output_padding: 1, bias: false, dtype: ScalarType.Float64);
        (Tensor x, _) = Numbers.Random(1, 2, 3, 8, 8);

        Assert.Equal([4, 3, 3, 5], conv.weight.shape);
        Assert.True(conv.call(x).allclose(functional.conv2d(x, conv.weight, conv.bias, [2, 1], [1, 2])));
        Assert.Equal([3, 4, 3, 3], transposed.weight.shape);
        Assert.Null(transposed.bias);
        Assert.True(transposed.call(x).allclose(functional.conv_transpose2d(x, transposed.weight, null, [2, 2], [1, 1], [1, 1])));
    }

    [Fact]
    public void ReflectingConvolutionPadsFirst()
    {
        using DisposeScope scope = NewDisposeScope();
        using Conv2d conv = Conv2d(1, 1, 3, padding: 1, padding_mode: PaddingModes.Reflect, dtype: ScalarType.Float64);
        (Tensor x, _) = Numbers.Random(1, 1, 1, 4, 5);

        Tensor padded = functional.pad(x, new long[] { 1, 1, 1, 1 }, PaddingModes.Reflect);

        Assert.True(conv.call(x).allclose(functional.conv2d(padded, conv.weight, conv.bias)));
    }

    [Fact]
    public void PaddingCanBeGivenByName()
    {
        using DisposeScope scope = NewDisposeScope();
        using Conv2d same = Conv2d(1, 1, 5, Padding.Same), valid = Conv2d(1, 1, 5, Padding.Valid);
        Tensor x = rand(1, 1, 9, 9);

        Assert.True(same.call(x).Equals(nn.functional.conv2d(x, same.weight, same.bias, padding: [2, 2])));
        Assert.Equal([1, 1, 5, 5], valid.call(x).shape);
        Assert.Null(same.padding);
        Assert.Equal(Padding.Same, same.padding_type);
    }

    [Fact]
    public void WrongChannelsAreRefused()
    {
        using Conv2d conv = Conv2d(3, 4, 3);
        using Tensor x = zeros(1, 2, 8, 8);

        Assert.Contains("3 channels", Assert.Throws<ArgumentException>(() => conv.call(x)).Message);
    }

    private static IEnumerable<(int, int, int, int)> Indices(long[] shape) =>
        from a in Enumerable.Range(0, (int)shape[0])
        from p in Indices((int)shape[1], (int)shape[2], (int)shape[3])
        select (a, p.Item1, p.Item2, p.Item3);

    private static IEnumerable<(int, int, int)> Indices(int first, int second, int third) =>
        from a in Enumerable.Range(0, first)
        from b in Enumerable.Range(0, second)
        from c in Enumerable.Range(0, third)
        select (a, b, c);
}
