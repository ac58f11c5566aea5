using System.Runtime.InteropServices;
using Denoise.Network.Checkpoints.PyTorch;

namespace Denoise.Tests.Network.Checkpoints;

/// <summary>Modules that were saved as a whole: their classes are names, their tensors are found.</summary>
public sealed class WholeModuleTests
{
    private const byte NewObj = 0x81, True = 0x88, Tuple2 = 0x86, BinPut = (byte)'q', BinGet = (byte)'h';

    private static readonly byte[] Three = MemoryMarshal.AsBytes<float>([1, 2, 3]).ToArray();

    private static PickleBytes Module(PickleBytes to, string type = "Net") => to.Global("models", type).Op(")").Raw(NewObj);

    /// <summary>A parameter as PyTorch 0.4 pickled it: a class that is called, and a tensor without backward hooks.</summary>
    private static PickleBytes Parameter(PickleBytes to) => to.Global("torch.nn.parameter", "Parameter")
        .Global("torch._utils", "_rebuild_tensor_v2").Op("(").Storage("0", 3).Number(1).Numbers(2).Numbers(1).Raw(True).Op("NtR")
        .Raw(True, Tuple2).Op("R");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TensorsHaveTheNamesOfTheStateDict(bool isOld)
    {
        PickleBytes pickle = Module(PickleBytes.Begin).Op("}(").Text("training").Raw(True).Text("_modules").Op("}(").Text("conv");
        Module(pickle, "Conv2d").Op("}(").Text("_buffers").Op("}").Text("count").Tensor("0", 3, 0, [1], [1]).Op("s")
            .Text("_parameters").Op("}(").Text("weight");
        byte[] whole = Parameter(pickle).Text("bias").Op("Nu").Op("ub").Text("nothing").Op("N").Op("uub").Stop();
        OrderedDictionary<string, StoredTensor> tensors = Read(isOld
            ? PickleBytes.Legacy(whole, ("0", Three)) : PickleBytes.Archive(whole, ("0", Three)));
        Assert.Equal(["conv.weight", "conv.count"], tensors.Keys);
        Assert.Equal([2f, 3], tensors["conv.weight"].ToFloats());
        Assert.Equal([1f], tensors["conv.count"].ToFloats());
    }

    [Fact]
    public void AModuleInItselfIsRefused()
    {
        byte[] whole = Module(PickleBytes.Begin).Raw(BinPut, 0).Op("}").Text("_modules").Op("}").Text("a").Raw(BinGet, 0).Op("ssb").Stop();
        Assert.Contains("its modules are nested more than 32 deep", ErrorOf(whole));
    }

    [Fact]
    public void TenModulesOfTenModulesAreRefused() =>
        Assert.Contains("its modules have more than 100,000 entries", ErrorOf(TenOfTen(PickleBytes.Begin, 6).Stop()));

    private static PickleBytes TenOfTen(PickleBytes pickle, byte level)
    {
        Module(pickle);
        if (level == 0)
            return pickle.Raw(BinPut, level);
        TenOfTen(pickle.Op("}").Text("_modules").Op("}(").Text("0"), (byte)(level - 1));
        for (int i = 1; i < 10; i++)
            pickle.Text($"{i}").Raw(BinGet, (byte)(level - 1));
        return pickle.Op("usb").Raw(BinPut, level);
    }

    [Fact]
    public void NamesWithoutEndAreRefused()
    {
        byte[] whole = Module(PickleBytes.Begin).Op("}").Text("_modules").Op("}").Text(new string('a', 1001)).Op("Nssb").Stop();
        Assert.Contains("the name of a module or tensor is no text, or has more than 1,000 characters", ErrorOf(whole));
    }

    private static OrderedDictionary<string, StoredTensor> Read(byte[] file) => PyTorchFile.Read(new MemoryStream(file));

    private static string ErrorOf(byte[] pickle) =>
        Assert.Throws<FormatException>(() => Read(PickleBytes.Archive(pickle))).Message;
}
