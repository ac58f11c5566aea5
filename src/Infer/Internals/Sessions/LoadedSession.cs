using Microsoft.ML.OnnxRuntime;

namespace Denoise.Infer;

/// <summary>A session and what runs it.</summary>
internal sealed class LoadedSession : IDisposable
{
    /// <param name="session">To be disposed of with this.</param>
    /// <param name="provider">CPU, CUDA:N or TensorRT:N.</param>
    /// <param name="gpu">N, or null.</param>
    internal LoadedSession(InferenceSession session, string provider, int? gpu)
    {
        (Session, Provider, IsOnGpu) = (session, provider, gpu is not null);
        if (gpu is { } number)
            Pinned = PinnedMemory(session, number);
    }

    internal InferenceSession Session { get; }

    internal string Provider { get; }

    internal bool IsOnGpu { get; }

    /// <summary>Gives memory that a GPU copies from and to at full speed; null on a CPU, and where there is none.</summary>
    internal OrtAllocator? Pinned { get; }

    public void Dispose()
    {
        Pinned?.Dispose();
        Session.Dispose();
    }

    private static OrtAllocator? PinnedMemory(InferenceSession session, int gpu)
    {
        using var where = new OrtMemoryInfo(
            OrtMemoryInfo.allocatorCUDA_PINNED, OrtAllocatorType.DeviceAllocator, gpu, OrtMemType.CpuOutput);
        try
        {
            return new(session, where);
        }
        catch (OnnxRuntimeException)
        {
            return null;
        }
    }
}
