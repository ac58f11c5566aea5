namespace Denoise.Infer;

/// <summary>How a <see cref="Denoiser"/> is to run. The defaults suit an application that calls it from threads of its own.</summary>
public sealed record DenoiserOptions
{
    /// <summary>
    /// <c>cpu</c>; <c>cuda</c> or <c>cuda:N</c>, the GPU N counted from 0; or <c>auto</c>, the default: the first GPU
    /// when ONNX Runtime can really use it, else the CPU. <see cref="Denoiser.Provider"/> says what it came to.
    /// </summary>
    public string Device { get; init; } = "auto";

    /// <summary>
    /// Threads that share the work of one call, at least 1. For many pictures, one thread each and several calls at
    /// once are faster than several threads each; more threads shorten the wait for a single large picture.
    /// Without meaning on a GPU.
    /// </summary>
    public int Threads { get; init; } = 1;
}
