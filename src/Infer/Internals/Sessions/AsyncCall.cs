namespace Denoise.Infer;

/// <summary>A call that waits for one of the denoiser's threads, and its result.</summary>
internal sealed class AsyncCall<T>(
    Denoiser denoiser, ReadOnlyMemory<T> noisy, Memory<T> denoised, ImageLayout layout, NoiseCurve? level, CancellationToken cancellation)
    : WorkItem where T : unmanaged
{
    // The caller's continuation must not hold up this thread.
    private readonly TaskCompletionSource _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Result => _result.Task;

    internal override void Run(int ticket)
    {
        try
        {
            denoiser.Denoise(noisy.Span, denoised.Span, layout, level, cancellation);
            _result.SetResult();
        }
        catch (OperationCanceledException)
        {
            _result.SetCanceled(cancellation);
        }
        catch (Exception e)
        {
            _result.SetException(e);
        }
    }
}
