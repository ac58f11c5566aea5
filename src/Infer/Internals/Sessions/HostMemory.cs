using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Denoise.Infer;

/// <summary>Memory for a network's input or output.</summary>
internal sealed unsafe class HostMemory : IDisposable
{
    private const nuint Alignment = 64;

    private readonly OrtMemoryAllocation? _pinned;

    /// <param name="bytes">How much.</param>
    /// <param name="pinned">Where to take it from if there is some left; ordinary memory is as good, only slower to copy.</param>
    internal HostMemory(long bytes, OrtAllocator? pinned)
    {
        Bytes = bytes;
        _pinned = Pin(bytes, pinned);
        Pointer = _pinned is null ? NativeMemory.AlignedAlloc((nuint)bytes, Alignment) : (void*)_pinned.DangerousGetHandle();
    }

    internal void* Pointer { get; private set; }

    internal long Bytes { get; }

    public void Dispose()
    {
        if (_pinned is null)
            NativeMemory.AlignedFree(Pointer);
        _pinned?.Dispose();
        Pointer = null;
    }

    private static OrtMemoryAllocation? Pin(long bytes, OrtAllocator? allocator)
    {
        if (allocator is null || bytes > uint.MaxValue)
            return null;
        try
        {
            return allocator.Allocate((uint)bytes);
        }
        catch (OnnxRuntimeException)
        {
            return null;
        }
    }
}
