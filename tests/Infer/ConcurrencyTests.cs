namespace Denoise.Tests.Infer;

/// <summary>One denoiser, many callers.</summary>
public sealed class ConcurrencyTests
{
    private static Denoiser Load(DenoiserOptions? options = null) => Denoisers.Load("conv-denoiser", options: options);

    /// <summary>How much resident memory may grow in a long run after its first minute. Memory lost with each call would be
    /// more: a thousand calls have inputs and outputs of 42 MB.</summary>
    private const long MostGrowth = 64L << 20;

    private sealed record Noisy(ImageLayout Layout, float[] Pixels, float[] Expected);

    private static Noisy[] Pictures(Denoiser denoiser, int channels) => [.. Enumerable.Range(0, 20).Select(i =>
    {
        var layout = new ImageLayout(5 + 7 * i, 150 - 6 * i) { Channels = channels, Batch = channels == 1 ? 1 + i % 3 : 1 };
        float[] noisy = Samples.Image((int)layout.Length, i);
        return new Noisy(layout, noisy, denoiser.Denoised(noisy, layout));
    })];

    /// <summary>With DENOISE_SOAK, such as 10m, thousand after thousand for so long.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task AThousandCallsOfAllSizesAreRightAndSomeAreCancelled(int channels)
    {
        TimeSpan time = Denoise.Train.Duration.Parse(Environment.GetEnvironmentVariable("DENOISE_SOAK")) ?? default;
        using Denoiser denoiser = Load(new() { TileSize = 52, Colour = ColourMode.LuminanceChroma });
        Noisy[] pictures = Pictures(denoiser, channels);
        var watch = Stopwatch.StartNew();
        long settled = 0, most = 0;
        for (int thousands = 1, minute = 0; ; thousands++)
        {
            Assert.InRange(await CallAThousandTimes(denoiser, pictures), 1, 200);
            long resident = Environment.WorkingSet;
            if (watch.Elapsed < TimeSpan.FromMinutes(1))
                settled = Math.Max(settled, resident);
            most = Math.Max(most, resident);
            if (watch.Elapsed >= time)
                break;
            if (watch.Elapsed.TotalMinutes >= minute)
                TestContext.Current.TestOutputHelper!.WriteLine($"{minute++} min: {thousands} thousand calls, {resident >> 20} MiB");
        }
        Assert.InRange(most, settled, settled + MostGrowth);
    }

    /// <returns>How many calls were cancelled.</returns>
    private static async Task<int> CallAThousandTimes(Denoiser denoiser, Noisy[] pictures)
    {
        int cancelled = 0;
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            Noisy picture = pictures[i * 7 % pictures.Length];
            using var stop = new CancellationTokenSource();
            if (i % 5 == 0)
                stop.CancelAfter(i % 97);
            var actual = new float[picture.Pixels.Length];
            try
            {
                await (i % 2 == 0
                    ? denoiser.DenoiseAsync<float>(picture.Pixels, actual, picture.Layout, stop.Token)
                    : Task.Run(() => denoiser.Denoise(picture.Pixels, actual, picture.Layout, stop.Token)));
            }
            catch (OperationCanceledException e) when (e.CancellationToken == stop.Token)
            {
                Interlocked.Increment(ref cancelled);
                return;
            }
            Assert.Equal(picture.Expected, actual);
        }));
        return cancelled;
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
            byte[] noisy = [.. Enumerable.Repeat((byte)next, image.Pixels.Length)];
            Assert.Equal(denoiser.Denoised(noisy, image.Layout), image.Pixels.ToArray());
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
        Task[] calls = [.. Enumerable.Range(0, 40)
            .Select(_ => denoiser.DenoiseAsync<float>(noisy, new float[noisy.Length], new(400, 400)))];
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
