using System.Diagnostics;
using Xunit;

namespace Denoise.Tests.Launcher;

public sealed class LauncherTests : IDisposable
{
    private readonly LauncherSandbox _sandbox = new();

    public LauncherTests() => _sandbox.Publish("TorchSharp-cpu", "TorchSharp-cuda-linux", "Microsoft.ML.OnnxRuntime", "Microsoft.ML.OnnxRuntime.Gpu", "SixLabors.ImageSharp");

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void AnUnknownVerbIsAUsageError()
    {
        Outcome outcome = _sandbox.Denoise("trian");
        Assert.Equal(new(2, "", "denoise: unknown verb 'trian': expected train, export, infer, noisy, convert, doctor, quickstart, test or help.\n"), outcome);
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

    [Fact]
    public void NoisyIsTrains()
    {
        Assert.EndsWith("<noisy><--count><3>", _sandbox.Denoise("noisy", "--count", "3").Output);
    }

    [Fact]
    public void ConvertIsExports()
    {
        Assert.EndsWith("<convert><a.pt><a.dat>", _sandbox.Denoise("convert", "a.pt", "a.dat").Output);
    }

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
    [InlineData("eng/OnnxRuntimeNative.targets")]
    public void AChangedSourceIsBuiltAnew(string source)
    {
        _sandbox.Denoise("train");
        _sandbox.TakeCalls();
        string path = Path.Combine(_sandbox.Root, source);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        _sandbox.Denoise("train");
        Assert.Single(Builds());
    }

    [Fact]
    public void AnotherChoiceIsBuiltAnew()
    {
        _sandbox.Denoise("train");
        _sandbox.TakeCalls();
        _sandbox.Variables["DENOISE_TORCH"] = "libtorch";
        _sandbox.Denoise("train");
        Assert.Single(Builds());
        Assert.Contains("<TorchSource>libtorch</TorchSource>", File.ReadAllText(Path.Combine(_sandbox.Root, "artifacts/sources.props")));
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

    private List<string> Builds() => _sandbox.TakeCalls().FindAll(call => call.StartsWith("dotnet build", StringComparison.Ordinal));
}
