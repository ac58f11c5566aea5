using System.Reflection;
using System.Runtime.CompilerServices;

namespace Denoise.Tests.Infer;

/// <summary>A denoiser may be disposed of at any time.</summary>
public sealed class DisposeTests
{
    private const int Side = 60;

    private static readonly ImageLayout Layout = new(Side, Side);
    private static readonly float[] Noisy = Samples.Image(Side * Side);

    private static Denoiser Load() => Denoisers.Load("conv-denoiser", options: new() { TileSize = 28, Workers = 3 });

    [Fact]
    public async Task AfterwardsACallIsRefused()
    {
        Denoiser denoiser = Load();
        float[] denoised = new float[Noisy.Length];
        denoiser.Denoise<float>(Noisy, denoised, Layout);
        denoiser.Dispose();
        denoiser.Dispose();
        Assert.Throws<ObjectDisposedException>(() => denoiser.Denoise<float>(Noisy, denoised, Layout));
        Assert.Throws<ObjectDisposedException>(() => denoiser.Verify());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => denoiser.DenoiseAsync<float>(Noisy, denoised, Layout));
    }

    [Fact]
    public async Task CallsUnderWayComeToTheirEnd()
    {
        float[] expected = new float[Noisy.Length];
        using (Denoiser one = Load())
            one.Denoise<float>(Noisy, expected, Layout);
        for (int round = 0; round < 20; round++)
        {
            Denoiser denoiser = Load();
            int right = 0;
            Task[] callers = [.. Enumerable.Range(0, 6).Select(i => Task.Run(async () =>
            {
                for (var denoised = new float[Noisy.Length]; ; Interlocked.Increment(ref right))
                {
                    if (i % 2 == 0)
                        denoiser.Denoise<float>(Noisy, denoised, Layout);
                    else
                        await denoiser.DenoiseAsync<float>(Noisy, denoised, Layout);
                    Assert.Equal(expected, denoised);
                }
            }))];
            while (Volatile.Read(ref right) < 10)
                await Task.Yield();
            await Task.WhenAll(Task.Run(denoiser.Dispose), Task.Run(denoiser.Dispose));
            foreach (Task caller in callers)
                await Assert.ThrowsAsync<ObjectDisposedException>(() => caller);
        }
    }

    [Fact]
    public void OneThatIsForgottenKeepsNoThreads()
    {
        List<Thread> threads = ThreadsOfAForgottenOne();
        Assert.NotEmpty(threads);
        for (int attempt = 0; attempt < 50 && threads.Exists(thread => thread.IsAlive); attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(50);
        }
        Assert.All(threads, thread => Assert.False(thread.IsAlive));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<Thread> ThreadsOfAForgottenOne()
    {
        Denoiser denoiser = Load();
        denoiser.Denoise<float>(Noisy, new float[Noisy.Length], Layout);
        object workers = Field(denoiser, "_threads");
        return [.. (List<Thread>)Field(workers, "_threads")];

        static object Field(object owner, string name) =>
            owner.GetType().GetField(name, BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(owner)!;
    }

    [Fact]
    public void NothingIsNotAnArgument()
    {
        using Denoiser denoiser = Load();
        Assert.Throws<ArgumentNullException>(() => Denoiser.Load((string)null!));
        Assert.Throws<ArgumentNullException>(() => Denoiser.Load((Stream)null!));
        Assert.Throws<ArgumentNullException>(() => denoiser.DenoiseAsync<byte>(null!));
        Assert.Throws<ArgumentNullException>(() => new NoiseCurve(null!));
    }
}
