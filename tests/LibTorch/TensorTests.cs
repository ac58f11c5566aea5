using System.Runtime.InteropServices;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Denoise.Tests.LibTorch;

public class TensorTests
{
    [Fact]
    public void FactoriesFillAsTheirNamesSay()
    {
        using DisposeScope scope = NewDisposeScope();

        Numbers.Close([0, 0, 0], zeros(3));
        Numbers.Close([1, 1], ones(new long[] { 2, 1 }, ScalarType.Float64));
        Numbers.Close([2.5, 2.5], full(2, 2.5));
        Assert.Equal([ScalarType.Float32, ScalarType.Int64, ScalarType.Float64], new[] { full(2, 2.0), full(2, 3), full(2, 3, ScalarType.Float64) }.Select(t => t.dtype));
        Numbers.Close([0, 1, 2], arange(3));
        Numbers.Close([1, 1.5, 2], arange(1, 2.1, 0.5), 1e-7);
        Numbers.Close([0, 0.25, 0.5, 0.75, 1], linspace(0, 1, 5));
        Numbers.Close([7, 7], full_like(zeros(2), 7));
        Assert.Equal([2, 3, 4, 5], empty(2, 3, 4, 5).shape);
        Assert.Equal(ScalarType.Int64, arange(3).dtype);
        Assert.Equal(ScalarType.Float32, zeros(1).dtype);
        Assert.True(zeros(1, requires_grad: true).requires_grad);
    }

    [Fact]
    public void ArraysBecomeTensorsOfTheirTypeAndShape()
    {
        using DisposeScope scope = NewDisposeScope();

        Assert.Equal(ScalarType.Float32, tensor(new[] { 1f, 2 }).dtype);
        Assert.Equal(ScalarType.Float64, tensor(new[] { 1.0, 2 }).dtype);
        Assert.Equal(ScalarType.Int64, tensor(new[] { 1L, 2 }).dtype);
        Assert.Equal(ScalarType.Byte, tensor(new byte[] { 1, 255 }).dtype);
        Assert.Equal(ScalarType.Bool, tensor(new[] { true, false }).dtype);
        Assert.Equal(ScalarType.Float32, tensor(new byte[] { 1, 255 }, ScalarType.Float32).dtype);
        Assert.Equal([2, 3], tensor(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }).shape);
        Assert.True(tensor(new double[,] { { 1, 2 } }, requires_grad: true).is_leaf);
        Assert.Equal([2, 2], tensor(new[] { 1f, 2, 3, 4 }, [2, 2]).shape);
        Assert.Empty(tensor(3.5).shape);
        Assert.Throws<ArgumentException>(() => tensor(new[] { 1f, 2 }, [3]));
    }

    [Fact]
    public void TensorsCopyTheirArrayUnlessItIsABuffer()
    {
        using DisposeScope scope = NewDisposeScope();
        float[] array = [1, 2, 3, 4];
        Tensor copy = tensor(array), shared = frombuffer(array, ScalarType.Float32, count: 2, offset: 1);

        array[1] = 20;

        Numbers.Close([1, 2, 3, 4], copy);
        Numbers.Close([20, 3], shared);
    }

    [Fact]
    public void BytesAreTheMemoryItself()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new[] { 1f, 2, 3 });

        MemoryMarshal.Cast<byte, float>(x.bytes)[1] = 9;
        Numbers.Close([1, 9, 3], x);
        x.bytes = MemoryMarshal.AsBytes(new[] { 4f, 5, 6 }.AsSpan());
        Numbers.Close([4, 5, 6], x);

        Assert.Throws<ArgumentException>(() => x.bytes = new byte[4]);
        Tensor turned = x.reshape(1, 3).expand(2, 3).transpose(0, 1);
        Assert.Throws<InvalidOperationException>(() => turned.bytes.Length);
    }

    [Fact]
    public void AccessorFollowsStrides()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(6, ScalarType.Float32).reshape(2, 3).transpose(0, 1);

        var accessor = x.data<float>();

        Assert.Equal([0, 3, 1, 4, 2, 5], accessor.ToArray());
        Assert.Equal(4f, accessor[1, 1]);
        Assert.Equal(5f, accessor[5]);
        var part = new float[2];
        accessor.CopyTo(part, tensorIndex: 4);
        Assert.Equal([2, 5], part);
        accessor.CopyFrom(new[] { 7f }, tensorIndex: 1);
        Assert.Equal(7f, x[0, 1].item<float>());
        Assert.Throws<ArgumentException>(() => x.data<double>());
        Assert.Throws<ArgumentException>(() => x.item<float>());
    }

    [Fact]
    public void IndexingReadsAndWritesThroughViews()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(12, ScalarType.Float64).reshape(3, 4);

        Numbers.Close([4, 5, 6, 7], x[1]);
        Assert.Equal(11, x[-1, -1].ToDouble());
        Numbers.Close([1, 5, 9], x[TensorIndex.Colon, 1]);
        Numbers.Close([3, 7, 11], x[TensorIndex.Ellipsis, 3]);
        Numbers.Close([4, 6], x[1, TensorIndex.Slice(0, null, 2)]);
        Numbers.Close([8, 9], x[2, ..2]);
        Assert.Equal([3, 1, 4], x[TensorIndex.Colon, TensorIndex.None].shape);
        Numbers.Close([8, 9, 10, 11, 0, 1, 2, 3], x[tensor(new long[] { 2, 0 })]);
        Numbers.Close([2, 10], x[TensorIndex.Slice(0, null, 2), TensorIndex.Tensor(tensor(new long[] { 2 }))]);
        Numbers.Close([10, 11], x[x > 9]);

        x[1, TensorIndex.Slice(1, 3)] = tensor(-1.0);
        x[TensorIndex.Tensor(x > 9)] = tensor(0.0);
        Numbers.Close([0, 1, 2, 3, 4, -1, -1, 7, 8, 9, 0, 0], x);
    }

    [Fact]
    public void ShapesChangeWithoutLosingOrder()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(6, ScalarType.Float64).reshape(2, 3);

        Numbers.Close([0, 3, 1, 4, 2, 5], x.permute(1, 0));
        Numbers.Close([2, 1, 0, 5, 4, 3], x.flip(1));
        Numbers.Close([2, 5, 1, 4, 0, 3], x.rot90());
        Numbers.Close([1, 2, 4, 5], x.narrow(1, 1, 2));
        Numbers.Close([5, 3], x[1].index_select(0, tensor(new long[] { 2, 0 })));
        Assert.Equal([3, 2], x.transpose(0, 1).shape);
        Assert.Equal([1, 2, 3, 1], x.unsqueeze(0).unsqueeze(-1).shape);
        Assert.Equal([2, 3], x.unsqueeze(0).squeeze().shape);
        Numbers.Close([0, 1, 2, 3, 4, 5, 0, 1, 2], cat([x, x[TensorIndex.Slice(0, 1)]]));
        Assert.Equal([2, 2, 3], stack([x, x]).shape);
        Assert.Equal([2, 1], x.split(2, dim: 1).Select(t => t.shape[1]));
        Assert.Equal([1, 2], x.split([1, 2], dim: 1).Select(t => t.shape[1]));
        Assert.Equal(3, x.chunk(3, 1).Length);
    }

    [Fact]
    public void ArithmeticIsArithmetic()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, double[] a) = Numbers.Random(1, 4);
        (Tensor y, double[] b) = Numbers.Random(2, 4);
        void Is(Func<double, double, double> expected, Tensor actual) => Numbers.Close([.. a.Zip(b, expected)], actual);

        Is((u, v) => u + v, x + y);
        Is((u, v) => 2 * u - v / 3 + 1, 2 * x - y / 3 + 1);
        Is((u, v) => 1 - u + 1 / v, 1 - x + 1 / y);
        Is((u, v) => u + 0.5 * v, x.add(y, 0.5));
        Is((u, v) => u + 3 * v * v, x.addcmul(y, y, 3));
        Is((u, v) => u + 3 * v / (v + 2), x.clone().addcdiv_(y, y + 2, 3));
        Is((u, v) => u + 0.25 * (v - u), x.clone().lerp_(y, full_like(x, 0.25)));
        Is((u, v) => Math.Clamp(u, -0.2, 0.3), x.clamp(-0.2, 0.3));
        Is((u, v) => Math.Max(u, v), maximum(x, y));
        Is((u, v) => Math.Min(u, 0), x.clamp_max(0));
        Is((u, v) => -Math.Abs(u), -x.abs());
        Is((u, v) => Math.Pow(u + 1, 2.5), (x + 1).pow(2.5));
        Is((u, v) => Math.Floor(u / v), x.div(y, RoundingMode.floor));
        Is((u, v) => u > v ? u : 7, where(x > y, x, full_like(x, 7)));
        x.mul_(y).sub_(1);
        Is((u, v) => u * v - 1, x);
    }

    [Fact]
    public void ReductionsAreTheirFormulas()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, double[] v) = Numbers.Random(1, 2, 3);

        Assert.Equal(v.Sum(), x.sum().ToDouble(), 12);
        Numbers.Close([v[0] + v[3], v[1] + v[4], v[2] + v[5]], x.sum(0L));
        Numbers.Close([v[..3].Average(), v[3..].Average()], x.mean([1]));
        Assert.Equal([2, 1], x.mean([1], keepdim: true).shape);
        Assert.Equal(v.Max(), x.max().ToDouble());
        (Tensor values, Tensor indices) = x.max(1);
        Numbers.Close([v[..3].Max(), v[3..].Max()], values);
        Assert.Equal(Array.IndexOf(v, v[..3].Max()), indices[0].item<long>());
        Assert.Equal(Math.Sqrt(v.Sum(e => e * e)), x.norm().ToDouble(), 12);
        Assert.Equal(v.Sum(Math.Abs), x.norm(1f).ToDouble(), 12);
        Assert.Equal(Math.Sqrt(v.Sum(e => (e - v.Average()) * (e - v.Average())) / 5), x.std().ToDouble(), 12);
        Assert.Equal(Array.IndexOf(v, v.Min()), x.argmin().item<long>());
    }

    [Fact]
    public void ComparisonsFindOddNumbers()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new[] { 1, double.NaN, double.PositiveInfinity, -3 });

        Assert.Equal([false, true, false, false], x.isnan().data<bool>().ToArray());
        Assert.Equal([true, false, false, true], x.isfinite().data<bool>().ToArray());
        Assert.False(x.isfinite().all().item<bool>());
        Assert.True((bool)(x < 0).any());
        Assert.True(tensor(new[] { 1.0 }).allclose(tensor(new[] { 1.000001 }), rtol: 1e-5));
        Assert.False(tensor(new[] { 1.0 }).allclose(tensor(new[] { 1.1 })));
        Assert.True(tensor(new[] { 1.0, 2 }).Equals(tensor(new[] { 1.0, 2 })));
    }

    [Fact]
    public void TypesConvert()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new byte[] { 0, 128, 255 });

        Numbers.Close([0, 128 / 255.0, 1], x.to(ScalarType.Float32) / 255, 1e-7);
        Assert.Equal(ScalarType.Float16, x.to(ScalarType.Float16).dtype);
        Assert.Equal(128, (int)x[1]);
        Assert.Equal(2f, (float)tensor(2.0));
        Assert.Equal(DeviceType.CPU, x.to("cpu").device_type);
    }

    [Fact]
    public void DescriptionNamesShapeTypeAndDevice()
    {
        using Tensor x = zeros(2, 3);

        Assert.Equal("[2x3], type = Float32, device = cpu", x.ToString());
    }

    [Fact]
    public void FailuresCarryTheMessageOfLibtorch()
    {
        using DisposeScope scope = NewDisposeScope();

        ExternalException failure = Assert.Throws<ExternalException>(() => zeros(2, 3) + zeros(4));

        Assert.StartsWith("The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1", failure.Message);
        Assert.Contains("shape", Assert.Throws<ExternalException>(() => zeros(2, 3).view(5)).Message);
    }
}
