using System.Reflection;

namespace Denoise.Tests.Export;

/// <summary>protoc reads the configuration with Triton's schema: unknown fields, wrong types and unknown words are its errors.</summary>
public sealed class TritonRepositoryTests : FolderTest
{
    private ToolProcess.Result Encoded(string text)
    {
        string schema = Repository.File("tests", "Export", "triton_model_config.proto");
        var metadata = typeof(TritonRepositoryTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>();
        string protoc = metadata.Single(a => a.Key == "Protoc").Value!;
        File.WriteAllText(_folder["in"], text);
        string command = $"'{protoc}' --encode=inference.ModelConfig -I '{Path.GetDirectoryName(schema)}' '{schema}' < in > out";
        return ToolProcess.Run("bash", _folder.Path, "-c", command);
    }

    [Theory]
    [InlineData(PixelType.Float32, "TYPE_FP32")]
    [InlineData(PixelType.Float16, "TYPE_FP16")]
    [InlineData(PixelType.UInt8, "TYPE_UINT8")]
    public void TheConfigurationFitsTritonsSchema(PixelType pixels, string type)
    {
        Architecture network = Catalogue.Get("conv-denoiser");
        ExportOptions options = new() { Pixels = pixels, InputShape = TritonRepository.TileShape(network) };
        string configuration = TritonRepository.Configuration(network, options);
        ToolProcess.Result result = Encoded(configuration);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains($$"""input [ { name: "noisy" data_type: {{type}} dims: [ 1, 260, 260 ] } ]""", configuration);
    }

    [Fact]
    public void NamesAreEscaped()
    {
        Architecture network = Catalogue.Get("unet");
        InputShape shape = TritonRepository.TileShape(network);
        string configuration = TritonRepository.Configuration(network, new() { InputName = "a\" b\\\n\u0001ü", InputShape = shape });
        Assert.Contains("""{ name: "a\" b\\\u000a\u0001ü" data_type""", configuration);
        ToolProcess.Result result = Encoded(configuration);
        Assert.True(result.ExitCode == 0, result.Error);
    }

    [Theory]
    [InlineData("KIND_GPU", "KIND_NONE")]
    [InlineData("max_batch_size: 16", "max_batch_size: \"16\"")]
    [InlineData("dynamic_batching", "dynamic_batch")]
    [InlineData("TYPE_FP32", "FLOAT")]
    public void TheSchemaRefusesWhatIsWrong(string right, string wrong)
    {
        Architecture network = Catalogue.Get("unet");
        string configuration = TritonRepository.Configuration(network, new() { InputShape = TritonRepository.TileShape(network) });
        Assert.Contains(right, configuration);
        Assert.NotEqual(0, Encoded(configuration.Replace(right, wrong)).ExitCode);
    }

    [Theory]
    [InlineData("1,1,64,64")]
    [InlineData("N,1,H,W")]
    [InlineData("N,1,64,W")]
    public void TilesHaveOneSizeAndAnyNumber(string shape)
    {
        ExportOptions options = new() { InputShape = InputShape.Parse(shape) };
        Assert.Throws<FormatException>(() => TritonRepository.Configuration(Catalogue.Get("unet"), options));
    }

    [Fact]
    public void TheNoiseLevelIsAnInputOfOneValueATileOrOneAPixel()
    {
        Architecture network = Samples.Network("sigma");
        ExportOptions options = new() { Pixels = PixelType.UInt8, InputShape = TritonRepository.TileShape(network) };
        string configuration = TritonRepository.Configuration(network, options);
        ToolProcess.Result result = Encoded(configuration);
        Assert.True(result.ExitCode == 0, result.Error);
        const string noisy = """{ name: "noisy" data_type: TYPE_UINT8 dims: [ 3, 256, 256 ] }""";
        Assert.Contains($$"""input [ {{noisy}}, { name: "sigma" data_type: TYPE_FP32 dims: [ 1, -1, -1 ] } ]""", configuration);
        // As in the model, without the dimension of the batch.
        GraphProto graph = OnnxExporter.Export(Samples.Checkpoint(network), options).Proto.Graph;
        Assert.Equal("float[N,1,sigma_H,sigma_W]", ModelText.Type(graph.Input.Single(input => input.Name == "sigma")));
    }

    [Fact]
    public void WhatMustHaveTheWholePictureIsNotGivenTiles()
    {
        Layer mean = new GlobalAvgPool2d("mean"), gate = new Multiply("gate") { Inputs = [Architecture.InputName, "mean"] };
        Samples.Checkpoint(new Architecture("gated", 3, [mean, gate])).Save(_folder["c.safetensors"]);
        string[] arguments = ["--checkpoint", "c.safetensors", "--triton", "repository"];
        ToolProcess.Result refused = ToolProcess.Export(_folder.Path, arguments);
        Assert.Equal((ExitCode.Usage, "--input-shape: Each pixel that gated gives depends on the whole picture, so pictures cannot be cut "
            + "into tiles. Give their size, such as N,3,512,768.\n"), (refused.ExitCode, refused.Error));
        Assert.False(Directory.Exists(_folder["repository"]));
        ToolProcess.Result given = ToolProcess.Export(_folder.Path, [.. arguments, "--input-shape", "N,3,16,24"]);
        Assert.Equal((0, ""), (given.ExitCode, given.Error));
        Assert.Contains("dims: [ 3, 16, 24 ]", File.ReadAllText(_folder["repository/gated/config.pbtxt"]));
    }

    [Fact]
    public void TheToolWritesARepository()
    {
        Samples.Checkpoint("linear").Save(_folder["c.safetensors"]);
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, "--checkpoint", "c.safetensors", "--triton", "repository");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("repository/linear/1/model.onnx: linear from c.safetensors", result.Output);
        Assert.Equal(["config.pbtxt"], Directory.GetFiles(_folder["repository/linear"]).Select(Path.GetFileName));
        Assert.Equal(["model.onnx"], Directory.GetFiles(_folder["repository/linear/1"]).Select(Path.GetFileName));
        Assert.Contains("dims: [ 1, 5, 6 ]", File.ReadAllText(_folder["repository/linear/config.pbtxt"]));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.onnx"));
    }
}
