using Denoise.Network.Checkpoints.Dat;
using Denoise.Network.Checkpoints.Safetensors;
using static System.Runtime.InteropServices.MemoryMarshal;

namespace Denoise.Tests.Network.Checkpoints;

/// <summary>One way in for files of all formats, told by their content, and from there to a network.</summary>
public sealed class StateDictTests : FolderTest
{
    private static readonly Architecture Tiny = new("tiny", 1,
        [new Conv2d("conv", 1, 2, 1), new BatchNorm2d("norm", 2), new Conv2d("model.out", 2, 1, 1, Bias: false)]);

    [Fact]
    public void TheFormatIsToldByTheContent()
    {
        Dictionary<string, StoredTensor> tensors = new() { ["w"] = StoredTensor.FromFloats([2], [1, 2]) };
        new SafetensorsFile(new Dictionary<string, string>(), tensors).Save(_folder["safetensors"]);
        DatFile.Save(_folder["TorchSharp .dat"], tensors);
        byte[] pickle = PickleBytes.OneTensor(2, 0, [2], [1]);
        File.WriteAllBytes(_folder["PyTorch"], PickleBytes.Archive(pickle, ("0", AsBytes<float>([1, 2]).ToArray())));
        File.WriteAllBytes(_folder["PyTorch, old"], PickleBytes.Legacy(pickle, ("0", AsBytes<float>([1, 2]).ToArray())));
        foreach (string format in new[] { "safetensors", "TorchSharp .dat", "PyTorch", "PyTorch, old" })
        {
            StateDict file = StateDict.Load(_folder[format]);
            Assert.Equal((format.Split(',')[0], 2), (file.Format, file.ValueCount));
            Assert.Equal([1f, 2f], file.Tensors["w"].ToFloats());
        }
    }

    [Fact]
    public void A256EntryDatIsNoOldPyTorchFile()
    {
        DatFile.Save(_folder["x"], Enumerable.Range(0, 256).ToDictionary(i => $"w{i}", i => StoredTensor.FromFloats([1], [i])));
        Assert.Equal([0x80, 2], File.ReadAllBytes(_folder["x"])[..2]);
        Assert.Equal(256, StateDict.Load(_folder["x"]).Tensors.Count);
    }

    [Fact]
    public void APartIsNamedByTheBeginningOfItsNames()
    {
        DatFile.Save(_folder["x"], new[] { "model.a", "model.b", "loss.c" }.ToDictionary(n => n, _ => StoredTensor.FromFloats([], [1])));
        Assert.Equal(["a", "b"], StateDict.Load(_folder["x"], "model").Tensors.Keys);
        Assert.Equal($"{_folder["x"]}: Nothing is called mod in it; its tensors begin with model.a.",
            Assert.Throws<FormatException>(() => StateDict.Load(_folder["x"], "mod")).Message);
    }

    [Fact]
    public void TensorsThatDoNotBelongAreLeftOut()
    {
        DatFile.Save(_folder["x"],
            new[] { "a", "b.total_ops", "total_ops", "c" }.ToDictionary(n => n, _ => StoredTensor.FromFloats([], [1])));
        Assert.Equal(["a", "c"], StateDict.Load(_folder["x"]).Without("*total_ops").Tensors.Keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<!DOCTYPE html>")]
    [InlineData("version https://git-lfs.github.com/spec/v1")]
    public void AnythingElseIsNamed(string content)
    {
        File.WriteAllText(_folder["x"], content);
        const string sentences = "It is neither safetensors nor a file of PyTorch. Not a valid TorchSharp .dat file: ";
        Assert.StartsWith($"{_folder["x"]}: {sentences}", Error("x"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("module._orig_mod.")]
    [InlineData("model.")]
    [InlineData("net.module.")]
    public void PrefixesAreTakenOffWhereTheNetworkFitsWithoutThem(string prefix)
    {
        Checkpoint saved = Samples.Checkpoint(Tiny);
        OrderedDictionary<string, StoredTensor> tensors = ForeignNames.WithCounters(saved, new Dictionary<string, StoredTensor>());
        DatFile.Save(_folder["x"], [.. tensors.Select(t => KeyValuePair.Create(prefix + t.Key, t.Value))]);
        Checkpoint loaded = Checkpoint.Load(_folder["x"], Tiny);
        foreach (var (name, values) in saved.Parameters)
            Assert.Equal(values.Values, loaded.Parameters[name].Values);
    }

    [Fact]
    public void AnArchitecturesOwnPrefixIsKept()
    {
        Architecture own = new("own", 1, [new Conv2d("model.module.conv", 1, 1, 1)]);
        Samples.Checkpoint(own).Save(_folder["x"]);
        Assert.Equal(["model.module.conv.weight", "model.module.conv.bias"], Checkpoint.Load(_folder["x"]).Parameters.Keys);
    }

    [Fact]
    public void WithoutANetworkOnlyWrappersPrefixesAreTakenOff()
    {
        Assert.Equal(["model.a", "b"], Unwrapped("module.model.a", "module.b"));
        Assert.Equal(["model.a"], Unwrapped("module._orig_mod.model.a"));
        Assert.Equal(["module.a", "b"], Unwrapped("module.a", "b"));

        static IEnumerable<string> Unwrapped(params string[] names) =>
            ForeignNames.Unwrapped(names.ToDictionary(name => name, _ => StoredTensor.FromFloats([], [1]))).Keys;
    }

    [Fact]
    public void OtherFloatsAreWidened()
    {
        Dictionary<string, StoredTensor> tensors = Checkpoint.ToTensors(Samples.Checkpoint(Tiny).Parameters);
        tensors["conv.bias"] = new(DType.F16, [2], Convert.FromHexString("003c00c0"));
        DatFile.Save(_folder["x"], tensors);
        Assert.Equal([1f, -2f], Checkpoint.Load(_folder["x"], Tiny).Parameters["conv.bias"].Values);
        tensors["conv.bias"] = new(DType.F64, [2], AsBytes<double>([1, 1e99]).ToArray());
        DatFile.Save(_folder["x"], tensors);
        string message = Assert.Throws<FormatException>(() => Checkpoint.Load(_folder["x"], Tiny)).Message;
        Assert.Equal($"{_folder["x"]}: conv.bias: The value 1e+99 is beyond float32's range.", message);
    }

    [Fact]
    public void ANetworkMustBeSaidAndMayNotBeAnother()
    {
        DatFile.Save(_folder["x"], Checkpoint.ToTensors(Samples.Checkpoint(Tiny).Parameters));
        Assert.Equal($"{_folder["x"]} (TorchSharp .dat) does not say to which network its weights belong. "
            + "No network here has tensors of such names and shapes.",
            Assert.Throws<FormatException>(() => Checkpoint.Load(_folder["x"])).Message);
        Samples.Checkpoint(Tiny).Save(_folder["own"]);
        Assert.Equal($"{_folder["own"]}: It is a checkpoint of 'tiny', which is not the same network as the given 'unet'.",
            Assert.Throws<FormatException>(() => Checkpoint.Load(_folder["own"], Catalogue.Get("unet"))).Message);
        Assert.Equal(7, Checkpoint.Load(_folder["own"], Tiny).Parameters.Count);
    }

    [Fact]
    public void ThousandsOfStrangeNamesAreListedInNoTime()
    {
        StoredTensor t = StoredTensor.FromFloats([], [1]);
        Dictionary<string, StoredTensor> tensors = Enumerable.Range(0, 60_000).ToDictionary(i => $"{i}{new string('x', 190)}", _ => t);
        tensors["a\u001b[2J"] = t;
        var e = Assert.Throws<FormatException>(() => Checkpoint.FromTensors(Catalogue.Get("unet").Parameters, tensors));
        Assert.Contains("\n  unexpected a?[2J (scalar)", e.Message);
    }

    private string Error(string name) => Assert.Throws<FormatException>(() => StateDict.Load(_folder[name])).Message;
}
