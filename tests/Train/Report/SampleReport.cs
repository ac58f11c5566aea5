using Denoise.Imaging;
using Denoise.Network;
using Denoise.Train;
using Denoise.Train.Report;

namespace Denoise.Tests.Train.Report;

/// <summary>A run as the trainer would describe it, of any length.</summary>
internal static class SampleReport
{
    public const int BestEpoch = 3;

    /// <param name="epochs">At least <see cref="BestEpoch"/>, or 1, where the only one is the best.</param>
    public static RunReport Of(int epochs) => new()
    {
        Title = "conv-denoiser-1",
        Recipe = "conv-denoiser",
        Status = "Finished.",
        Epochs = [.. Enumerable.Range(1, epochs).Select(Epoch)],
        BestEpoch = Math.Min(BestEpoch, epochs),
        Notebook = new("Denoising Autoencoder", "Training loss, last epoch (20 × MSE)", 0.505157, [.. Enumerable.Range(1, epochs).Select(e => 20 * Epoch(e).TrainMse)], 0.505157 / 20),
        Options = [("batch size", "20"), ("noise", "gaussian:0.5")],
        Facts = [("device", "cpu"), (".NET", "10.0")],
        Noisy = new(0.11537, 9.379, 0.4129),
        Denoised = new(0.02157, 16.661, 0.7280),
        Architecture = Catalogue.Get("conv-denoiser"),
        Input = new Shape(1, 28, 28),
        Samples = [Row("noisy", 100), Row("denoised", 40), Row("clean", 0)],
    };

    /// <summary>Errors that fall as 1 over the square root of the epoch, each a number of its own.</summary>
    public static EpochMetrics Epoch(int epoch) =>
        new(epoch, 0.001, 0.046871 / Math.Sqrt(epoch), null, epoch == BestEpoch ? 0.02157 : 0.034893 / Math.Sqrt(epoch), 1368.4, 43.85);

    private static SampleRow Row(string name, int seed) =>
        new(name, [.. Enumerable.Range(0, 2).Select(i => new Picture(28, 28, 1, [.. Enumerable.Range(0, 28 * 28).Select(p => (byte)(p * (i + 1) + seed))]))]);
}
