using Denoise.Network.Checkpoints.Dat;
using Denoise.Network.Checkpoints.Safetensors;

namespace Denoise.Tests.Export;

/// <summary>The convert tool, run as a user runs it.</summary>
public sealed class ConvertToolTests : FolderTest
{
    [Fact]
    public void OurCheckpointBecomesDatAndBackAgain()
    {
        Checkpoint saved = Samples.Checkpoint("unet");
        saved.Save(_folder["a.safetensors"]);
        File.WriteAllText(_folder["net.json"], ArchitectureJson.Write(saved.Architecture, indented: true));
        Assert.Equal("b.dat: TorchSharp .dat of unet from a.safetensors, safetensors with 11 tensors of 764 values\n",
            Convert("a.safetensors", "b.dat"));
        string[] norm = ["norm.weight", "norm.bias", "norm.running_mean", "norm.running_var", "norm.num_batches_tracked"];
        Assert.Equal(["down.weight", "down.bias", .. norm, "middle.weight"], StateDict.Load(_folder["b.dat"]).Tensors.Keys.Take(8));

        Assert.StartsWith("c.safetensors: safetensors of unet from b.dat, TorchSharp .dat with 12 tensors of 765 values",
            Convert("b.dat", "c.safetensors", "--architecture", "net.json"));
        Checkpoint back = Checkpoint.Load(_folder["c.safetensors"]);
        foreach (var (name, values) in saved.Parameters)
            Assert.Equal(values.Values, back.Parameters[name].Values);
        Assert.Equal("", ToolProcess.Export(_folder.Path, "--checkpoint", "c.safetensors").Error);
        Assert.Equal("", ToolProcess.Export(_folder.Path, "--checkpoint", "b.dat", "--architecture", "net.json").Error);
    }

    [Fact]
    public void WithoutANetworkNothingIsLost()
    {
        Dictionary<string, StoredTensor> tensors = new()
        {
            ["module.half"] = new(DType.F16, [2], new byte[] { 1, 2, 3, 4 }), ["module.count"] = new(DType.I64, [], new byte[8]),
            ["module.double"] = new(DType.F64, [1, 1], new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }),
        };
        new SafetensorsFile(new Dictionary<string, string> { ["k"] = "v" }, tensors).Save(_folder["a.safetensors"]);
        Convert("a.safetensors", "b.dat");
        Convert("b.dat", "c.safetensors");
        IReadOnlyDictionary<string, StoredTensor> back = StateDict.Load(_folder["c.safetensors"]).Tensors;
        Assert.Equal(["count", "double", "half"], back.Keys.Order());
        foreach (var (name, tensor) in back)
        {
            Assert.Equal((tensors[$"module.{name}"].DType, tensors[$"module.{name}"].ShapeText), (tensor.DType, tensor.ShapeText));
            Assert.Equal(tensors[$"module.{name}"].Bytes.ToArray(), tensor.Bytes.ToArray());
        }
    }

    [Fact]
    public void TheCountersOfBatchNormsAreKept()
    {
        Checkpoint checkpoint = Samples.Checkpoint("unet");
        OrderedDictionary<string, StoredTensor> tensors = ForeignNames.WithCounters(checkpoint, new Dictionary<string, StoredTensor>());
        tensors["norm.num_batches_tracked"] = new(DType.I64, [], BitConverter.GetBytes(77L));
        DatFile.Save(_folder["a.dat"], tensors);
        File.WriteAllText(_folder["net.json"], ArchitectureJson.Write(checkpoint.Architecture));
        Convert("a.dat", "b.dat", "--architecture", "net.json");
        Assert.Equal(File.ReadAllBytes(_folder["a.dat"]), File.ReadAllBytes(_folder["b.dat"]));
    }

    [Theory]
    [InlineData(1, "There is no checkpoint none.dat.", "none.dat", "b.dat")]
    [InlineData(2, "a.safetensors would be written over itself; name another file.", "a.safetensors", "./a.safetensors")]
    [InlineData(2, "b.pt: PyTorch files are read but not written; PyTorch reads safetensors, so name it *.safetensors.",
        "a.safetensors", "b.pt")]
    [InlineData(2, "b.onnx: the file's ending decides the format, expected .safetensors or .dat.", "a.safetensors", "b.onnx")]
    [InlineData(2, "--architecture: There is no file none.json.", "a.safetensors", "b.dat", "--architecture", "none.json")]
    [InlineData(2, "--architecture: No network is called 'nuet'. The nearest names are: unet, photo, overcomplete.",
        "a.safetensors", "b.dat", "--architecture", "nuet")]
    [InlineData(1, "a.safetensors: It is a checkpoint of 'conv-denoiser', which is not the same network as the given 'unet'.",
        "a.safetensors", "b.dat", "--architecture", "unet")]
    public void AMistakeIsOneSentence(int exitCode, string message, params string[] arguments)
    {
        Samples.ConvDenoiser().Save(_folder["a.safetensors"]);
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, ["convert", .. arguments]);
        Assert.Equal((exitCode, "", message), (result.ExitCode, result.Output, result.Error.TrimEnd()));
        Assert.Equal(["a.safetensors"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void AFolderThatIsNotThereIsNamed()
    {
        Samples.ConvDenoiser().Save(_folder["a.safetensors"]);
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, "convert", "a.safetensors", "none/b.dat");
        Assert.Equal((1, $"There is no folder {_folder["none"]} to write b.dat to.\n"), (result.ExitCode, result.Error));
    }

    [Fact]
    public void WhatDoesNotFitIsAllListed()
    {
        Dictionary<string, StoredTensor> tensors = Checkpoint.ToTensors(Samples.ConvDenoiser().Parameters);
        tensors["conv_1.weight"] = tensors["conv1.weight"];
        tensors.Remove("conv1.weight");
        tensors["conv2.bias"] = StoredTensor.FromFloats([8], new float[8]);
        DatFile.Save(_folder["a.dat"], tensors);
        string[] arguments = ["convert", "a.dat", "b.safetensors", "--architecture", "conv-denoiser"];
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, arguments);
        Assert.Equal((1, """
            a.dat: The parameters do not fit the architecture:
              missing conv1.weight (32×1×3×3), nearest in the file: conv_1.weight
              conv2.bias is 8, expected 16
              unexpected conv_1.weight (32×1×3×3)

            """), (result.ExitCode, result.Error));
        Assert.False(File.Exists(_folder["b.safetensors"]));
    }

    private string Convert(params string[] arguments)
    {
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, ["convert", .. arguments]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output;
    }
}
