namespace Denoise.Tests.Infer;

/// <summary>Standard streams, pipes and devices, open and closed.</summary>
public sealed class StreamTests : InferToolTest
{
    private static readonly string Tool = $"'{ToolProcess.Executable("Infer")}' --device cpu";

    /// <summary>A shell's command, ended after a minute.</summary>
    private ToolProcess.Result Shell(string command) =>
        ToolProcess.Run("timeout", Folder.Path, "60", "bash", "-c", $"infer() {{ {Tool} \"$@\"; }}; {command}");

    [Theory]
    [InlineData("Infer")]
    [InlineData("Export")]
    [InlineData("Train")]
    public void HelpThatCannotBeWrittenIsOneSentence(string project)
    {
        ToolProcess.Result result = Shell($"'{ToolProcess.Executable(project)}' --help > /dev/full");
        Assert.Equal((ExitCode.Failed, "No space left on device\n"), (result.ExitCode, result.Error.Replace(" : '/dev/full'", "")));
        Assert.Equal(ExitCode.Done, Shell($"'{ToolProcess.Executable(project)}' --help >&-").ExitCode);
        Assert.Equal(ExitCode.Done, Shell($"'{ToolProcess.Executable(project)}' --help <&- >&- 2>&-").ExitCode);
    }

    [Fact]
    public void WithoutStandardStreamsPicturesAreDone()
    {
        Put("noisy/a.png");
        Assert.Equal(ExitCode.Done, Shell("infer --input noisy --output clean <&- >&- 2>&-").ExitCode);
        Assert.Equal(28, Read("clean/a.png").Width);
    }

    [Fact]
    public void AClosedStandardInputIsSaid()
    {
        ToolProcess.Result result = Shell("infer --input - --output a.png <&-");
        Assert.Equal((ExitCode.Failed, "Standard input: It is closed."), (result.ExitCode, result.ErrorLines[^1]));
    }

    [Theory]
    [InlineData("| true", "Broken pipe")]
    [InlineData("> /dev/full", "No space left on device")]
    [InlineData(">&-", "Standard output is closed.")]
    public void AnOutputThatNobodyTakesIsSaid(string after, string reason)
    {
        Put("noisy/a.png");
        ToolProcess.Result result = Shell($"infer --input - --output - < noisy/a.png {after}; exit ${{PIPESTATUS[0]}}");
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains(result.ErrorLines, line => line.StartsWith("Standard input: ", StringComparison.Ordinal) && line.Contains(reason));
    }

    [Fact]
    public void PicturesThatFollowEachOtherInAFileAreAllThere()
    {
        Put("noisy/a.png");
        Assert.Equal(0, Shell("(infer --input - --output - < noisy/a.png; infer --input - --output - < noisy/a.png) > two").ExitCode);
        Done("--input", "noisy/a.png", "--output", "one.png");
        byte[] one = File.ReadAllBytes(Folder["one.png"]);
        Assert.Equal([.. one, .. one], File.ReadAllBytes(Folder["two"]));
    }

    [Theory]
    [InlineData("png")]
    [InlineData("jpg")]
    [InlineData("webp")]
    [InlineData("pgm")]
    public void ASecondPictureOnStandardInputIsSaid(string format)
    {
        const string sentence = "Standard input: Another picture follows the first one and is left out.";
        Put($"noisy/a.{format}", 40, 30);
        string files = $"noisy/a.{format}";
        Assert.DoesNotContain(sentence, Shell($"cat {files} | infer --input - --output b.png").ErrorLines);
        Assert.Contains(sentence, Shell($"cat {files} {files} | infer --input - --output b.png").ErrorLines);
        Assert.Equal(40, Read("b.png").Width);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("null.json")]
    [InlineData("pipe")]
    public void WhatIsNoFileIsWrittenInto(string report)
    {
        Put("noisy/a.png");
        File.CreateSymbolicLink(Folder["null.json"], "/dev/null");
        ToolProcess.Result result = Shell($"mkfifo pipe; [ {report} = pipe ] && cat pipe & "
            + $"infer --input noisy --output clean --report {report} && wait && [ -p pipe ] && [ -c /dev/null ] && [ -L null.json ]");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(report == "pipe", result.Output.Contains("\"images\": 1"));
    }

    [Theory]
    [InlineData("-")]
    [InlineData("/dev/stdout")]
    public void AReportGoesToStandardOutput(string report)
    {
        Put("noisy/a.png");
        using JsonDocument json = JsonDocument.Parse(Done([.. Folders, "--report", report]).Output);
        Assert.Equal(1, json.RootElement.GetProperty("images").GetInt32());
        Fails(ExitCode.Usage, $"--report {report} and --json both go to standard output: name a file.",
            [.. Folders, "--report", report, "--json"]);
    }

    [Fact]
    public void APipeThatNobodyReadsEndsOnCtrlC()
    {
        Put("noisy/a.png");
        Shell("mkfifo b.png");
        Process process = ToolProcess.Start("Infer", Folder.Path, "--input", "noisy/a.png", "--output", "b.png", "--device", "cpu");
        Thread.Sleep(3000); // until it waits for a reader
        ToolProcess.Signal(process, ToolProcess.SigInt);
        bool isOver = process.WaitForExit(30_000);
        if (!isOver)
            process.Kill();
        Assert.Equal((true, ExitCode.Interrupted), (isOver, ToolProcess.Finish(process).ExitCode));
    }

    [Fact]
    public void APictureIsWrittenIntoAPipe()
    {
        Put("noisy/a.png");
        ToolProcess.Result result =
            Shell("mkfifo b.png; cat b.png > c.png & infer --input noisy/a.png --output b.png && wait && [ -p b.png ]");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(28, Read("c.png").Width);
    }
}
