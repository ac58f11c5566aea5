using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace Denoise.Infer;

/// <summary>A session, and the provider that runs it: CPU or CUDA:N.</summary>
internal readonly record struct LoadedSession(InferenceSession Session, string Provider);

/// <summary>Creates sessions on the device that was asked for.</summary>
internal static class SessionLoader
{
    private const string CudaProvider = "CUDAExecutionProvider";

    internal static LoadedSession Load(Func<SessionOptions, InferenceSession> create, DenoiserOptions options, string name) => options.Device switch
    {
        "cpu" => OnCpu(create, options, name),
        "auto" => OnAny(create, options, name),
        _ => OnCuda(create, options, GpuOf(options.Device)),
    };

    /// <summary>What ONNX Runtime says of a failure, without its error code and in one line.</summary>
    internal static string Reason(OnnxRuntimeException e)
    {
        string text = e.Message[(e.Message.IndexOf(']') + 1)..];
        return text.ReplaceLineEndings(" ").Trim().TrimEnd('.');
    }

    private static int GpuOf(string device) =>
        device == "cuda" ? 0
        : device.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(device.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int gpu) ? gpu
        : throw new ArgumentException($"Unknown device '{device}': expected auto, cpu, cuda or cuda:N.");

    /// <summary>That CUDA is listed says only that this build knows it; whether there is a GPU, only a session tells.</summary>
    private static LoadedSession OnAny(Func<SessionOptions, InferenceSession> create, DenoiserOptions options, string name)
    {
        if (OrtEnv.Instance().GetAvailableProviders().Contains(CudaProvider))
            try
            {
                return OnCuda(create, options, gpu: 0);
            }
            catch (DeviceUnavailableException)
            {
            }
        return OnCpu(create, options, name);
    }

    private static LoadedSession OnCpu(Func<SessionOptions, InferenceSession> create, DenoiserOptions options, string name)
    {
        using SessionOptions settings = Settings(options);
        try
        {
            return new(create(settings), "CPU");
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"{name} is not an ONNX model that can be run: {Reason(e)}.", e);
        }
    }

    private static LoadedSession OnCuda(Func<SessionOptions, InferenceSession> create, DenoiserOptions options, int gpu)
    {
        using SessionOptions settings = Settings(options);
        try
        {
            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(new()
            {
                ["device_id"] = gpu.ToString(CultureInfo.InvariantCulture),
                // The exhaustive search, the default, runs anew for each shape, for half a second.
                ["cudnn_conv_algo_search"] = "HEURISTIC",
            });
            settings.AppendExecutionProvider_CUDA(cuda);
            return new(create(settings), $"CUDA:{gpu}");
        }
        catch (OnnxRuntimeException e)
        {
            throw new DeviceUnavailableException($"The device cuda:{gpu} cannot be used: {Reason(e)}.", e);
        }
    }

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
        // Nothing but what ExternalData has read; ONNX Runtime has a format of its own too.
        settings.AddSessionConfigEntry("session.load_model_format", "ONNX");
        return settings;
    }
}
