using Denoise.CommandLine;
using Denoise.Network;
using Xunit;

namespace Denoise.Tests.Export;

public sealed class ExportToolTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private void Fails(string sentence, params string[] arguments)
    {
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, arguments);
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains(sentence, Assert.Single(result.ErrorLines));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.onnx"));
    }

    [Fact]
    public void WritesAndVerifiesAModel()
    {
        Samples.ConvDenoiser().Save(_folder["c.safetensors"]);
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, "--checkpoint", "c.safetensors", "--onnx", "m.onnx");
        Assert.Equal((ExitCode.Done, ""), (result.ExitCode, result.Error));
        Assert.Contains("m.onnx: conv-denoiser from c.safetensors", result.Output);
        Assert.Matches(@"verified in ONNX Runtime on 7 inputs: largest difference from the reference evaluator \d\.\de-\d", result.Output);
        Assert.True(File.Exists(_folder["m.onnx"]));
    }

    [Fact]
    public void TakesTheBestCheckpointOfTheNewestRun()
    {
        foreach (string run in new[] { "conv-denoiser-2", "conv-denoiser-1" })
        {
            Directory.CreateDirectory(_folder[$"runs/{run}/checkpoints"]);
            Samples.ConvDenoiser().Save(_folder[$"runs/{run}/checkpoints/best.safetensors"]);
            File.SetLastWriteTimeUtc(_folder[$"runs/{run}/checkpoints/best.safetensors"], new DateTime(run.EndsWith('2') ? 2020 : 2021, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }
        ToolProcess.Result result = ToolProcess.Export(_folder.Path);
        Assert.Equal(ExitCode.Done, result.ExitCode);
        Assert.Contains("model.onnx: conv-denoiser from runs/conv-denoiser-1/checkpoints/best.safetensors", result.Output);
    }

    [Fact]
    public void WithoutARunItSaysSo() => Fails("train first, or name one with --checkpoint FILE");

    [Fact]
    public void AMissingCheckpointIsNamed() => Fails("There is no checkpoint none.safetensors.", "--checkpoint", "none.safetensors");

    [Fact]
    public void AMissingFolderIsNamed()
    {
        Samples.ConvDenoiser().Save(_folder["c.safetensors"]);
        Fails("There is no folder", "--checkpoint", "c.safetensors", "--onnx", "none/m.onnx");
    }

    [Fact]
    public void ATruncatedCheckpointIsRefused()
    {
        Samples.ConvDenoiser().Save(_folder["c.safetensors"]);
        File.WriteAllBytes(_folder["c.safetensors"], File.ReadAllBytes(_folder["c.safetensors"])[..^9]);
        Fails("c.safetensors: Not a valid safetensors file", "--checkpoint", "c.safetensors");
    }

    [Fact]
    public void ACheckpointWhoseWeightsAreNotNumbersIsRefused()
    {
        Checkpoint checkpoint = Samples.ConvDenoiser();
        checkpoint.Parameters["conv1.bias"].Values[0] = float.NaN;
        checkpoint.Save(_folder["c.safetensors"]);
        Fails("was not written", "--checkpoint", "c.safetensors");
    }

    [Fact]
    public void AnUnknownOptionIsAUsageError()
    {
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, "--onx", "m.onnx");
        Assert.Equal(ExitCode.Usage, result.ExitCode);
        Assert.Contains("--onx", Assert.Single(result.ErrorLines));
    }
}
