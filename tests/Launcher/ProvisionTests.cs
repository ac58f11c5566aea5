using Xunit;

namespace Denoise.Tests.Launcher;

/// <summary>Which source each package comes from, and what is installed for it.</summary>
public sealed class ProvisionTests : IDisposable
{
    private static readonly string[] Everything =
        ["TorchSharp-cpu", "TorchSharp-cuda-linux", "Microsoft.ML.OnnxRuntime", "Microsoft.ML.OnnxRuntime.Gpu", "SixLabors.ImageSharp"];

    private readonly LauncherSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void WhatNuGetHasIsLeftToNuGet()
    {
        _sandbox.Publish(Everything);
        Assert.Equal(0, _sandbox.Provision().ExitCode);
        Assert.Equal(("nuget", "nuget", "nuget"), Sources());
        Assert.Empty(Installs());
    }

    [Fact]
    public void WhatWouldNotRunIsNotTakenFromNuGet()
    {
        _sandbox.Publish(Everything);
        _sandbox.HaveSystemLibraries($"libstdc++.so.6 (libc6,x86-64) => {_sandbox.MakeCppLibrary("GLIBCXX_3.4.30")}");
        Outcome outcome = _sandbox.Provision();
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(("libtorch", "nuget", "nuget"), Sources());
        Assert.Matches("denoise: torch from libtorch: TorchSharp-[a-z-]+ [0-9.]+ needs the libstdc\\+\\+ of GCC 13 or later", outcome.Errors);
        Assert.DoesNotContain(_sandbox.TakeCalls(), call => call.Contains("TorchSharp", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("libstdc++.so.6 (libc6,AArch64) => ")]
    [InlineData("libstdc++.so.6 (libc6) => ")]
    public void TorchSharpNeedsTheCppLibraryOfItsProcessor(string line)
    {
        _sandbox.Publish(Everything);
        _sandbox.HaveSystemLibraries(line + _sandbox.MakeCppLibrary("GLIBCXX_3.4.33"));
        _sandbox.Provision("torch");
        Assert.Equal("libtorch", Sources().Torch);
    }

    [Fact]
    public void TheCppLibraryThatTheLoaderTakesFirstCounts()
    {
        _sandbox.Publish(Everything);
        _sandbox.HaveSystemLibraries($"libstdc++.so.6 (libc6,x86-64) => {_sandbox.MakeCppLibrary("GLIBCXX_3.4.30")}");
        _sandbox.Variables["LD_LIBRARY_PATH"] = $"/not/there:{Path.GetDirectoryName(_sandbox.MakeCppLibrary("GLIBCXX_3.4.32"))}";
        _sandbox.Provision("torch");
        Assert.Equal("nuget", Sources().Torch);
    }

    [Fact]
    public void ANewerSystemIsAskedAnew()
    {
        _sandbox.Publish(Everything);
        _sandbox.HaveSystemLibraries();
        _sandbox.Provision("torch");
        _sandbox.HaveSystemLibraries($"libstdc++.so.6 (libc6,x86-64) => {_sandbox.MakeCppLibrary("GLIBCXX_3.4.32")}");
        _sandbox.Provision("torch");
        Assert.Equal("nuget", Sources().Torch);
    }

    [Fact]
    public void WhatWouldNotRunIsRefusedToo()
    {
        _sandbox.HaveSystemLibraries();
        _sandbox.Variables["DENOISE_TORCH"] = "nuget";
        Outcome outcome = _sandbox.Provision("torch");
        Assert.Equal(1, outcome.ExitCode);
        Assert.EndsWith("which this system does not have: unset DENOISE_TORCH, or set it to libtorch.\n", outcome.Errors);
    }

    [Fact]
    public void WhatNuGetLacksIsInstalledByRoot()
    {
        _sandbox.Remove("cmake");
        _sandbox.Remove("make");
        _sandbox.Publish("SixLabors.ImageSharp");
        Outcome outcome = _sandbox.Provision();
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(("libtorch", "npm", "nuget"), Sources());
        Assert.Equal(["apt-get update", "apt-get install -y --no-install-recommends cmake make", "npm ci"], Installs());
        Assert.Contains("denoise: onnxruntime from npm: your NuGet feeds do not have Microsoft.ML.OnnxRuntime", outcome.Errors);
    }

    [Fact]
    public void AnyoneElseGetsTheCommand()
    {
        _sandbox.Variables["STUB_UID"] = "1000";
        _sandbox.Remove("cmake");
        _sandbox.Remove("npm");
        Outcome outcome = _sandbox.Provision();
        Assert.Equal(1, outcome.ExitCode);
        Assert.EndsWith("denoise: missing: cmake npm. Run: sudo apt-get install --no-install-recommends cmake npm\n", outcome.Errors);
        Assert.Empty(Installs());
    }

    [Fact]
    public void NothingIsDoneTwice()
    {
        _sandbox.Provision();
        _sandbox.TakeCalls();
        Assert.Equal(new(0, "", ""), _sandbox.Provision());
        Assert.DoesNotContain(_sandbox.TakeCalls(), call => call.StartsWith("dotnet", StringComparison.Ordinal) || call.StartsWith("npm", StringComparison.Ordinal));
    }

    [Fact]
    public void OnlyWhatIsAskedForIsLookedAt()
    {
        _sandbox.Provision("image");
        Assert.Equal(("", "", "vips"), Sources());
        Assert.Single(_sandbox.TakeCalls(), call => call.StartsWith("dotnet", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void InferIsCompiledAheadWhereNuGetHasTheCompiler(bool has)
    {
        if (has)
            _sandbox.Publish("ReadyToRun");
        _sandbox.Provision("onnxruntime");
        Assert.Contains($"<CompileAhead>{(has ? "true" : "false")}</CompileAhead>", File.ReadAllText(Path.Combine(_sandbox.Root, "artifacts/sources.props")));
    }

    [Fact]
    public void LibvipsOfTheSystemNeedsNoNpm()
    {
        _sandbox.HaveSystemLibraries("libvips.so.42 (libc6,x86-64) => /lib/libvips.so.42");
        _sandbox.Provision("image");
        Assert.Empty(Installs());
    }

    [Fact]
    public void TheEnvironmentChoosesWithoutALook()
    {
        _sandbox.Publish(Everything);
        _sandbox.Variables["DENOISE_TORCH"] = "libtorch";
        _sandbox.Variables["DENOISE_ONNXRUNTIME"] = "npm";
        _sandbox.Variables["DENOISE_IMAGE"] = "vips";
        _sandbox.Provision();
        Assert.Equal(("libtorch", "npm", "vips"), Sources());
        Assert.DoesNotContain(_sandbox.TakeCalls(), call => Everything.Any(package => call.Contains(package, StringComparison.Ordinal)));
    }

    [Fact]
    public void AChoiceThereIsNotIsRefused()
    {
        _sandbox.Variables["DENOISE_IMAGE"] = "gd";
        Assert.Equal(new(1, "", "denoise: DENOISE_IMAGE is 'gd': expected nuget or vips.\n"), _sandbox.Provision());
    }

    [Fact]
    public void AnApproximateVersionIsNotTheVersion()
    {
        _sandbox.Variables["STUB_RESTORE_ERROR"] = "NU1603: Probe depends on TorchSharp-cpu (>= 0.107.0) but TorchSharp-cpu 0.107.0 was not found.";
        _sandbox.Provision("torch");
        Assert.Equal("libtorch", Sources().Torch);
    }

    [Fact]
    public void AFeedThatCannotBeReachedSettlesNothing()
    {
        _sandbox.Variables["STUB_RESTORE_ERROR"] = "NU1301: Unable to load the service index for source";
        Outcome outcome = _sandbox.Provision("torch");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("NU1301", outcome.Errors);
        Assert.False(File.Exists(Path.Combine(_sandbox.Root, "artifacts/sources.props")));
    }

    [Fact]
    public void ALibTorchThatIsNotThereIsNamed()
    {
        _sandbox.Variables["LIBTORCH"] = "/not/there";
        Outcome outcome = _sandbox.Provision("torch");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("no libtorch in /not/there", outcome.Errors);
    }

    private List<string> Installs() => _sandbox.TakeCalls().FindAll(call => call.StartsWith("apt-get", StringComparison.Ordinal) || call.StartsWith("npm", StringComparison.Ordinal));

    private (string Torch, string OnnxRuntime, string Image) Sources()
    {
        var properties = System.Xml.Linq.XDocument.Load(Path.Combine(_sandbox.Root, "artifacts/sources.props")).Descendants()
            .ToLookup(element => element.Name.LocalName, element => element.Value);
        return (Value("TorchSource"), Value("OnnxRuntimeSource"), Value("ImageSource"));

        string Value(string name) => properties[name].FirstOrDefault("");
    }
}
