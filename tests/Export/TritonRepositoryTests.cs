using System.Diagnostics;
using System.Reflection;
using Denoise.Export;
using Denoise.Network;
using Xunit;

namespace Denoise.Tests.Export;

/// <summary>The configuration is read by protoc with Triton's schema: unknown fields, wrong types and unknown words are its errors.</summary>
public sealed class TritonRepositoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private (int ExitCode, string Text, string Error) Protoc(string mode, string text)
    {
        string schema = Repository.File("tests", "Export", "triton_model_config.proto");
        string protoc = typeof(TritonRepositoryTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Protoc").Value!;
        File.WriteAllText(_folder["in"], text);
        var start = new ProcessStartInfo("bash", ["-c", $"'{protoc}' --{mode}=inference.ModelConfig -I '{Path.GetDirectoryName(schema)}' '{schema}' < in > out"])
        {
            WorkingDirectory = _folder.Path, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, File.ReadAllText(_folder["out"]), error);
    }

    [Theory]
    [InlineData(PixelType.Float32, "TYPE_FP32")]
    [InlineData(PixelType.Float16, "TYPE_FP16")]
    [InlineData(PixelType.UInt8, "TYPE_UINT8")]
    public void TheConfigurationFitsTritonsSchema(PixelType pixels, string type)
    {
        Architecture network = Catalogue.Get("conv-denoiser");
        string configuration = TritonRepository.Configuration("conv-denoiser", new() { Pixels = pixels, InputShape = TritonRepository.TileShape(network) });
        var (exitCode, _, error) = Protoc("encode", configuration);
        Assert.True(exitCode == 0, error);
        Assert.Contains($$"""input [ { name: "noisy" data_type: {{type}} dims: [ 1, 260, 260 ] } ]""", configuration);
    }

    [Theory]
    [InlineData("KIND_GPU", "KIND_NONE")]
    [InlineData("max_batch_size: 16", "max_batch_size: \"16\"")]
    [InlineData("dynamic_batching", "dynamic_batch")]
    [InlineData("TYPE_FP32", "FLOAT")]
    public void TheSchemaRefusesWhatIsWrong(string right, string wrong)
    {
        string configuration = TritonRepository.Configuration("unet", new() { InputShape = TritonRepository.TileShape(Catalogue.Get("unet")) });
        Assert.Contains(right, configuration);
        Assert.NotEqual(0, Protoc("encode", configuration.Replace(right, wrong)).ExitCode);
    }

    [Theory]
    [InlineData("1,1,64,64")]
    [InlineData("N,1,H,W")]
    [InlineData("N,1,64,W")]
    public void TilesHaveOneSizeAndAnyNumber(string shape) =>
        Assert.Throws<FormatException>(() => TritonRepository.Configuration("unet", new() { InputShape = InputShape.Parse(shape) }));

    [Fact]
    public void TheToolWritesARepository()
    {
        Samples.Checkpoint(Samples.Small["linear"]()).Save(_folder["c.safetensors"]);
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, "--checkpoint", "c.safetensors", "--triton", "repository");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("repository/linear/1/model.onnx: linear from c.safetensors", result.Output);
        Assert.Equal(["config.pbtxt"], Directory.GetFiles(_folder["repository/linear"]).Select(Path.GetFileName));
        Assert.Equal(["model.onnx"], Directory.GetFiles(_folder["repository/linear/1"]).Select(Path.GetFileName));
        Assert.Contains("dims: [ 1, 5, 6 ]", File.ReadAllText(_folder["repository/linear/config.pbtxt"]));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.onnx"));
    }
}
