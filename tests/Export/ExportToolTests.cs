using Denoise.Network.Checkpoints.Dat;

namespace Denoise.Tests.Export;

public sealed class ExportToolTests : FolderTest
{
    public ExportToolTests() => Samples.ConvDenoiser().Save(_folder["c.safetensors"]);

    private string Done(params string[] arguments)
    {
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, arguments);
        Assert.Equal((ExitCode.Done, ""), (result.ExitCode, result.Error));
        return result.Output;
    }

    private void Fails(string sentence, params string[] arguments) => Ends(ExitCode.Failed, sentence, arguments);

    /// <summary>With one sentence and no model.</summary>
    private void Ends(int exitCode, string sentence, params string[] arguments)
    {
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, arguments);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(sentence, Assert.Single(result.ErrorLines));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.onnx"));
    }

    [Fact]
    public void WritesAndVerifiesAModel()
    {
        string output = Done("--checkpoint", "c.safetensors", "--onnx", "m.onnx");
        Assert.Contains("m.onnx: conv-denoiser from c.safetensors", output);
        Assert.Matches(@"verified in ONNX Runtime on 7 inputs: largest difference from the reference evaluator \d\.\de-\d", output);
        Assert.True(File.Exists(_folder["m.onnx"]));
    }

    [Fact]
    public void TakesTheBestCheckpointOfTheNewestRun()
    {
        foreach (var (run, year) in new[] { ("conv-denoiser-2", 2020), ("conv-denoiser-1", 2021) })
        {
            string folder = Directory.CreateDirectory(_folder[$"runs/{run}/checkpoints"]).FullName;
            Samples.ConvDenoiser().Save(Path.Combine(folder, "best.safetensors"));
            File.SetLastWriteTimeUtc(Path.Combine(folder, "best.safetensors"), new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }
        Assert.Contains("model.onnx: conv-denoiser from runs/conv-denoiser-1/checkpoints/best.safetensors", Done());
    }

    [Fact]
    public void WithoutARunItSaysSo() => Fails("train first, or name one with --checkpoint FILE");

    [Fact]
    public void AMissingCheckpointIsNamed() => Fails("There is no checkpoint none.safetensors.", "--checkpoint", "none.safetensors");

    [Fact]
    public void AMissingFolderIsNamed() => Fails("There is no folder", "--checkpoint", "c.safetensors", "--onnx", "none/m.onnx");

    [Fact]
    public void ATruncatedCheckpointIsRefused()
    {
        File.WriteAllBytes(_folder["c.safetensors"], File.ReadAllBytes(_folder["c.safetensors"])[..^9]);
        Fails("c.safetensors: Not a valid safetensors file", "--checkpoint", "c.safetensors");
    }

    [Fact]
    public void ACheckpointWhoseWeightsAreNotNumbersIsRefused()
    {
        Checkpoint checkpoint = Samples.ConvDenoiser();
        checkpoint.Parameters["conv1.bias"].Values[0] = float.NaN;
        checkpoint.Save(_folder["c.safetensors"]);
        Fails("c.safetensors: conv1.bias holds 1 value that is not finite.", "--checkpoint", "c.safetensors");
    }

    [Theory]
    [InlineData("--opset is 22, expected 11 to 21.", "--opset", "22")]
    [InlineData("--input-shape: 'a' is not an input shape", "--input-shape", "a")]
    [InlineData("its H is 8k + 4, at least 12; the next is 36", "--input-shape", "1,1,29,28")]
    [InlineData("--fp16-io needs --fp16.", "--fp16-io")]
    [InlineData("--uint8: It contradicts --fp16-io.", "--fp16", "--uint8", "--fp16-io")]
    [InlineData("Inputs and outputs need names of their own, found 'x', 'x'.", "--input-name", "x", "--output-name", "x")]
    [InlineData("--int8 and --fp16 contradict each other.", "--int8", "--fp16")]
    [InlineData("--int8 needs --opset 13 or later", "--int8", "--opset", "12")]
    [InlineData("--int8 needs --calibrate, because the checkpoint does not name its training data", "--int8")]
    [InlineData("--int8 needs --noise, because the checkpoint does not name its training data", "--int8", "--calibrate", "synthetic")]
    [InlineData("--calibrate: No data set is called 'minst'", "--int8", "--calibrate", "minst", "--noise", "none")]
    [InlineData("--report r.txt: expected a name that ends in .md or .json.", "--report", "r.txt")]
    [InlineData("--report none/r.md: there is no such folder.", "--report", "none/r.md")]
    [InlineData("--input-shape: A Triton repository takes tiles of one size", "--triton", "t", "--input-shape", "1,1,28,28")]
    [InlineData("--onnx and --triton contradict each other", "--triton", "t", "--onnx", "m.onnx")]
    [InlineData("--as is picture, expected table, text or svg.", "--inspect", "c.safetensors", "--as", "picture")]
    public void OptionsThatMakeNoSenseAreUsageErrors(string sentence, params string[] options) =>
        Ends(ExitCode.Usage, sentence, ["--checkpoint", "c.safetensors", .. options]);

    [Fact]
    public void AWeightBeyondFloat16IsNamed()
    {
        Checkpoint checkpoint = Samples.ConvDenoiser();
        checkpoint.Parameters["conv1.bias"].Values[0] = 1e5f;
        checkpoint.Save(_folder["c.safetensors"]);
        Fails("conv1.bias holds 100000, and float16 ends at 65504; export it in float32.", "--checkpoint", "c.safetensors", "--fp16");
    }

    [Fact]
    public void TheReportHasEveryLayerAndOperator()
    {
        string[] arguments = ["--checkpoint", "c.safetensors", "--onnx", "m.onnx", "--opset", "19", "--fp16"];
        foreach (string report in new[] { "r.md", "r.json" })
            Assert.Equal(0, ToolProcess.Export(_folder.Path, [.. arguments, "--report", report]).ExitCode);
        string markdown = File.ReadAllText(_folder["r.md"]);
        Assert.Contains("| receptive field | 35×35 pixels |", markdown);
        Assert.Contains("| heights and widths | 8k + 4, at least 12 |", markdown);
        Assert.Contains("| ConvTranspose | 3 | stays |", markdown);
        Assert.Matches(@"\| `t_conv3` \| ConvTranspose2d \| 32×20×36 \|", markdown);

        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(_folder["r.json"]));
        JsonElement root = json.RootElement;
        Assert.Equal([19.0, 9, 9585], new[] { "opset", "ir_version", "parameters" }.Select(name => Number(root, name)));
        // Convolutions at full, half and quarter size; the three transposed ones make the larger map.
        double down = 32 * 9 + 32 * 16 * 9 / 4.0 + 16 * 8 * 9 / 16.0;
        double up = 8 * 8 * 9 / 64.0 + 8 * 16 * 4 / 16.0 + 16 * 32 * 4 / 4.0 + 32 * 9;
        Assert.Equal(2 * (down + up), Number(root, "flops_per_pixel"), 2 * (down + up) / 100);
        Assert.Equal(17, root.GetProperty("layers").GetArrayLength());
        Assert.All(root.GetProperty("layers").EnumerateArray(), layer => Assert.InRange(Number(layer, "max_absolute"), 0, 1e-2));
        double worst = root.GetProperty("verified").EnumerateArray().Max(v => Number(v, "difference"));
        Assert.InRange(worst, 1e-7, Number(root, "tolerance"));

        static double Number(JsonElement from, string name) => from.GetProperty(name).GetDouble();
    }

    [Fact]
    public void OperatorsThatLeaveCudaAreNamedWithTheReason()
    {
        Samples.Checkpoint(Catalogue.Get("conv-autoencoder")).Save(_folder["c.safetensors"]);
        ToolProcess.Export(_folder.Path, "--checkpoint", "c.safetensors", "--opset", "19", "--report", "r.md");
        Assert.Contains("| Resize | 2 | leaves: Resize-19 has no CUDA kernel", File.ReadAllText(_folder["r.md"]));
    }

    [Fact]
    public void ANetworkThatTakesANoiseLevelIsReportedShownAndQuantised()
    {
        Checkpoint checkpoint = Samples.Checkpoint("sigma");
        checkpoint.Save(_folder["c.safetensors"]);
        Directory.CreateDirectory(_folder["pictures"]);
        for (int i = 0; i < 12; i++)
        {
            byte[] pixels = [.. Samples.Image(3 * 70 * 66, i).Select(v => (byte)(v * 255))];
            PictureFile.Write(_folder[$"pictures/{i}.png"], new(70, 66, 3, pixels));
        }
        Done("--checkpoint", "c.safetensors", "--int8", "--max-loss", "1",
            "--calibrate", "images:pictures", "--noise", "gaussian:0..0.2", "--report", "r.md");
        string markdown = File.ReadAllText(_folder["r.md"]);
        Assert.Contains("| input | noisy, Float32 N,3,H,W |\n| noise level | sigma, Float32 N,1,1,1 or N,1,H,W |\n", markdown);
        Assert.Contains("| `told` | Concat | 4×", markdown);
        string[] shown = ToolProcess.Export(_folder.Path, "--inspect", "model.onnx").Output.Split('\n');
        Assert.Contains(shown, line => Regex.IsMatch(line, @"^input +sigma: float\[N,1,sigma_H,sigma_W\]$"));

        // The model takes the level and is close to the network.
        using var session = new InferenceSession(_folder["model.onnx"]);
        float[] input = Samples.Image(3 * 20 * 24), level = Samples.Sigma(checkpoint.Architecture, 1, 20, 24);
        float[] quantised = OnnxExporterTests.Run(session, input, [1, 3, 20, 24], level);
        double[] expected = new ReferenceEvaluator(checkpoint.Architecture, checkpoint.Parameters).Run(input, 1, 20, 24, level);
        Assert.InRange(expected.Zip(quantised, (e, q) => Math.Abs(e - q)).Average(), 1e-6, 0.01);
        Assert.NotEqual(quantised, OnnxExporterTests.Run(session, input, [1, 3, 20, 24], new float[20 * 24]));
    }

    [Fact]
    public void Int8IsCalibratedMeasuredAndRefusedWhereItCostsTooMuch()
    {
        // Everything passes through 1/1000 of its size and back, and an outlier beside it takes all the steps: no calibration helps.
        Architecture network = new("fragile", 1, [new Conv2d("spread", 1, 2, 1), new Conv2d("back", 2, 1, 1)]);
        Checkpoint checkpoint = Samples.Checkpoint(network);
        float[][] values = [[0.001f, 0], [0, 4], [1000, 0], [0]];
        foreach (var (parameter, content) in network.Parameters.Zip(values))
            content.CopyTo(checkpoint.Parameters[parameter.Name].Values, 0);
        checkpoint.Save(_folder["c.safetensors"]);
        string[] arguments = ["--checkpoint", "c.safetensors", "--int8", "--calibrate", "synthetic", "--noise", "gaussian:0.1"];
        ToolProcess.Result refused = ToolProcess.Export(_folder.Path, [.. arguments, "--report", "r.json"]);
        Assert.Equal(ExitCode.Failed, refused.ExitCode);
        Assert.Matches(@"^int8 on 256 test images of synthetic with gaussian:0\.1: PSNR \d+\.\d\d -> \d+\.\d\d dB, \d+\.\d\d dB lost, "
            + @"more than 0\.1; model\.onnx was not written\.", Assert.Single(refused.ErrorLines));
        Assert.False(File.Exists(_folder["model.onnx"]));
        Assert.Contains("\"quantised\":", File.ReadAllText(_folder["r.json"]));

        Assert.Contains(" dB lost", Done([.. arguments, "--max-loss", "60"]));
        Assert.True(File.Exists(_folder["model.onnx"]));
        Assert.Empty(Directory.GetDirectories(_folder.Path));
    }

    [Fact]
    public void LayersWhoseRoundingCostsTooMuchStayInFloats()
    {
        // Rounded beside an outlier, the sum loses the picture; the layer between adds nothing, and may be rounded.
        Architecture network = new("fragile", 1,
        [
            new Conv2d("spread", 1, 2, 1), new Conv2d("between", 2, 2, 1), new Add("sum") { Inputs = ["between", "spread"] },
            new Conv2d("back", 2, 1, 1),
        ]);
        Checkpoint checkpoint = Samples.Checkpoint(network);
        float[][] values = [[0.001f, 0], [0, 4], [0, 0, 0, 0], [0, 0], [1000, 0], [0]];
        foreach (var (parameter, content) in network.Parameters.Zip(values))
            content.CopyTo(checkpoint.Parameters[parameter.Name].Values, 0);
        checkpoint.Save(_folder["c.safetensors"]);
        Assert.Matches(@"int8 in 1 of 3 layers on 256 test images of synthetic with gaussian:0\.1: PSNR (\d+\.\d\d) -> \1 dB, 0\.00 dB",
            Done("--checkpoint", "c.safetensors", "--int8", "--calibrate", "synthetic", "--noise", "gaussian:0.1"));
    }

    [Theory]
    [InlineData("table", "operator set             17")]
    [InlineData("text", "<ir_version: 8, opset_import: [\"\": 17]>")]
    [InlineData("svg", "<svg xmlns=")]
    public void AnyModelIsShown(string form, string expected)
    {
        OnnxExporter.Export(Samples.ConvDenoiser()).Save(_folder["m.onnx"]);
        Assert.Contains(expected, Done("--inspect", "m.onnx", "--as", form));
    }

    [Fact]
    public void ANetworkFromElsewhereIsExported()
    {
        Checkpoint checkpoint = Samples.Checkpoint("odd");
        File.WriteAllText(_folder["net.json"], ArchitectureJson.Write(checkpoint.Architecture, indented: true));
        DatFile.Save(_folder["weights.dat"], [.. Checkpoint.ToTensors(checkpoint.Parameters)]);
        Assert.Contains("model.onnx: odd from weights.dat", Done("--checkpoint", "weights.dat", "--architecture", "net.json"));
    }

    [Fact]
    public void AnUnknownOptionIsAUsageError() => Ends(ExitCode.Usage, "--onx", "--onx", "m.onnx");
}
