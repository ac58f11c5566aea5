namespace Denoise.Tests.Export;

/// <summary>The files that `export` and `convert` read stay as they are, and what is no file is written into.</summary>
public sealed class ExportFilesTests : FolderTest
{
    private const string Choose = "choose another name.";

    public ExportFilesTests() => Samples.Checkpoint("linear").Save(_folder["c.safetensors"]);

    [Theory]
    [InlineData($"--onnx ./c.safetensors would overwrite the checkpoint c.safetensors, which is read: {Choose}", "--onnx ./c.safetensors")]
    [InlineData($"--onnx link would overwrite the checkpoint c.safetensors, which is read: {Choose}", "--onnx link")]
    [InlineData($"--onnx c.data would overwrite the network of --architecture c.data, which is read: {Choose}",
        "--onnx c.data --architecture c.data")]
    [InlineData($"--onnx c.data would overwrite the network of --architecture c.data, which is read: {Choose}",
        "--onnx c --architecture c.data --external-data")]
    [InlineData($"--report link.json would overwrite the checkpoint c.safetensors, which is read: {Choose}", "--report link.json")]
    [InlineData($"--onnx r.json and --report r.json are one file: {Choose}", "--onnx r.json --report r.json")]
    [InlineData($"OUT c.data.dat would overwrite the network of --architecture c.data.dat, which is read: {Choose}",
        "convert c.safetensors c.data.dat --architecture c.data.dat")]
    public void AResultInTheWayIsRefused(string sentence, string arguments)
    {
        string network = ArchitectureJson.Write(Samples.Network("linear"));
        File.WriteAllText(_folder["c.data"], network);
        File.WriteAllText(_folder["c.data.dat"], network);
        File.CreateSymbolicLink(_folder["link"], _folder["c.safetensors"]);
        File.CreateSymbolicLink(_folder["link.json"], _folder["c.safetensors"]);
        byte[] before = File.ReadAllBytes(_folder["c.safetensors"]);
        string[] words = arguments.Split(' ');
        ToolProcess.Result result =
            ToolProcess.Export(_folder.Path, words[0] == "convert" ? words : ["--checkpoint", "c.safetensors", .. words]);
        Assert.Equal((ExitCode.Usage, sentence, ""), (result.ExitCode, result.Error.TrimEnd(), result.Output));
        Assert.Equal(before, File.ReadAllBytes(_folder["c.safetensors"]));
        Assert.Equal(network, File.ReadAllText(_folder["c.data"]));
        Assert.Equal(network, File.ReadAllText(_folder["c.data.dat"]));
        Assert.Equal(["c.data", "c.data.dat", "c.safetensors", "link", "link.json"],
            Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ALinkStaysAndTheModelIsWhereItLeads()
    {
        File.CreateSymbolicLink(_folder["link.onnx"], "real.onnx");
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, "--checkpoint", "c.safetensors", "--onnx", "link.onnx");
        Assert.Equal((ExitCode.Done, ""), (result.ExitCode, result.Error));
        Assert.Equal("real.onnx", new FileInfo(_folder["link.onnx"]).LinkTarget);
        Assert.Contains("linear", Inspection.Load(_folder["real.onnx"]).ToText());
    }

    [Theory]
    [InlineData("--onnx - > m.onnx")]
    [InlineData("--onnx pipe")]
    public void AModelGoesIntoAStream(string arguments)
    {
        string tool = ToolProcess.Executable("Export");
        ToolProcess.Result result = ToolProcess.Run("timeout", _folder.Path, "60", "bash", "-c", "mkfifo pipe; "
            + (arguments.EndsWith("pipe", StringComparison.Ordinal) ? "cat pipe > m.onnx & " : "")
            + $"'{tool}' --checkpoint c.safetensors {arguments} && wait && [ -p pipe ]");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("linear", Inspection.Load(_folder["m.onnx"]).ToText());
        Assert.Equal(["c.safetensors", "m.onnx", "pipe"],
            Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AReportGoesToStandardOutput()
    {
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, "--checkpoint", "c.safetensors", "--report", "-");
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal("linear", json.RootElement.GetProperty("network").GetString());
        result = ToolProcess.Export(_folder.Path, "--checkpoint", "c.safetensors", "--report", "-", "--onnx", "-");
        Assert.Equal((ExitCode.Usage, "--onnx - and --report - both go to standard output: name a file.\n"),
            (result.ExitCode, result.Error));
    }

    [Fact]
    public void DraftsOfKilledExportsAreRemovedAndOthersAreNot()
    {
        foreach (string name in new[] { ".denoise-killed.draft", ".denoise-busy.draft" })
        {
            Directory.CreateDirectory(_folder[name]);
            File.WriteAllText(_folder[$"{name}/lock"], "");
            File.WriteAllText(_folder[$"{name}/model.onnx"], "half");
        }
        using var busy = new FileStream(_folder[".denoise-busy.draft/lock"], FileMode.Open, FileAccess.Write, FileShare.None);
        ToolProcess.Result result = ToolProcess.Export(_folder.Path, "--checkpoint", "c.safetensors");
        Assert.Equal((ExitCode.Done, ""), (result.ExitCode, result.Error));
        Assert.Equal([".denoise-busy.draft"], Directory.GetDirectories(_folder.Path).Select(Path.GetFileName));
    }
}
