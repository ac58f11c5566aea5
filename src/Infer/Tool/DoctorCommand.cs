using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Denoise.Infer.Tool;

/// <summary><c>doctor</c>: the machine, and one operation in each native library that <c>infer</c> uses.</summary>
internal static class DoctorCommand
{
    private const string Model = "conv-denoiser", Provider = "libonnxruntime_providers_cuda.so";

    /// <summary>The provider's file does not list it: it is opened for the first convolution.</summary>
    private const string CuDnn = "libcudnn.so.9";

    internal static int Run() => Doctor.Run(Console.Out,
        ("System", System), ("Processors", Processors), (".NET", () => RuntimeInformation.FrameworkDescription),
        ("Pictures", Pictures), ("ONNX Runtime", OnnxRuntime), ("on the GPU", Gpu));

    private static string System() => $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}";

    private static string Processors() =>
        $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB memory";

    /// <summary>A picture through libvips and back.</summary>
    private static string Pictures()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".webp");
        try
        {
            PictureFile.Write(file, new Picture(3, 2, 1, [10, 20, 30, 40, 50, 60]));
            PictureFile.Read(file);
        }
        finally
        {
            File.Delete(file);
        }
        return $"libvips {string.Join('.', Enumerable.Range(0, 3).Select(part => NetVips.NetVips.Version(part)))}";
    }

    private static string OnnxRuntime() => $"{OrtEnv.Instance().GetVersionString()}: {Verified("cpu")}";

    private static string Gpu()
    {
        if (OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"))
        {
            NeededLibraries.Check("the CUDA provider", Path.Combine(AppContext.BaseDirectory, Provider), CuDnn);
            return Verified("cuda");
        }
        return Doctor.SeesGpu
            ? throw new NotSupportedException("this ONNX Runtime is for the processor alone: build with OnnxRuntimeDevice=cuda")
            : "not built for one: infer runs on the processor";
    }

    /// <summary>Runs a model that comes with the program.</summary>
    private static string Verified(string device)
    {
        using Denoiser denoiser = Denoiser.Load(ModelChoice.Find(Model), new() { Device = device });
        VerificationResult result = denoiser.Verify()!;
        return result.Passed
            ? $"{Model} gives the same result on {denoiser.Provider} as where it was exported"
            : throw new InvalidOperationException(
                $"{Model} is off by {result.Difference:0.0e+0} on {denoiser.Provider}, more than {result.Tolerance:0.0e+0}");
    }
}
