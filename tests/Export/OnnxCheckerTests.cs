using System.Diagnostics;
using Denoise.Export;
using Xunit;

namespace Denoise.Tests.Export;

/// <summary>The ONNX project's own checker, where Python has it.</summary>
public sealed class OnnxCheckerTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private const string Check = "import sys, onnx; onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Networks => [.. Samples.Small.Keys];

    [Theory]
    [MemberData(nameof(Networks))]
    public void TheFullCheckerAcceptsEveryNetwork(string name)
    {
        if (!File.Exists(Python) || RunPython("import onnx").ExitCode != 0)
            Assert.Skip("Python's onnx package is not there (Debian: python3-onnx).");
        File.WriteAllBytes(_folder["model.onnx"], OnnxExporter.Export(Samples.Checkpoint(Samples.Small[name]())).ToBytes());
        var (exitCode, error) = RunPython(Check, _folder["model.onnx"]);
        Assert.True(exitCode == 0, error);
    }

    private static (int ExitCode, string Error) RunPython(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, ["-c", program, .. arguments]) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
