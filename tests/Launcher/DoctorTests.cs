namespace Denoise.Tests.Launcher;

public sealed class DoctorTests : IDisposable
{
    private readonly LauncherSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TheLauncherAsksBothToolsThoughOneLacksSomething(int status)
    {
        _sandbox.Variables["STUB_EXIT"] = $"{status}";
        Outcome outcome = _sandbox.Denoise("doctor");
        Assert.Equal((status, 2), (outcome.ExitCode, outcome.Output.Split("<doctor>").Length - 1));
    }

    [Theory]
    [InlineData("Infer", "Pictures", @"libvips 8\.")]
    [InlineData("Infer", "ONNX Runtime", @"1\.31\.1: conv-denoiser gives the same result on CPU as where it was exported\n")]
    [InlineData("Train", "TorchSharp", @"0\.107\.0, made for libtorch 2\.10\.0\.0, with .*torch_cpu\..*: a gradient is right on cpu\n")]
    public void EachNativeLibraryDoesSomething(string tool, string title, string found)
    {
        ToolProcess.Result result = ToolProcess.Finish(ToolProcess.Start(tool, Path.GetTempPath(), "doctor"));
        Assert.Matches($"(?m)^ok       {title,-13} {found}", result.Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void ALibraryThatDoesNotLoadIsNamedByItsCause()
    {
        // As a P/Invoke class with a static constructor reports it.
        var missing = new DllNotFoundException("Unable to load X.\nlibx.so: cannot open\nand more");
        Exception cause = new TypeInitializationException("X", missing);
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(ExitCode.Failed, Doctor.Run(output, ("X", () => throw cause), ("Y", () => "fine")));
        Assert.Equal("lacking  X             libx.so: cannot open\nok       Y             fine\n", output.ToString());
    }
}
