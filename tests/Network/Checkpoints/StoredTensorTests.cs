using Denoise.Network.Checkpoints;
using Xunit;

namespace Denoise.Tests.Network.Checkpoints;

public sealed class StoredTensorTests
{
    [Fact]
    public void FloatsOfAllWidthsBecomeFloat32()
    {
        Assert.Equal([1f, -2f, 65504f, float.PositiveInfinity], Floats("F16", "003c 00c0 ff7b 007c"));
        Assert.Equal([1f, -2f, 0.1796875f], Floats("BF16", "803f 00c0 383e"));
        Assert.Equal([1f, float.NegativeInfinity], Floats("F64", "000000000000f03f 000000000000f0ff"));
        Assert.Equal([0.1f], Floats("F64", Convert.ToHexString(BitConverter.GetBytes(0.1))));
    }

    [Fact]
    public void ADoubleBeyondFloatIsAnErrorNotInfinity()
    {
        var e = Assert.Throws<FormatException>(() => Floats("F64", Convert.ToHexString(BitConverter.GetBytes(-1e300))));
        Assert.Equal("The value -1e+300 is beyond float32's range.", e.Message);
    }

    [Theory]
    [InlineData("I64")]
    [InlineData("U8")]
    [InlineData("BOOL")]
    [InlineData("F8_E4M3")]
    public void IntegersAreNoFloats(string dtype)
    {
        var e = Assert.Throws<FormatException>(() => Floats(dtype, "0000000000000000"));
        Assert.Equal($"Expected F32, F16, BF16 or F64, found {dtype}.", e.Message);
    }

    private static float[] Floats(string dtype, string hex) => new StoredTensor(dtype, [], Convert.FromHexString(hex.Replace(" ", ""))).ToFloats();
}
