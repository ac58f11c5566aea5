namespace Denoise.Tests.Export;

/// <summary>Our models beside torch.onnx's, and in OpenCV, which has nothing to do with ONNX Runtime; where Python has them.</summary>
public sealed class TorchExportTests : FolderTest
{

    private static readonly string Script = Repository.File("bench", "export.py");

    public static TheoryData<string> Catalogued => [.. Catalogue.Names];

    private static void Need(string module) => Assert.SkipUnless(Python.Has($"onnx, torch, {module}"),
        $"Python's torch, onnx or {module} is not there (Debian: python3-torch, python3-onnx, python3-opencv).");

    [Theory]
    [MemberData(nameof(Catalogued))]
    public void TorchsExportGivesTheSameOutputs(string name)
    {
        Need("onnx");
        Checkpoint checkpoint = Samples.Checkpoint(Catalogue.Get(name));
        checkpoint.Save(_folder["c.safetensors"]);
        ToolProcess.Result result = Python.Run(_folder.Path, Script, "torch", "c.safetensors", "17", "torch.onnx");
        Assert.True(result.ExitCode == 0, result.Error);
        using var theirs = new InferenceSession(_folder["torch.onnx"]);
        using var ours = new InferenceSession(OnnxExporter.Export(checkpoint).ToBytes());
        ValidSizes sizes = checkpoint.Architecture.Sizes;
        (int channels, float[]? level) = (checkpoint.Architecture.Channels, checkpoint.Architecture.TakesSigma ? [0.1f, 0.2f] : null);
        foreach (var (height, width) in checkpoint.Architecture.InputSize is null ? new[] { (28, 28), (36, 52) } : [(28, 28)])
        {
            long[] shape = [2, channels, sizes.Next(height), sizes.Next(width)];
            float[] input = Samples.Image((int)(2 * channels * shape[2] * shape[3]));
            float[] expected = OnnxExporterTests.Run(theirs, input, shape, level, [2, 1, 1, 1]);
            float[] actual = OnnxExporterTests.Run(ours, input, shape, level, [2, 1, 1, 1]);
            Assert.InRange(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), 0, 1e-6);
        }
    }

    [Fact]
    public void OpenCvGivesTheSameOutputsAndTheCheckerAcceptsEveryOperatorSet()
    {
        Need("cv2");
        foreach (string name in Catalogue.Names)
        {
            Checkpoint checkpoint = Samples.Checkpoint(Catalogue.Get(name));
            checkpoint.Save(_folder[$"{name}.safetensors"]);
            OnnxExporter.Export(checkpoint).Save(_folder[$"{name}.onnx"]);
            int side = checkpoint.Architecture.Sizes.Next(28);
            var shape = new InputShape(1, checkpoint.Architecture.Channels, side, side);
            OnnxExporter.Export(checkpoint, new() { InputShape = shape }).Save(_folder[$"{name}-fixed.onnx"]);
            for (int opset = Opsets.Lowest; opset <= Opsets.Highest; opset++)
                OnnxExporter.Export(checkpoint, new() { Opset = opset }).Save(_folder[$"{name}-{opset}.onnx"]);
        }
        ToolProcess.Result table = Python.Run(_folder.Path, Script, "table", ".");
        Assert.True(table.ExitCode == 0, table.Error);
        string[] lines = [.. table.Output.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        string[][] rows = [.. lines.Select(line => line.Split('|', StringSplitOptions.TrimEntries))];
        Assert.Equal(Catalogue.Names.Count, rows.Length);
        foreach (string[] row in rows)
        {
            // name, bytes, of these metadata and shapes, torch's bytes, nodes, torch's nodes, opsets, OpenCV
            int[] numbers = [.. row[2..7].Select(cell => int.Parse(cell, System.Globalization.NumberStyles.AllowThousands))];
            Assert.True(numbers[0] - numbers[1] <= numbers[2], $"{row[1]} is larger than torch's without metadata and shapes");
            Assert.True(numbers[3] <= numbers[4], $"{row[1]} has more nodes than torch's");
            Assert.StartsWith("11 to ", row[7]);
            // The channels of a colour unshuffle are gathered in torch's order, which OpenCV 4.6 does for single ones only.
            if (row[1] == "`photo-colour`" && row[8].StartsWith("refuses it", StringComparison.Ordinal))
                Assert.Contains("parseGather", row[8]);
            else
                Assert.InRange(double.Parse(row[8]), 0, 1e-5);
        }
    }
}
