using System.Runtime.InteropServices;
using Denoise.Network.Checkpoints.PyTorch;

namespace Denoise.Tests.Network.Checkpoints;

/// <summary>PyTorch's format from before 1.6, each rule broken once.</summary>
public sealed class LegacyTests
{
    private static readonly byte[] Three = MemoryMarshal.AsBytes<float>([1, 2, 3]).ToArray();

    private static readonly byte[] Two = PickleBytes.Begin.Op("}(").Text("a").Tensor("7", 3, 0, [3], [1])
        .Text("b").Tensor("5", 3, 1, [2], [1]).Op("u").Stop();

    [Fact]
    public void StoragesAreFoundInTheOrderOfTheirKeys()
    {
        byte[] other = MemoryMarshal.AsBytes<float>([4, 5, 6]).ToArray();
        OrderedDictionary<string, StoredTensor> tensors = Read(PickleBytes.Legacy(Two, ("5", other), ("7", Three)));
        Assert.Equal(["a", "b"], tensors.Keys);
        Assert.Equal([1f, 2, 3], tensors["a"].ToFloats());
        Assert.Equal([5f, 6], tensors["b"].ToFloats());
    }

    /// <summary>_rebuild_tensor, and a persistent id of six.</summary>
    [Fact]
    public void TensorsOfPyTorch03AreRead()
    {
        byte[] pickle = PickleBytes.Begin.Op("}").Text("w").Global("torch._utils", "_rebuild_tensor").Op("((").Text("storage")
            .Global("torch", "FloatStorage").Text("9").Text("cuda:0").Number(3).Op("NtQ").Number(1).Numbers(2).Numbers(1).Op("tRs").Stop();
        Assert.Equal([2f, 3], Read(PickleBytes.Legacy(pickle, ("9", Three)))["w"].ToFloats());
    }

    /// <summary>A class that was saved with its source text is a name, as any other.</summary>
    [Fact]
    public void AModuleIsNamed()
    {
        byte[] pickle = PickleBytes.Begin.Op("(").Text("module").Global("models", "DnCNN").Text("models.py").Text("class DnCNN").Op("tQ)")
            .Raw(0x81).Op("}b").Stop();
        Assert.Contains("an object of models.DnCNN", ErrorOf(PickleBytes.Legacy(pickle)));
    }

    [Fact]
    public void EveryLengthButTheWholeIsRefused()
    {
        byte[] whole = PickleBytes.Legacy(Two, ("5", Three), ("7", Three));
        for (int length = PickleBytes.LegacyMagic.Length; length < whole.Length; length++)
            ErrorOf(whole[..length]);
        Assert.Contains("1 bytes follow its last storage", ErrorOf([.. whole, 0]));
    }

    [Fact]
    public void StoragesAndKeysAgree()
    {
        Assert.Contains("the storage 5 is missing", ErrorOf(PickleBytes.Legacy(Two, ("7", Three))));
        Assert.Contains("it has the storage 7 twice", ErrorOf(PickleBytes.Legacy(Two, ("7", Three), ("7", Three))));
        Assert.Contains("no tensor has the storage 8", ErrorOf(PickleBytes.Legacy(Two, ("8", Three))));
        Assert.Contains("the storage 7 has 2 values, its tensors expect 3", ErrorOf(PickleBytes.Legacy(Two, ("7", Three[..8]))));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(1L << 40)]
    [InlineData(long.MaxValue)]
    public void CountsBeyondTheFileAreRefused(long count)
    {
        byte[] file = PickleBytes.Legacy(PickleBytes.OneTensor(count, 0, [1], [1]), ("0", Three));
        BitConverter.GetBytes(count).CopyTo(file, file.Length - 20);
        Assert.Contains($"the storage 0 claims {count} values of 4 bytes, and 12 bytes are left", ErrorOf(file));
    }

    [Fact]
    public void ItsOtherPicklesAreChecked()
    {
        byte[] magic = PickleBytes.LegacyMagic, version = PickleBytes.LegacyVersion, machine = PickleBytes.LegacyMachine(0x88);
        byte[] none = PickleBytes.Begin.Op("N").Stop();
        Assert.Contains("its version is not 1001", ErrorOf([.. magic, .. none]));
        Assert.Contains("it does not describe its machine", ErrorOf([.. magic, .. version, .. none]));
        Assert.Contains("big-endian machine", ErrorOf([.. magic, .. version, .. PickleBytes.LegacyMachine(0x89)]));
        Assert.Contains("it has no list of storages", ErrorOf([.. magic, .. version, .. machine, .. none, .. none]));
        Assert.Contains("the key of a storage is no text",
            ErrorOf([.. magic, .. version, .. machine, .. none, .. PickleBytes.Begin.Op("]Na").Stop()]));
        Assert.Contains("which no state dict needs; it was not run",
            ErrorOf([.. magic, .. version, .. machine, .. PickleBytes.Begin.Global("posix", "system").Stop()]));
    }

    private static OrderedDictionary<string, StoredTensor> Read(byte[] file) => PyTorchFile.Read(new MemoryStream(file));

    private static string ErrorOf(byte[] file) => Assert.Throws<FormatException>(() => Read(file)).Message;
}
