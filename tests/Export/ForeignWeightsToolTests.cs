using System.Text.Json;
using Denoise.Network.Checkpoints.Dat;
using Denoise.Network.Checkpoints.Safetensors;
using Denoise.Tests.Network.Checkpoints;

namespace Denoise.Tests.Export;

/// <summary>Other people's weights in `export` and `convert`: a part of a file, tensors that do not belong, and what a file is.</summary>
public sealed class ForeignWeightsToolTests : FolderTest
{
    private static Dictionary<string, StoredTensor> Weights(int seed = 1) => Checkpoint.ToTensors(Samples.ConvDenoiser(seed).Parameters);

    private byte[] Exported(params string[] arguments)
    {
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, [.. arguments, "--onnx", "m.onnx"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return File.ReadAllBytes(_folder["m.onnx"]);
    }

    private string ErrorOf(params string[] arguments)
    {
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, arguments);
        Assert.Equal((ExitCode.Failed, ""), (result.ExitCode, result.Output));
        return result.Error.TrimEnd();
    }

    private string Shown(params string[] arguments)
    {
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output;
    }

    /// <summary>Two networks in a file; without a key it is not clear which one is meant.</summary>
    private void SaveTwo()
    {
        Dictionary<string, StoredTensor> teacher = Weights(seed: 2), both = [];
        DatFile.Save(_folder["teacher.dat"], teacher);
        foreach (var (name, tensor) in Weights())
            (both[$"student.{name}"], both[$"teacher.{name}"]) = (tensor, teacher[name]);
        DatFile.Save(_folder["both.dat"], both);
    }

    [Fact]
    public void KeySaysWhichPart()
    {
        SaveTwo();
        Assert.Contains("both.dat (TorchSharp .dat) does not say to which network its weights belong.",
            ErrorOf("--checkpoint", "both.dat"));
        Assert.Equal(Exported("--checkpoint", "teacher.dat"), Exported("--checkpoint", "both.dat", "--key", "teacher"));
        Assert.Equal("both.dat: Nothing is called nobody in it; its tensors begin with student.conv1.weight.",
            ErrorOf("--checkpoint", "both.dat", "--key", "nobody"));
        Shown("convert", "both.dat", "part.dat", "--key", "teacher");
        Assert.Equal(File.ReadAllBytes(_folder["teacher.dat"]), File.ReadAllBytes(_folder["part.dat"]));
    }

    [Fact]
    public void KeyNamesADictionaryOfAPyTorchFile()
    {
        PickleBytes pickle = PickleBytes.Begin.Op("}(");
        foreach (string name in (string[])["first", "second"])
            pickle.Text(name).Op("}").Text($"{name}.weight").Tensor(name, 1, 0, [1], [1]).Op("s");
        byte[] bytes = PickleBytes.Archive(pickle.Op("u").Stop(), ("first", new byte[4]), ("second", new byte[4]));
        File.WriteAllBytes(_folder["two.pth"], bytes);
        Assert.Equal("two.pth: The PyTorch file has several dictionaries of tensors: first, second. Say which one is meant by its key.",
            ErrorOf("--inspect", "two.pth"));
        Assert.Contains("second.weight", Shown("--inspect", "two.pth", "--key", "second"));
    }

    [Fact]
    public void IgnoredTensorsAreLeftOut()
    {
        Dictionary<string, StoredTensor> counted = Weights();
        foreach (string name in (string[])["total_ops", "conv1.total_ops", "conv2.total_params"])
            counted[name] = StoredTensor.FromFloats([1], [7]);
        DatFile.Save(_folder["counted.dat"], counted);
        DatFile.Save(_folder["plain.dat"], Weights());
        Assert.Contains("unexpected conv2.total_params (1)", ErrorOf("--checkpoint", "counted.dat", "--ignore", "*total_ops"));
        string[] ignore = ["--ignore", "*total_ops", "--ignore", "conv?.total_params"];
        Assert.Equal(Exported("--checkpoint", "plain.dat"), Exported(["--checkpoint", "counted.dat", .. ignore]));
        Assert.DoesNotContain("total", Shown(["--inspect", "counted.dat", .. ignore]));
        Shown(["convert", "counted.dat", "part.dat", .. ignore]);
        Assert.Equal(File.ReadAllBytes(_folder["plain.dat"]), File.ReadAllBytes(_folder["part.dat"]));
    }

    [Fact]
    public void AKnownNetworkIsShownWithItsTensors()
    {
        Architecture network = new("ffdnet", 1,
        [
            new PixelUnshuffle("m_down") { Inputs = [Architecture.InputName] }, new AvgPool2d("half") { Inputs = [Architecture.SigmaName] },
            new Concat("told") { Inputs = ["m_down", "half"] }, new Conv2d("model.0", 5, 6, 3, Padding: 1), new ReLU("model.1"),
            new Conv2d("model.2", 6, 4, 3, Padding: 1), new PixelShuffle("m_up"),
        ]);
        DatFile.Save(_folder["x.dat"], Checkpoint.ToTensors(Samples.Checkpoint(network).Parameters));
        Assert.Equal("""
            file         TorchSharp .dat, tensors: 4, values: 496
            network      ffdnet: FFDNet, 2 convolutions of 6 channels, which reads the noise level
            channels     1
            parameters   496
            noise level  it takes sigma

            #  tensor          type  shape
            1  model.0.weight  F32   6×5×3×3
            2  model.0.bias    F32   6
            3  model.2.weight  F32   4×6×3×3
            4  model.2.bias    F32   4

            """, Shown("--inspect", "x.dat"));
        Samples.ConvDenoiser().Save(_folder["ours.safetensors"]);
        Assert.Contains("network      conv-denoiser: as its metadata say\n", Shown("--inspect", "ours.safetensors"));
    }

    [Fact]
    public void OfAnUnknownNetworkTheNearestIsShownAndAnArchitectureToBeginWith()
    {
        Dictionary<string, StoredTensor> tensors = Weights();
        string name = string.Join('.', Enumerable.Repeat("a_long_name", 8)) + ".weight";
        tensors[name] = StoredTensor.FromFloats([4, 3, 5, 1], new float[60]);
        new SafetensorsFile(new Dictionary<string, string>(), tensors).Save(_folder["x.safetensors"]);
        string[] shown = Shown("--inspect", "x.safetensors").Split("\n\n");
        Assert.Contains("The nearest is conv-denoiser of our catalogue, with 1 difference:\n  unexpected ", shown[0]);
        Assert.Contains(name, shown[1]);
        Assert.StartsWith("A network to begin with: the layers that have weights. Add the others, and what each one reads.\n{", shown[2]);
        using JsonDocument json = JsonDocument.Parse(shown[2][shown[2].IndexOf('{')..]);
        string[] layers = [.. json.RootElement.GetProperty("layers").EnumerateArray().Select(layer => JsonSerializer.Serialize(layer))];
        string added = $$"""
            {"type":"conv2d","name":"{{name[..^".weight".Length]}}","in_channels":3,"out_channels":4,"kernel":[5,1],"stride":1,
            """ + "\"padding\":[2,0],\"bias\":false,";
        Assert.Contains(layers, layer => layer.StartsWith(added, StringComparison.Ordinal));
    }
}
