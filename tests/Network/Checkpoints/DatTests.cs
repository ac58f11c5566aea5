using Denoise.Network.Checkpoints.Dat;
using TorchSharp;
using static TorchSharp.torch;

namespace Denoise.Tests.Network.Checkpoints;

/// <summary>TorchSharp's .dat files.</summary>
public sealed class DatTests : FolderTest
{
    /// <summary>One entry, w = [1, 2] as float32.</summary>
    private static readonly byte[] One = [1, 1, (byte)'w', 6, 1, 2, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40];

    [Fact]
    public void AFileIsRead()
    {
        StoredTensor w = Read(One)["w"];
        Assert.Equal([1f, 2f], w.ToFloats());
        Assert.Equal(One, Write(new() { ["w"] = w }));
    }

    [Fact]
    public void WhatIsWrittenIsReadBackInItsOrder()
    {
        OrderedDictionary<string, StoredTensor> tensors = new()
        {
            ["z"] = StoredTensor.FromFloats([2, 3], [1, 2, 3, 4, 5, float.NaN]),
            ["a.имя"] = new(DType.I64, [], new byte[8]),
            ["empty"] = new(DType.F16, [0, 300], ReadOnlyMemory<byte>.Empty),
            [""] = new(DType.BF16, [130], new byte[260]),
            ["flag"] = new(DType.BOOL, [1, 1, 1], new byte[1]),
        };
        OrderedDictionary<string, StoredTensor> back = Read(Write(tensors));
        Assert.Equal(tensors.Keys, back.Keys);
        foreach (var (name, tensor) in tensors)
        {
            Assert.Equal((tensor.DType, tensor.ShapeText), (back[name].DType, back[name].ShapeText));
            Assert.Equal(tensor.Bytes.ToArray(), back[name].Bytes.ToArray());
        }
    }

    [Fact]
    public void ATypeWithoutANumberIsNotWritten()
    {
        var e = Assert.Throws<FormatException>(() => Write(new() { ["w"] = new(DType.U16, [1], new byte[2]) }));
        Assert.Equal("w is U16, which a .dat file cannot hold: expected U8, I8, I16, I32, I64, F16, F32, F64, BOOL, BF16.", e.Message);
    }

    [Theory]
    [InlineData("", "the file ends within the number of entries")]
    [InlineData("05 01 77 06 01 02", "it claims 5 entries, too many for its 6 bytes")]
    [InlineData("ff ff ff ff ff ff ff ff 7f", "it claims 9223372036854775807 entries")]
    [InlineData("ff ff ff ff ff ff ff ff ff 01", "the number of entries is negative or too large")]
    [InlineData("81 00 01 77 06 00 00 00 00 00", "the number of entries is written with more bytes than it needs")]
    [InlineData("80", "the file ends within the number of entries")]
    [InlineData("01 7f 77 06 00", "a name claims 127 bytes, and 3 are left")]
    [InlineData("01 81 80 04 77 06 00", "a name claims 65537 bytes")]
    [InlineData("01 01 ff 06 00 00 00 00 00", "a name is not UTF-8")]
    [InlineData("01 01 77 08 00 00 00 00 00", "'w' has the unknown type 8")]
    [InlineData("01 01 77 06 41 00", "'w' claims 65 dimensions, more than 64")]
    [InlineData("01 01 77 06 02 01", "the file ends within a dimension of 'w'")]
    [InlineData("01 01 77 06 02 80 80 80 80 80 80 80 80 40 80 80 80 80 80 80 80 80 40", "overflows")]
    [InlineData("01 01 77 06 01 03 00 00 00 00", "'w' of 3 needs 12 bytes, and 4 are left")]
    [InlineData("01 01 77 06 00 00 00 00 00 09", "1 bytes follow its last entry")]
    [InlineData("02 01 77 06 00 00 00 00 00 01 77 06 00 00 00 00 00", "it has 'w' twice")]
    public void ABrokenFileIsRefused(string hex, string words)
    {
        byte[] file = Convert.FromHexString(hex.Replace(" ", ""));
        string message = Assert.Throws<FormatException>(() => Read(file)).Message;
        Assert.StartsWith("Not a valid TorchSharp .dat file: ", message);
        Assert.Contains(words, message);
    }

    [Fact]
    public void AFileCutShortIsRefusedAtEveryLength()
    {
        for (int length = 0; length < One.Length; length++)
            Assert.Throws<FormatException>(() => Read(One[..length]));
    }

    [Fact]
    public void TorchSharpLoadsWhatIsWritten()
    {
        Denoise.Network.Checkpoint checkpoint = Samples.Checkpoint(Normalized());
        DatFile.Save(_folder["net.dat"], Denoise.Network.ForeignNames.WithCounters(checkpoint, new Dictionary<string, StoredTensor>()));
        using var module = Module();
        module.load(_folder["net.dat"]); // strict: all names, types and shapes
        Dictionary<string, Tensor> state = module.state_dict();
        foreach (var (name, values) in checkpoint.Parameters)
            Assert.Equal(values.Values, state[name].data<float>().ToArray());
    }

    [Fact]
    public void WhatTorchSharpSavesIsReadBack()
    {
        using var module = Module();
        module.save(_folder["net.dat"]);
        Denoise.Network.Checkpoint checkpoint = Denoise.Network.Checkpoint.Load(_folder["net.dat"], Normalized());
        Dictionary<string, Tensor> state = module.state_dict();
        Assert.Equal(state.Count - 1, checkpoint.Parameters.Count); // all but the counter
        foreach (var (name, values) in checkpoint.Parameters)
            Assert.Equal(state[name].data<float>().ToArray(), values.Values);
    }

    private static Denoise.Network.Architecture Normalized() => new("normalized", 1,
    [
        new Denoise.Network.Conv2d("0", 1, 4, 3, Padding: 1), new Denoise.Network.BatchNorm2d("1", 4), new Denoise.Network.ReLU("2"),
        new Denoise.Network.ConvTranspose2d("3", 4, 1, 3, Padding: 1, Bias: false),
    ]);

    private static nn.Module Module() => nn.Sequential(
        nn.Conv2d(1, 4, kernel_size: 3L, padding: 1L), nn.BatchNorm2d(4), nn.ReLU(),
        nn.ConvTranspose2d(4, 1, kernel_size: 3L, padding: 1L, bias: false));

    private static OrderedDictionary<string, StoredTensor> Read(byte[] file) => DatReader.Read(new MemoryStream(file));

    private static byte[] Write(OrderedDictionary<string, StoredTensor> tensors)
    {
        using var stream = new MemoryStream();
        DatFile.Write(stream, tensors);
        return stream.ToArray();
    }
}
