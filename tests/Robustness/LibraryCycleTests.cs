using Denoise.Tests.Infer;
using static Denoise.Tests.Infer.Denoisers;

namespace Denoise.Tests.Robustness;

/// <summary>The library under use that goes on and on.</summary>
[CollectionDefinition(nameof(LibraryCycleTests), DisableParallelization = true)]
[Collection(nameof(LibraryCycleTests))]
public sealed class LibraryCycleTests
{
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
