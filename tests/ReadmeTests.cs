namespace Denoise.Tests;

/// <summary>The commands of the README work as they stand there.</summary>
public sealed partial class ReadmeTests : FolderTest
{
    private static readonly string Readme = File.ReadAllText(Repository.File("README.md"));

    [Fact]
    public void EveryCommandRuns()
    {
        File.CreateSymbolicLink(_folder["denoise"], Repository.File("denoise"));
        Directory.CreateSymbolicLink(_folder["docs"], Repository.File("docs"));
        // The tests themselves are what runs just now.
        string[] commands = [.. Blocks(Readme, "sh").SelectMany(block => block.Split('\n')).Select(line => line.Trim())
            .Where(line => line.StartsWith("./denoise ", StringComparison.Ordinal) && line != "./denoise test")];
        Assert.Contains("./denoise quickstart", commands);
        foreach (string command in commands)
        {
            var (exitCode, error) = Run(command);
            Assert.True(exitCode == 0, $"{command}\nended with {exitCode}:\n{error}");
        }
        Assert.True(File.Exists(_folder["quickstart/comparison.png"]));

        // The C# example stands in the folder that the commands have left: there is a model.onnx in it.
        string before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = _folder.Path;
        try
        {
            float[] denoised = ReadmeExample.Run(Samples.Image(30 * 41), 30, 41);
            Assert.All(denoised, v => Assert.InRange(v, 0, 1));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public void TheSamplesAreTrainedAndExported()
    {
        File.CreateSymbolicLink(_folder["denoise"], Repository.File("denoise"));
        Directory.CreateSymbolicLink(_folder["samples"], Repository.File("samples"));
        string samples = File.ReadAllText(Repository.File("samples", "README.md")), project = Repository.File("samples", "torchsharp");
        foreach (string command in Blocks(samples, "sh").SelectMany(block => block.Trim().Split('\n')))
        {
            // A project is built, here together with the tests, where it really lies.
            var (exitCode, error) = Run(command.Replace("--project samples/torchsharp", $"--no-build --project '{project}'"));
            Assert.True(exitCode == 0, $"{command}\nended with {exitCode}:\n{error}");
        }
        Assert.True(File.Exists(_folder["residual.onnx"]));
        Assert.True(File.Exists(_folder["mine.onnx"]));
    }

    [Theory]
    [InlineData("checkpoints.md", 3)]
    [InlineData("export.md", 8)]
    [InlineData("infer.md", 8)]
    public void TheCommandsOfADocumentRun(string document, int count)
    {
        File.CreateSymbolicLink(_folder["denoise"], Repository.File("denoise"));
        string run = Directory.CreateDirectory(_folder["runs/conv-denoiser-1/checkpoints"]).FullName;
        var known = new Dictionary<string, string> { ["dataset"] = "synthetic", ["noise"] = "gaussian:0.5" };
        (Samples.ConvDenoiser() with { Info = known }).Save(Path.Combine(run, "best.safetensors"));
        string[] commands = [.. File.ReadAllLines(Repository.File("docs", document))
            .Where(line => line.StartsWith("./denoise ", StringComparison.Ordinal))];
        Assert.Equal(count, commands.Length);
        foreach (string command in commands)
        {
            var (exitCode, error) = Run(command);
            Assert.True(exitCode == 0, $"{command}\nended with {exitCode}:\n{error}");
        }
    }

    [Fact]
    public void TheExampleIsTheOneThatIsCompiled()
    {
        string source = File.ReadAllText(Repository.File("tests", "ReadmeExample.cs"));
        string example = Regex.Match(source, "// README: begin\n(.*?) *// README: end", RegexOptions.Singleline).Groups[1].Value;
        Assert.Contains(Lines(example), Blocks(Readme, "csharp").Select(Lines));
        string packages = File.ReadAllText(Repository.File("src", "Infer", "README.md"));
        Assert.Contains(Lines(example), Blocks(packages, "csharp").Select(Lines));
    }

    [Fact]
    public void TheLinesForTorchSharpAreTheSamples()
    {
        string sample = Lines(File.ReadAllText(Repository.File("samples", "torchsharp", "Program.cs")));
        string documentation = File.ReadAllText(Repository.File("docs", "torchsharp.md"));
        Assert.All(Blocks(documentation, "csharp").Select(Lines), block => Assert.Contains(block, sample));
    }

    private (int ExitCode, string Error) Run(string command)
    {
        ToolProcess.Result result = ToolProcess.Run("bash", _folder.Path, "-c", command);
        return (result.ExitCode, result.Output + result.Error);
    }

    private static IEnumerable<string> Blocks(string text, string language) =>
        Fence().Matches(text).Where(m => m.Groups[1].Value == language).Select(m => m.Groups[2].Value);

    private static string Lines(string code) =>
        string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```(\\w+)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
