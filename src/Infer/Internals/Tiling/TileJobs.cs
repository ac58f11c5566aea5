using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Denoise.Infer;

/// <summary>Finds the job for a type of pixels; jobs that have ended serve again.</summary>
internal sealed class TileJobs(ModelInterface model, ScratchPool scratches, WorkerThreads threads)
{
    private readonly Stack<TileJob> _floats = new(), _halves = new(), _bytes = new(), _shorts = new();

    internal void Denoise<T>(ReadOnlySpan<T> noisy, Span<T> denoised, in TilePlan plan, CancellationToken cancellation) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            For<T, float, FloatPixels>(_floats, noisy, denoised, plan, cancellation);
        else if (typeof(T) == typeof(byte))
            For<T, byte, BytePixels>(_bytes, noisy, denoised, plan, cancellation);
        else if (typeof(T) == typeof(ushort))
            For<T, ushort, UShortPixels>(_shorts, noisy, denoised, plan, cancellation);
        else if (typeof(T) == typeof(Half))
            For<T, Half, HalfPixels>(_halves, noisy, denoised, plan, cancellation);
        else
            throw new NotSupportedException($"Pixels are float, Half, byte or ushort, not {typeof(T).Name}.");
    }

    private void For<TGiven, T, TPixels>(
        Stack<TileJob> free, ReadOnlySpan<TGiven> noisy, Span<TGiven> denoised, in TilePlan plan, CancellationToken cancellation)
        where TGiven : unmanaged where T : unmanaged, IEquatable<T> where TPixels : IPixels<T>
    {
        ReadOnlySpan<T> from = MemoryMarshal.Cast<TGiven, T>(noisy);
        Span<T> to = MemoryMarshal.Cast<TGiven, T>(denoised);
        switch (model.Type)
        {
            case TensorElementType.Float: Run<T, TPixels, float, FloatPixels>(free, from, to, plan, cancellation); break;
            case TensorElementType.Float16: Run<T, TPixels, Half, HalfPixels>(free, from, to, plan, cancellation); break;
            default: Run<T, TPixels, byte, BytePixels>(free, from, to, plan, cancellation); break;
        }
    }

    private void Run<T, TPixels, M, MPixels>(
        Stack<TileJob> free, ReadOnlySpan<T> noisy, Span<T> denoised, in TilePlan plan, CancellationToken cancellation)
        where T : unmanaged, IEquatable<T> where M : unmanaged where TPixels : IPixels<T> where MPixels : IPixels<M>
    {
        TileJob? kept;
        lock (free)
            free.TryPop(out kept);
        var job = (TileJob<T, TPixels, M, MPixels>?)kept ?? new(scratches, model);
        try
        {
            job.Denoise(noisy, denoised, plan, threads, cancellation);
        }
        finally
        {
            lock (free)
                free.Push(job);
        }
    }
}
