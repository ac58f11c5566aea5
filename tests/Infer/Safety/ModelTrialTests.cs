using static Denoise.Tests.Infer.Protos;

namespace Denoise.Tests.Infer.Safety;

/// <summary>A model from elsewhere is tried in a process of its own before it is run.</summary>
public sealed class ModelTrialTests : InferToolTest
{
    private void PutForeign(params NodeProto[] nodes) =>
        File.WriteAllBytes(Folder["model.onnx"], Model(Grey("x"), Grey("y"), nodes).ToByteArray());

    /// <summary>Adds the picture to itself for ever.</summary>
    private static NodeProto EndlessLoop()
    {
        var body = new GraphProto
        {
            Name = "body",
            Input = { Scalar("i", TensorProto.Types.DataType.Int64), Scalar("on", TensorProto.Types.DataType.Bool), Grey("a") },
            Output = { Scalar("still", TensorProto.Types.DataType.Bool), Grey("b") },
            Node = { Node("Identity", ["on"], "still"), Node("Add", ["a", "a"], "b") },
        };
        var attribute = new AttributeProto { Name = "body", Type = AttributeProto.Types.AttributeType.Graph, G = body };
        return Node("Loop", ["", "", "x"], "y", attribute);
    }

    private static ValueInfoProto Scalar(string name, TensorProto.Types.DataType type) =>
        new() { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = new() } } };

    [Fact]
    public void AModelThatNeverEndsIsRefusedAndItsProcessIsGone()
    {
        Put("noisy/a.png");
        PutForeign(EndlessLoop());
        Fails(ExitCode.Failed, "model.onnx took more than 3 s (--trial-seconds), when it was tried on a small picture.",
            [.. Folders, "--trial-seconds", "3"]);
        Assert.False(IsTried());
    }

    [Fact]
    public void CtrlCEndsATrial()
    {
        Put("noisy/a.png");
        PutForeign(EndlessLoop());
        Process process = Start();
        while (!IsTried())
            Thread.Sleep(20);
        ToolProcess.Result result = Stop(process);
        Assert.Equal((ExitCode.Interrupted, "Stopped."), (result.ExitCode, result.ErrorLines[^1]));
        Assert.False(IsTried());
    }

    /// <summary>Whether a process works in this test's folder, apart from those that wait for one.</summary>
    private bool IsTried() => Directory.GetDirectories("/proc").Any(process =>
    {
        try
        {
            return new FileInfo($"{process}/cwd").LinkTarget == Folder.Path && File.ReadAllText($"{process}/cmdline").Contains("\0trial\0");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    [Fact]
    public void AModelThatTakesTooMuchMemoryIsRefused()
    {
        Put("noisy/a.png");
        PutForeign(Constant("size", Whole(600_000_000)), Node("ConstantOfShape", ["size"], "zeros"), Node("ReduceSum", ["zeros"], "none",
            Long("keepdims", 0)), Node("Add", ["x", "none"], "y"));
        Fails(ExitCode.Failed, "model.onnx took more than 500 MB of memory (--trial-megabytes), when it was tried on a small picture.",
            [.. Folders, "--trial-megabytes", "500"]);
    }

    [Fact]
    public void AModelThatEndsItsProcessIsRefused()
    {
        Put("noisy/a.png");
        PutForeign(DivisionThatOverflows());
        Fails(ExitCode.Failed, "model.onnx ended the process by signal 8, when it was tried on a small picture.", Folders);
    }

    [Fact]
    public void AnHonestModelIsRun()
    {
        Put("noisy/a.png");
        PutForeign(Node("Relu", ["x"], "y"));
        Done(Folders);
        Assert.Equal(Read("noisy/a.png").Pixels, Read("clean/a.png").Pixels);
    }

    [Fact]
    public void AModelThatCannotBeLoadedHasItsSentence()
    {
        Put("noisy/a.png");
        PutForeign(Node("Nonesuch", ["x"], "y"));
        ToolProcess.Result result = Infer(Folders);
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.StartsWith("model.onnx is not an ONNX model that can be run: ", Assert.Single(result.ErrorLines));
    }
}
