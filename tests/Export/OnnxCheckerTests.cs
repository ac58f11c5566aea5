namespace Denoise.Tests.Export;

/// <summary>The ONNX project's own checker, where Python has it.</summary>
public sealed class OnnxCheckerTests : FolderTest
{
    private const string Python = "/usr/bin/python3";
    private const string Check = "import sys, onnx; onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)";

    public static TheoryData<string> Networks => [.. Samples.Small.Keys];

    [Theory]
    [MemberData(nameof(Networks))]
    public void TheFullCheckerAcceptsEveryNetwork(string name)
    {
        if (!File.Exists(Python) || ToolProcess.Run(Python, ".", "-c", "import onnx").ExitCode != 0)
            Assert.Skip("Python's onnx package is not there (Debian: python3-onnx).");
        File.WriteAllBytes(_folder["model.onnx"], OnnxExporter.Export(Samples.Checkpoint(name)).ToBytes());
        ToolProcess.Result result = ToolProcess.Run(Python, _folder.Path, "-c", Check, "model.onnx");
        Assert.True(result.ExitCode == 0, result.Error);
    }
}
