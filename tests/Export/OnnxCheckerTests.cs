using Denoise.Tests.Layers;

namespace Denoise.Tests.Export;

/// <summary>The ONNX project's own checker, where Python has it.</summary>
public sealed class OnnxCheckerTests : FolderTest
{
    private const string Check =
        "import sys, onnx\nfor f in sys.argv[1:]: onnx.checker.check_model(onnx.load(f), full_check=True)";

    public static TheoryData<string> Networks => [.. Samples.Small.Keys];

    [Theory]
    [MemberData(nameof(Networks))]
    public void TheFullCheckerAcceptsEveryNetwork(string name)
    {
        NeedOnnx();
        File.WriteAllBytes(_folder["model.onnx"], OnnxExporter.Export(Samples.Checkpoint(name)).ToBytes());
        ToolProcess.Result result = Python.Run(_folder.Path, "-c", Check, "model.onnx");
        Assert.True(result.ExitCode == 0, result.Error);
    }

    [Fact]
    public void TheFullCheckerAcceptsEveryKindOfLayer()
    {
        NeedOnnx();
        foreach (string name in LayerTable.Names)
            foreach (int opset in new[] { Opsets.Lowest, 13, Opsets.Default })
                OnnxExporter.Export(Samples.Checkpoint(name), new() { Opset = opset }).Save(_folder[$"{name} {opset}.onnx"]);
        string[] files = [.. Directory.GetFiles(_folder.Path, "*.onnx")];
        ToolProcess.Result result = Python.Run(_folder.Path, ["-c", Check, .. files]);
        Assert.True(result.ExitCode == 0, result.Error);
    }

    private static void NeedOnnx() => Assert.SkipUnless(Python.Has("onnx"), "Python's onnx package is not there (Debian: python3-onnx).");
}
