using System.Runtime.InteropServices;
using Denoise.Network.Checkpoints.PyTorch;

namespace Denoise.Tests.Network.Checkpoints;

/// <summary>Tensors as views of storages.</summary>
public sealed class StorageViewsTests
{
    private static readonly float[] Twelve = [.. Enumerable.Range(0, 12).Select(i => (float)i)];

    [Theory]
    [InlineData(0, new long[] { 3, 4 }, new long[] { 4, 1 }, new float[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 })] // the whole
    [InlineData(2, new long[] { 2, 2 }, new long[] { 2, 1 }, new float[] { 2, 3, 4, 5 })] // a part
    [InlineData(0, new long[] { 4, 3 }, new long[] { 1, 4 }, new float[] { 0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11 })] // transposed
    [InlineData(1, new long[] { 3 }, new long[] { 5 }, new float[] { 1, 6, 11 })] // every fifth
    [InlineData(3, new long[] { 2, 3 }, new long[] { 0, 0 }, new float[] { 3, 3, 3, 3, 3, 3 })] // expanded
    [InlineData(0, new long[] { 3, 2 }, new long[] { 1, 1 }, new float[] { 0, 1, 1, 2, 2, 3 })] // overlapping itself
    [InlineData(5, new long[] { 1, 2, 1 }, new long[] { 99, 1, 77 }, new float[] { 5, 6 })] // strides that take part in nothing
    [InlineData(11, new long[0], new long[0], new float[] { 11 })] // a scalar
    [InlineData(12, new long[] { 0, 5 }, new long[] { 5, 1 }, new float[0])] // nothing
    public void AViewIsGatheredRowMajor(long offset, long[] size, long[] stride, float[] expected)
    {
        StoredTensor tensor = Read(PickleBytes.OneTensor(12, offset, size, stride))["w"];
        Assert.Equal(DType.F32, tensor.DType);
        Assert.Equal(expected, tensor.ToFloats());
        Assert.Equal(size, tensor.Shape);
    }

    [Fact]
    public void StoragesAreShared()
    {
        PickleBytes pickle = PickleBytes.Begin.Op("}(").Text("a").Tensor("0", 12, 0, [2], [1]).Text("b").Tensor("0", 12, 10, [2], [1]);
        OrderedDictionary<string, StoredTensor> tensors = Read(pickle.Op("u").Stop());
        Assert.Equal(["a", "b"], tensors.Keys);
        Assert.Equal([0f, 1f], tensors["a"].ToFloats());
        Assert.Equal([10f, 11f], tensors["b"].ToFloats());
    }

    [Theory]
    [InlineData("DoubleStorage", DType.F64, 6)]
    [InlineData("HalfStorage", DType.F16, 24)]
    [InlineData("BFloat16Storage", DType.BF16, 24)]
    [InlineData("LongStorage", DType.I64, 6)]
    [InlineData("IntStorage", DType.I32, 12)]
    [InlineData("ShortStorage", DType.I16, 24)]
    [InlineData("CharStorage", DType.I8, 48)]
    [InlineData("ByteStorage", DType.U8, 48)]
    [InlineData("BoolStorage", DType.BOOL, 48)]
    public void AllTypesAreRead(string type, DType dtype, long count)
    {
        StoredTensor w = Read(PickleBytes.OneTensor(count, 0, [count], [1], type))["w"];
        Assert.Equal((dtype, 48), (w.DType, w.Bytes.Length));
    }

    [Theory]
    [InlineData(12, 1, new long[] { 12 }, new long[] { 1 }, "reaches past its storage")]
    [InlineData(12, 0, new long[] { 13 }, new long[] { 1 }, "reaches past its storage")]
    [InlineData(12, 0, new long[] { 2 }, new long[] { 12 }, "reaches past its storage")]
    [InlineData(12, 12, new long[0], new long[0], "reaches past its storage")]
    [InlineData(12, long.MaxValue, new long[] { 1 }, new long[] { 1 }, "reaches past its storage")]
    [InlineData(12, 0, new long[] { 3, 3 }, new long[] { long.MaxValue, long.MaxValue }, "reaches past its storage")]
    [InlineData(12, -1, new long[] { 2 }, new long[] { 1 }, "negative offset, size or stride")]
    [InlineData(12, 11, new long[] { 2 }, new long[] { -1 }, "negative offset, size or stride")]
    [InlineData(12, 0, new long[] { -2 }, new long[] { 1 }, "negative offset, size or stride")]
    [InlineData(12, 0, new long[] { 2, 2 }, new long[] { 1 }, "2 dimensions and 1 strides")]
    [InlineData(12, 0, new long[] { 1L << 40, 1L << 40 }, new long[] { 0, 0 }, "larger than")]
    [InlineData(12, 0, new long[] { 1L << 30 }, new long[] { 0 }, "larger than")]
    [InlineData(12, 0, new long[] { 1L << 23 }, new long[] { 0 }, "more than a state dict needs")]
    [InlineData(11, 0, new long[] { 1 }, new long[] { 1 }, "has 48 bytes, expected 11 values of 4")]
    [InlineData(-12, 0, new long[] { 1 }, new long[] { 1 }, "has 48 bytes, expected -12 values of 4")]
    [InlineData(long.MaxValue, 0, new long[] { 1 }, new long[] { 1 }, "has 48 bytes, expected")]
    public void AViewThatIsNoneOfItsStorageIsRefused(long count, long offset, long[] size, long[] stride, string words) =>
        Refused(PickleBytes.OneTensor(count, offset, size, stride), words);

    [Fact]
    public void CopiesAreCountedTogether()
    {
        PickleBytes pickle = PickleBytes.Begin.Op("}(");
        for (int i = 0; i < 5; i++)
            pickle.Text($"w{i}").Tensor("0", 12, 0, [1 << 20], [0]);
        Refused(pickle.Op("u").Stop(), "'w4' is 4,194,304 bytes made of a storage of 48");
    }

    [Fact]
    public void AStorageThatIsNotThereIsNamed() =>
        Refused(PickleBytes.Begin.Op("}").Text("w").Tensor("../1", 12, 0, [12], [1]).Op("s").Stop(), "it has no archive/data/../1");

    private static OrderedDictionary<string, StoredTensor> Read(byte[] pickle) =>
        PyTorchFile.Read(new MemoryStream(PickleBytes.Archive(pickle, ("0", MemoryMarshal.AsBytes<float>(Twelve).ToArray()))));

    private static void Refused(byte[] pickle, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => Read(pickle)).Message);
}
