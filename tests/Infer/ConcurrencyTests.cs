using Denoise.Export;
using Denoise.Infer;
using Xunit;

namespace Denoise.Tests.Infer;

/// <summary>One denoiser, many callers.</summary>
public sealed class ConcurrencyTests
{
    private static Denoiser Load(DenoiserOptions? options = null) =>
        Denoiser.Load(OnnxExporter.Export(Samples.ConvDenoiser()).ToBytes(), (options ?? new()) with { Device = "cpu" });

    [Fact]
    public async Task AThousandCallsOfAllSizesAreRightAndSomeAreCancelled()
    {
        using Denoiser denoiser = Load(new() { TileSize = 52 });
        var pictures = Enumerable.Range(0, 20).Select(i => (Height: 5 + 7 * i, Width: 150 - 6 * i)).Select(s =>
        {
            float[] noisy = Samples.Image(s.Height * s.Width, s.Height), denoised = new float[noisy.Length];
            denoiser.Denoise(noisy, denoised, s.Height, s.Width);
            return (s.Height, s.Width, Noisy: noisy, Expected: denoised);
        }).ToArray();
        int cancelled = 0;
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            var (height, width, noisy, expected) = pictures[i * 7 % 20];
            using var stop = new CancellationTokenSource();
            if (i % 5 == 0)
                stop.CancelAfter(i % 97);
            var actual = new float[noisy.Length];
            try
            {
                await (i % 2 == 0
                    ? denoiser.DenoiseAsync<float>(noisy, actual, new(height, width), stop.Token)
                    : Task.Run(() => denoiser.Denoise(noisy, actual, height, width, 1, stop.Token)));
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref cancelled);
                return;
            }
            Assert.Equal(expected, actual);
        }));
        Assert.InRange(cancelled, 1, 200);
    }

    [Fact]
    public async Task AStreamKeepsItsOrderAndItsErrors()
    {
        using Denoiser denoiser = Load();
        static async IAsyncEnumerable<PixelImage<byte>> Images(int count)
        {
            for (int i = 0; i < count; i++)
            {
                await Task.Yield();
                int side = 12 + i % 7 * 16;
                yield return new(Enumerable.Repeat((byte)i, side * side).ToArray(), new(side, side), i);
            }
        }
        int next = 0;
        await foreach (PixelImage<byte> image in denoiser.DenoiseAsync(Images(60)))
        {
            Assert.Equal(next, image.Tag);
            byte[] expected = new byte[image.Pixels.Length];
            denoiser.Denoise<byte>(Enumerable.Repeat((byte)next, expected.Length).ToArray(), expected, image.Layout);
            Assert.Equal(expected, image.Pixels.ToArray());
            next++;
        }
        Assert.Equal(60, next);

        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (PixelImage<byte> image in denoiser.DenoiseAsync(Images(60), stop.Token))
                if (image.Tag is 5)
                    stop.Cancel();
        });
        await Assert.ThrowsAsync<ArgumentException>(() => denoiser.DenoiseAsync<byte>(new byte[3], new byte[3], new(2, 2)));
    }

    [Fact]
    public async Task AsynchronousCallsHoldNoThreadOfThePool()
    {
        using Denoiser denoiser = Load(new() { Workers = 2 });
        float[] noisy = Samples.Image(400 * 400);
        int busy = 0;
        Task[] calls = [.. Enumerable.Range(0, 40).Select(_ => denoiser.DenoiseAsync<float>(noisy, new float[noisy.Length], new(400, 400)))];
        while (!Task.WhenAll(calls).IsCompleted)
        {
            ThreadPool.GetAvailableThreads(out int free, out _);
            ThreadPool.GetMaxThreads(out int most, out _);
            busy = Math.Max(busy, most - free);
            Thread.Sleep(1);
        }
        await Task.WhenAll(calls);
        // Other tests have threads of the pool too; 40 calls have none of them.
        Assert.InRange(busy, 0, 39);
    }
}
