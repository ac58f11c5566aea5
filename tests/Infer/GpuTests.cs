using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Denoise.Tests.Infer;

/// <summary>What runs on a GPU; as much of it as can be on the CPU too.</summary>
public sealed class GpuTests
{
    private const int Side = 4;

    public static TheoryData<string> Models =>
        [.. Directory.GetFiles(Repository.File("models"), "*.onnx").Select(path => Path.GetFileName(path)).Order()];

    /// <summary>The memory stays bound from run to run, but a GPU copies it only while it is bound.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public void EachRunTakesTheValuesOfItsTime(int? gpu)
    {
        using var loaded = new LoadedSession(new InferenceSession(Denoisers.LevelModel(1)), "a session", gpu);
        var model = ModelInterface.Of(loaded.Session, "level", Denoisers.Cpu);
        using var scratch = new Scratch(loaded, model, 0);
        scratch.Reshape(1, Side, Side);
        foreach (float level in new[] { 0.25f, 0.5f, 0.125f })
        {
            scratch.Input<float>().Clear();
            scratch.Sigma.Fill(level);
            scratch.Run(CancellationToken.None);
            Assert.Equal(Enumerable.Repeat(level, Side * Side), scratch.Output<float>().ToArray());
        }
    }

    /// <summary>Two pictures through one denoiser, as memory is filled anew for the second.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void AGpuDenoisesAsTheProcessorDoes(string file)
    {
        Assert.SkipUnless(OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"),
            "ONNX Runtime is built for the processor: OnnxRuntimeDevice=cuda brings the other.");
        string path = Repository.File("models", file);
        using var processor = Denoiser.Load(path, Denoisers.Cpu);
        using var gpu = Denoiser.Load(path, new() { Device = "cuda:0" });
        double tolerance = file.Contains("fp16", StringComparison.Ordinal) || file.Contains("int8", StringComparison.Ordinal) ? 2e-2 : 1e-5;
        foreach (float brightness in new[] { 1, 0.5f })
        {
            float[] noisy = [.. Samples.Image(processor.Channels * 28 * 28).Select(value => value * brightness)];
            Denoisers.AssertClose(processor.Denoised(noisy, 28, 28), gpu.Denoised(noisy, 28, 28), tolerance);
        }
    }
}
