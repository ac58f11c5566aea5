namespace Denoise.Tests.Network.Checkpoints;

public sealed class StoredTensorTests
{
    [Fact]
    public void FloatsOfAllWidthsBecomeFloat32()
    {
        Assert.Equal([1f, -2f, 65504f, float.PositiveInfinity], Floats(DType.F16, "003c 00c0 ff7b 007c"));
        Assert.Equal([1f, -2f, 0.1796875f], Floats(DType.BF16, "803f 00c0 383e"));
        Assert.Equal([1f, float.NegativeInfinity], Floats(DType.F64, "000000000000f03f 000000000000f0ff"));
        Assert.Equal([0.1f], Floats(DType.F64, Convert.ToHexString(BitConverter.GetBytes(0.1))));
    }

    [Fact]
    public void ADoubleBeyondFloatIsAnErrorNotInfinity()
    {
        var e = Assert.Throws<FormatException>(() => Floats(DType.F64, Convert.ToHexString(BitConverter.GetBytes(-1e300))));
        Assert.Equal("The value -1e+300 is beyond float32's range.", e.Message);
    }

    [Theory]
    [InlineData(DType.I64)]
    [InlineData(DType.U8)]
    [InlineData(DType.BOOL)]
    [InlineData(DType.F8_E4M3)]
    public void IntegersAreNoFloats(DType dtype)
    {
        var e = Assert.Throws<FormatException>(() => Floats(dtype, "0000000000000000"));
        Assert.Equal($"Expected F32, F16, BF16 or F64, found {dtype}.", e.Message);
    }

    private static float[] Floats(DType dtype, string hex) =>
        new StoredTensor(dtype, [], Convert.FromHexString(hex.Replace(" ", ""))).ToFloats();
}
