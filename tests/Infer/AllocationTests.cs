namespace Denoise.Tests.Infer;

/// <summary>Allocations are counted over the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    [Theory]
    [InlineData(1, 40, 1)] // one run on the caller's thread
    [InlineData(3, 130, 1)] // tiles on several
    [InlineData(3, 130, 3)]
    public void ACallAllocatesNothingOnceItsShapeIsKnown(int workers, int side, int channels)
    {
        DenoiserOptions options = new() { Workers = workers, TileSize = 60, Colour = ColourMode.LuminanceChroma };
        using Denoiser denoiser = Denoisers.Load("conv-denoiser", options: options);
        byte[] noisy = [.. Samples.Image(channels * side * side).Select(v => (byte)(v * 255))], denoised = new byte[noisy.Length];
        using var stop = new CancellationTokenSource();
        void Call() => denoiser.Denoise<byte>(noisy, denoised, new(side, side) { Channels = channels }, stop.Token);
        for (int i = 0; i < 50; i++)
            Call();
        // Over all threads, so that helpers count too; a stray allocation of the runtime's own is not one for each call.
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < 200; i++)
            Call();
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 200 * 20);
    }
}
