using Microsoft.ML.OnnxRuntime;

namespace Denoise.Tests.Infer;

/// <summary>The memory that a network's values are copied through, as a GPU has it, tried on the CPU.</summary>
public sealed unsafe class HostMemoryTests
{
    private const int Bytes = 4096;

    [Fact]
    public void WithoutAnAllocatorItIsOrdinaryMemory()
    {
        using var memory = new HostMemory(Bytes, pinned: null);
        Assert.Equal(0u, (nuint)memory.Pointer % 64);
        Fill(memory);
    }

    [Fact]
    public void AnAllocatorsMemoryGoesBackToIt()
    {
        using var session = new InferenceSession(Denoisers.Model("conv-denoiser"));
        using var allocator = new OrtAllocator(session, OrtMemoryInfo.DefaultInstance);
        HostMemory[] all = [.. Enumerable.Range(0, 3).Select(_ => new HostMemory(Bytes, allocator))];
        Assert.Equal(all.Length, all.Select(memory => (nint)memory.Pointer).Distinct().Count());
        foreach (HostMemory memory in all)
        {
            Fill(memory);
            memory.Dispose();
            memory.Dispose();
            Assert.True(memory.Pointer is null);
        }
    }

    [Fact]
    public void ASessionWithoutPinnedMemoryDoesWithoutIt()
    {
        using var loaded = new LoadedSession(new InferenceSession(Denoisers.Model("conv-denoiser")), "CUDA:0", gpu: 0);
        Assert.Null(loaded.Pinned);
        using var memory = new HostMemory(Bytes, loaded.Pinned);
        Fill(memory);
    }

    private static void Fill(HostMemory memory)
    {
        var span = new Span<byte>(memory.Pointer, (int)memory.Bytes);
        span.Fill(7);
        Assert.Equal(Bytes, span.Count((byte)7));
    }
}
