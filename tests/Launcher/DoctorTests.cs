using Xunit;

namespace Denoise.Tests.Launcher;

public sealed class DoctorTests : IDisposable
{
    private static readonly string[] Rows = ["System", "Processors", "GPU", ".NET SDK", "NuGet", "TorchSharp", "ONNX Runtime", "Images", "Built"];

    private readonly LauncherSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void AFreshMachineThatNeedsNothingIsFine()
    {
        Assert.SkipWhen(File.Exists("/proc/driver/nvidia/version"), "This machine has a GPU, which asks for CUDA.");
        Outcome outcome = _sandbox.Denoise("doctor");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.Equal(Rows, Titles(outcome));
        Assert.Contains("TorchSharp    libtorch 2.10.0 in ", outcome.Output);
        Assert.DoesNotContain("missing", outcome.Output);
    }

    [Fact]
    public void WhatIsMissingComesWithItsCommand()
    {
        _sandbox.Variables["STUB_UID"] = "1000";
        _sandbox.Remove("cmake");
        Outcome outcome = _sandbox.Denoise("doctor");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("missing  TorchSharp    from libtorch, which needs: cmake\n"
            + "         -> fix        sudo apt-get install --no-install-recommends cmake\n", outcome.Output);
    }

    [Fact]
    public void WhatWouldNotRunComesFromItsSecondSource()
    {
        _sandbox.Publish("TorchSharp-cpu", "TorchSharp-cuda-linux");
        _sandbox.HaveSystemLibraries();
        Assert.Contains("TorchSharp    libtorch 2.10.0 in ", _sandbox.Denoise("doctor").Output);
    }

    [Fact]
    public void WhatWouldNotRunButIsAskedForIsMissing()
    {
        _sandbox.HaveSystemLibraries();
        _sandbox.Variables["DENOISE_TORCH"] = "nuget";
        Outcome outcome = _sandbox.Denoise("doctor");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Matches("missing  TorchSharp    TorchSharp-[^\n]* needs the libstdc[^\n]*, which this system does not have\n"
            + "         -> fix        unset DENOISE_TORCH, or set it to libtorch\n", outcome.Output);
    }

    [Fact]
    public void ItPrintsEveryRowWithoutTheSdkToo()
    {
        _sandbox.Remove("dotnet");
        Outcome outcome = _sandbox.Denoise("doctor");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal(Rows, Titles(outcome));
    }

    [Fact]
    public void FeedsThatDoNotAnswerAreNamedAsTheCause()
    {
        _sandbox.Variables["STUB_RESTORE_ERROR"] = "NU1301";
        Outcome outcome = _sandbox.Denoise("doctor");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("missing  NuGet         no such host\n", outcome.Output);
    }

    [Fact]
    public void ItInstallsNothing()
    {
        _sandbox.Remove("cmake");
        _sandbox.Denoise("doctor");
        Assert.All(_sandbox.TakeCalls(), call => Assert.Matches("^(dotnet (--version|package search)|id|ldconfig)", call));
    }

    /// <summary>The second column, but for a row that only machines with a GPU have.</summary>
    private static IEnumerable<string> Titles(Outcome outcome) =>
        outcome.Output.Split('\n').Where(line => line is not "" && line[0] != ' ').Select(line => line[9..23].Trim()).Where(title => title != "CUDA");
}
