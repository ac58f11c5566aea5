using System.Runtime.Intrinsics.X86;
using Microsoft.ML.OnnxRuntime;

namespace Denoise.Infer;

/// <summary>Creates sessions on the device that was asked for.</summary>
internal static class SessionLoader
{
    private const string CudaProvider = "CUDAExecutionProvider";

    /// <returns>One, or one for each GPU.</returns>
    internal static IReadOnlyList<LoadedSession> Load(Func<SessionOptions, InferenceSession> create, DenoiserOptions options, string name)
    {
        Device device = Device.Parse(options.Device);
        return device.Kind switch
        {
            DeviceKind.Cpu => [OnCpu(create, options, name)],
            DeviceKind.Auto => [OnAny(create, options, name)],
            _ => OnGpus(create, options, device),
        };
    }

    /// <summary>ONNX Runtime's message on a failure, without its error code and in one line.</summary>
    internal static string Reason(OnnxRuntimeException e)
    {
        string text = e.Message[(e.Message.IndexOf(']') + 1)..];
        return text.ReplaceLineEndings(" ").Trim().TrimEnd('.');
    }

    /// <summary>That CUDA is listed says only that this build knows it; whether there is a GPU, only a session tells.</summary>
    private static LoadedSession OnAny(Func<SessionOptions, InferenceSession> create, DenoiserOptions options, string name)
    {
        if (OrtEnv.Instance().GetAvailableProviders().Contains(CudaProvider))
            try
            {
                return OnGpu(create, options, DeviceKind.Cuda, gpu: 0);
            }
            catch (DeviceUnavailableException)
            {
            }
        return OnCpu(create, options, name);
    }

    private static LoadedSession OnCpu(Func<SessionOptions, InferenceSession> create, DenoiserOptions options, string name)
    {
        using SessionOptions settings = Settings(options);
        // One block planned for all of a run's values is larger than they are: 957 for 816 MB at 12 megapixels, no faster.
        settings.EnableMemoryPattern = false;
        try
        {
            return new(create(settings), "CPU", gpu: null);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"{name} is not an ONNX model that can be run: {Reason(e)}.", e);
        }
    }

    private static List<LoadedSession> OnGpus(Func<SessionOptions, InferenceSession> create, DenoiserOptions options, Device device)
    {
        var loaded = new List<LoadedSession>();
        try
        {
            foreach (int gpu in device.Gpus)
                loaded.Add(OnGpu(create, options, device.Kind, gpu));
            return loaded;
        }
        catch
        {
            loaded.ForEach(one => one.Dispose());
            throw;
        }
    }

    private static LoadedSession OnGpu(Func<SessionOptions, InferenceSession> create, DenoiserOptions options, DeviceKind kind, int gpu)
    {
        using SessionOptions settings = Settings(options);
        try
        {
            // CUDA on the same GPU runs the layers that TensorRT cannot.
            if (kind == DeviceKind.TensorRT)
                AppendTensorRt(settings, options, gpu);
            AppendCuda(settings, options, gpu);
            return new(create(settings), $"{(kind == DeviceKind.TensorRT ? "TensorRT" : "CUDA")}:{gpu}", gpu);
        }
        catch (OnnxRuntimeException e)
        {
            throw new DeviceUnavailableException($"The device {kind.ToString().ToLowerInvariant()}:{gpu} cannot be used: {Reason(e)}.", e);
        }
    }

    /// <summary>https://onnxruntime.ai/docs/execution-providers/TensorRT-ExecutionProvider.html.</summary>
    private static void AppendTensorRt(SessionOptions settings, DenoiserOptions options, int gpu)
    {
        using var tensorRt = new OrtTensorRTProviderOptions();
        tensorRt.UpdateOptions(new()
        {
            ["device_id"] = Text(gpu),
            ["trt_fp16_enable"] = options.Fast ? "1" : "0",
        });
        settings.AppendExecutionProvider_Tensorrt(tensorRt);
    }

    /// <summary>https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html. Not enable_cuda_graph: a graph is
    /// captured for one shape at one address, and shapes change from call to call. The memory that CUDA's arena holds stays
    /// bounded because tiles do not grow with the pictures; arena_extend_strategy is no cure.</summary>
    private static void AppendCuda(SessionOptions settings, DenoiserOptions options, int gpu)
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new()
        {
            ["device_id"] = Text(gpu),
            // The exhaustive search, the default, runs anew for each shape, for half a second.
            ["cudnn_conv_algo_search"] = "HEURISTIC",
            ["do_copy_in_default_stream"] = "1",
            ["use_tf32"] = options.Fast ? "1" : "0",
        });
        settings.AppendExecutionProvider_CUDA(cuda);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the processor adds up products of bytes in 32 bits. Others of its kind do so in 16, where int8 models overflow
    /// unless ONNX Runtime takes a slower way.</summary>
    /// <remarks>Intel's manual, CPUID: AVX512_VNNI and AVX-VNNI.</remarks>
    private static bool HasVnni => (X86Base.CpuId(7, 0).Ecx & 1 << 11) != 0 || (X86Base.CpuId(7, 1).Eax & 1 << 4) != 0;

    private static SessionOptions Settings(DenoiserOptions options)
    {
        var settings = new SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            // Failures come as exceptions, and a GPU that is not there is no reason to write on the user's terminal.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        // Threads that spin while they wait take the processor from the other calls.
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (X86Base.IsSupported && !HasVnni)
            settings.AddSessionConfigEntry("session.x64quantprecision", "1");
        // Nothing but what ExternalData has read; ONNX Runtime has a format of its own too.
        settings.AddSessionConfigEntry("session.load_model_format", "ONNX");
        return settings;
    }
}
