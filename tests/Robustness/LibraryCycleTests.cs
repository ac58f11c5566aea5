using Denoise.Tests.Infer;
using static Denoise.Tests.Infer.Denoisers;

namespace Denoise.Tests.Robustness;

/// <summary>The library under use that goes on and on.</summary>
[CollectionDefinition(nameof(LibraryCycleTests), DisableParallelization = true)]
[Collection(nameof(LibraryCycleTests))]
public sealed class LibraryCycleTests
{
    [Fact]
    public void ACancelledCallEndsBeforeItsNextTiles()
    {
        using Denoiser denoiser = Load("unet", options: new() { TileSize = 64, Workers = 2 });
        var layout = new ImageLayout(1500, 1500);
        float[] noisy = Samples.Image((int)layout.Length), denoised = new float[noisy.Length];
        var whole = Stopwatch.StartNew();
        denoiser.Denoise<float>(noisy, denoised, layout);
        var random = new Random(1);
        var waited = new List<double>();
        for (int round = 0; round < Rounds.Of(5, 480); round++)
        {
            using var stop = new CancellationTokenSource();
            long cancelled = 0;
            using var timer = new Timer(_ =>
            {
                cancelled = Stopwatch.GetTimestamp();
                stop.Cancel();
            }, null, random.Next((int)whole.ElapsedMilliseconds / 2), Timeout.Infinite);
            Assert.ThrowsAny<OperationCanceledException>(() => denoiser.Denoise<float>(noisy, denoised, layout, null, stop.Token));
            waited.Add(Stopwatch.GetElapsedTime(cancelled).TotalSeconds);
        }
        // 0.2 s on a machine that does nothing else; here others may be at work.
        Assert.InRange(waited.Order().ElementAt(waited.Count / 2), 0, 1);
    }

    [Fact]
    public void LoadingAndDisposingKeepsNoMemory()
    {
        byte[] model = Model("unet");
        var layout = new ImageLayout(64, 64);
        float[] noisy = Samples.Image((int)layout.Length);
        Cycle(20);
        long settled = Environment.WorkingSet;
        int rounds = Rounds.Of(100, 5000);
        Cycle(rounds);
        // A model of 0.6 MB that stayed would be 60 MB after 100 rounds.
        Assert.InRange(Environment.WorkingSet - settled, long.MinValue, 30L << 20);

        void Cycle(int count)
        {
            for (int i = 0; i < count; i++)
            {
                using Denoiser denoiser = Load(model);
                denoiser.Denoised(noisy, layout);
            }
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }
    }
}
