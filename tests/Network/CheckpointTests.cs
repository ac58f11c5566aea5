using Denoise.Network.Checkpoints.Safetensors;

namespace Denoise.Tests.Network;

public sealed class CheckpointTests : FolderTest
{
    [Fact]
    public void ACheckpointCarriesItsArchitectureAndHistory()
    {
        Checkpoint saved = Samples.ConvDenoiser();
        saved.Save(_folder["c.safetensors"]);
        Checkpoint loaded = Checkpoint.Load(_folder["c.safetensors"]);
        Assert.Equal(ArchitectureJson.Write(saved.Architecture), ArchitectureJson.Write(loaded.Architecture));
        Assert.Equal("test", loaded.Info["recipe"]);
        foreach (var (name, values) in saved.Parameters)
            Assert.Equal(values.Values, loaded.Parameters[name].Values);
    }

    [Fact]
    public void NothingIsLeftBesideTheFile()
    {
        Samples.ConvDenoiser().Save(_folder["c.safetensors"]);
        Samples.ConvDenoiser().Save(_folder["c.safetensors"]);
        Assert.Equal(["c.safetensors"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void AFailedWriteLeavesTheOldFile()
    {
        string path = _folder["c.safetensors"];
        Samples.ConvDenoiser().Save(path);
        byte[] before = File.ReadAllBytes(path);
        var broken = new SafetensorsFile(new Dictionary<string, string>(), new Dictionary<string, StoredTensor> { ["x"] = null! });
        Assert.ThrowsAny<Exception>(() => broken.Save(path));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void ParametersThatDoNotFitAreAllListed()
    {
        Dictionary<string, StoredTensor> tensors = Checkpoint.ToTensors(Samples.ConvDenoiser().Parameters);
        tensors.Remove("conv1.bias");
        tensors["conv9.bias"] = tensors["conv2.bias"];
        tensors["conv3.bias"] = StoredTensor.FromFloats([9], new float[9]);
        tensors["conv2.bias"] = new(DType.I16, [16], new byte[32]);
        var e = Assert.Throws<FormatException>(() => Checkpoint.FromTensors(Catalogue.Get("conv-denoiser").Parameters, tensors));
        Assert.Equal("""
            The parameters do not fit the architecture:
              missing conv1.bias (32), nearest in the file: conv9.bias
              conv2.bias is I16, expected F32, F16, BF16 or F64
              conv3.bias is 9, expected 8
              unexpected conv9.bias (16)
            """, e.Message);
    }

    [Fact]
    public void ASafetensorsFileOfAnotherKindIsNamedAsSuch()
    {
        string path = _folder["other.safetensors"];
        new SafetensorsFile(new Dictionary<string, string>(), new Dictionary<string, StoredTensor>()).Save(path);
        var e = Assert.Throws<FormatException>(() => Checkpoint.Load(path));
        Assert.Equal($"{path} (safetensors) does not say to which network its weights belong. "
            + "No network here has tensors of such names and shapes.", e.Message);
    }

    [Fact]
    public void ATruncatedFileIsNamed()
    {
        string path = _folder["c.safetensors"];
        Samples.ConvDenoiser().Save(path);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^100]);
        var e = Assert.Throws<FormatException>(() => Checkpoint.Load(path));
        Assert.Contains(path, e.Message);
        Assert.Contains("cut short", e.Message);
    }
}
