namespace Denoise.Tests.Launcher;

public sealed class LauncherTests : IDisposable
{
    private readonly LauncherSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void AnUnknownVerbIsAUsageError()
    {
        Outcome outcome = _sandbox.Denoise("trian");
        const string verbs = "train, export, infer, serve, noisy, convert, doctor, quickstart, build, test or help";
        Assert.Equal(new(2, "", $"denoise: unknown verb 'trian': expected {verbs}.\n"), outcome);
    }

    [Fact]
    public void NoVerbShowsTheUsage()
    {
        Outcome outcome = _sandbox.Denoise();
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal(_sandbox.Denoise("help").Output, outcome.Errors);
        Assert.Empty(_sandbox.TakeCalls());
    }

    [Fact]
    public void ArgumentsFolderAndExitStatusPassThrough()
    {
        _sandbox.Variables["STUB_EXIT"] = "3";
        Outcome outcome = _sandbox.Denoise("infer", "--input", "two words", "", "*", "$HOME", "-c");
        Assert.Equal((3, $"{_sandbox.Work} /somewhere\n<--input><two words><><*><$HOME><-c>"), (outcome.ExitCode, outcome.Output));
    }

    [Theory]
    [InlineData("<noisy><--count><3>", "noisy", "--count", "3")]
    [InlineData("<convert><a.pt><a.dat>", "convert", "a.pt", "a.dat")]
    [InlineData("<--port><0>", "serve", "--port", "0")]
    public void SomeVerbsAreThoseOfATool(string called, params string[] arguments) =>
        Assert.EndsWith(called, _sandbox.Denoise(arguments).Output);

    [Fact]
    public void ALinkLeadsToTheSameLauncher()
    {
        string link = Path.Combine(_sandbox.Work, "link");
        File.CreateSymbolicLink(link, _sandbox.Launcher);
        Assert.EndsWith("<x>", _sandbox.Run(link, "export", "x").Output);
    }

    [Fact]
    public void TheSecondRunStartsNothingButTheTool()
    {
        _sandbox.Denoise("train");
        _sandbox.TakeCalls();
        Assert.Equal("", _sandbox.Denoise("train").Errors);
        Assert.Empty(_sandbox.TakeCalls());
    }

    [Theory]
    [InlineData("src/Train/Program.cs")]
    [InlineData("eng/OnnxRuntime.targets")]
    public void AChangedSourceIsBuiltAnew(string source) => IsBuiltAnewAfter(() =>
    {
        string path = Path.Combine(_sandbox.Root, source);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
    });

    [Fact]
    public void AnotherChoiceIsBuiltAnew() => IsBuiltAnewAfter(() => _sandbox.Variables["TorchDevice"] = "cuda");

    [Fact]
    public void LibrariesThatHaveGoneFromTheCacheAreBroughtBack() => IsBuiltAnewAfter(_sandbox.EmptyCache);

    private void IsBuiltAnewAfter(Action change)
    {
        _sandbox.Denoise("train");
        _sandbox.TakeCalls();
        change();
        Assert.Equal(0, _sandbox.Denoise("train").ExitCode);
        Assert.Single(Builds());
    }

    [Fact]
    public void AGpuIsBuiltForWhereTheFeedsHaveThePackages()
    {
        _sandbox.HaveGpu();
        Outcome outcome = _sandbox.Denoise("train");
        Assert.Contains("denoise: this machine has an NVIDIA GPU: building with TorchSharp-cuda-linux\n", outcome.Errors);
        Assert.EndsWith("[cuda|cuda]", Assert.Single(Builds()));
    }

    [Fact]
    public void WhereTheFeedsHaveThemNotItSaysSo()
    {
        _sandbox.HaveGpu();
        _sandbox.Variables["STUB_RESTORE_ERROR"] = "NU1101";
        Outcome outcome = _sandbox.Denoise("train");
        Assert.Contains("but TorchSharp-cuda-linux does not restore from your NuGet feeds: building for the processor\n", outcome.Errors);
        Assert.EndsWith("[cpu|cpu]", Assert.Single(Builds()));
    }

    [Fact]
    public void WhatTheUserChoosesIsNotChosen()
    {
        _sandbox.HaveGpu();
        (_sandbox.Variables["TorchDevice"], _sandbox.Variables["OnnxRuntimeDevice"]) = ("cpu", "cpu");
        _sandbox.Denoise("train");
        Assert.Empty(Calls("restore"));
    }

    [Fact]
    public void TestsEndWithALineThatCountsThem()
    {
        _sandbox.Variables["STUB_RESULTS"] =
            """<assemblies><assembly name="x" total="9" passed="5" failed="1" skipped="2" not-run="0" errors="1" time="3">"""
            + """<test name="A.B(x: 1)" result="Pass"/>"""
            + """<test name="A.C(x: &quot;2&quot;)" result="Fail" time="1">"""
            + "<failure><message><![CDATA[3 is not 4]]></message></failure></test>";
        _sandbox.Variables["STUB_EXIT"] = "1";
        Outcome outcome = _sandbox.Denoise("test");
        Assert.Equal(1, outcome.ExitCode);
        Assert.EndsWith(">failed: A.C(x: &quot;2&quot;)\n3 is not 4\n5 passed, 2 failed, 2 skipped\n", outcome.Output);
    }

    [Fact]
    public void TestsThatLeaveNoResultsHaveFailed()
    {
        Outcome outcome = _sandbox.Denoise("test");
        Assert.Equal((1, "denoise: the tests left no results."), (outcome.ExitCode, outcome.Errors.TrimEnd('\n').Split('\n')[^1]));
    }

    [Fact]
    public void AFailedBuildIsShownAndTriedAgain()
    {
        _sandbox.Variables["STUB_BUILD_ERROR"] = "Program.cs(1,1): error CS1002: ; expected";
        Outcome outcome = _sandbox.Denoise("infer");
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains("error CS1002", outcome.Errors);
        _sandbox.Variables.Remove("STUB_BUILD_ERROR");
        Assert.Equal(0, _sandbox.Denoise("infer").ExitCode);
    }

    [Fact]
    public void TwoAtOnceBuildOnce()
    {
        _sandbox.Variables["STUB_BUILD_SECONDS"] = "0.5";
        Process[] both = [_sandbox.Start(_sandbox.Launcher, "export"), _sandbox.Start(_sandbox.Launcher, "export")];
        foreach (Process process in both)
        {
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            process.Dispose();
        }
        Assert.Single(Builds());
    }

    [Fact]
    public void WithoutTheSdkASentenceSaysWhereToGetIt()
    {
        _sandbox.Remove("dotnet");
        Outcome outcome = _sandbox.Denoise("train");
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("denoise: the .NET 10 SDK is missing: get it at ", outcome.Errors);
    }

    private List<string> Builds() => Calls("build");

    private List<string> Calls(string verb) =>
        _sandbox.TakeCalls().FindAll(call => call.StartsWith($"dotnet {verb} ", StringComparison.Ordinal));
}
