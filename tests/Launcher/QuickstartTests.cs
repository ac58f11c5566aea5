namespace Denoise.Tests.Launcher;

public sealed class QuickstartTests : IDisposable
{
    private readonly LauncherSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void ItRunsTheToolsInTurn()
    {
        Outcome outcome = _sandbox.Denoise("quickstart");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("<noisy><--dataset><synthetic><--noise><gaussian:0.5><--count><100>", outcome.Errors);
        Assert.Contains("<--noisy><quickstart/noisy><--clean><quickstart/clean>", outcome.Errors);
        Assert.Contains("<--checkpoint><quickstart/run/checkpoints/best.safetensors><--onnx><quickstart/model.onnx>", outcome.Errors);
        Assert.Contains("<--reference><quickstart/clean><--compare><quickstart/comparison.png>", outcome.Output);
    }

    [Fact]
    public void WhatIsThereIsLeftAlone()
    {
        string theirs = Path.Combine(_sandbox.Work, "quickstart");
        File.WriteAllText(theirs, "theirs");
        _sandbox.Denoise("quickstart");
        Assert.Equal("theirs", File.ReadAllText(theirs));
        Assert.Contains("one above the other: quickstart-3/comparison.png", _sandbox.Denoise("quickstart").Output);
    }

    [Fact]
    public void AStepThatFailsEndsIt()
    {
        _sandbox.Variables["STUB_EXIT"] = "1";
        Outcome outcome = _sandbox.Denoise("quickstart");
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.DoesNotContain("[2/4]", outcome.Errors);
    }
}
