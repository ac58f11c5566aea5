using Denoise.Train;
using Denoise.Train.Report;

namespace Denoise.Tests.Train.Report;

/// <summary>A run as the recorder would describe it, of any length.</summary>
internal static class SampleReport
{
    public const int BestEpoch = 3;

    /// <param name="epochs">At least <see cref="BestEpoch"/>, or 1, where the only one is the best.</param>
    public static ReportContent Of(int epochs) => new()
    {
        Title = "conv-denoiser-1",
        Status = "Finished.",
        Epochs = [.. Enumerable.Range(1, epochs).Select(Epoch)],
        Best = Epoch(Math.Min(BestEpoch, epochs)),
        Notebook = new("Denoising Autoencoder", "training loss, 20 × MSE", 0.505157, 20 * Epoch(epochs).TrainMse, 0.505157 / 20),
        Options = [("batch size", "20"), ("noise", "gaussian:0.5")],
        Noisy = new(0.11537, 9.379, 0.4129),
        Denoised = new(0.02157, 16.661, 0.7280),
        Samples = new(28, 84, 1, [.. Enumerable.Range(0, 28 * 84).Select(p => (byte)(7 * p))]),
    };

    /// <summary>Errors that fall as 1 over the square root of the epoch, each a number of its own.</summary>
    public static EpochMetrics Epoch(int epoch) =>
        new(epoch, 0.001, 0.046871 / Math.Sqrt(epoch), null, epoch == BestEpoch ? 0.02157 : 0.034893 / Math.Sqrt(epoch), 1368.4, 43.85);
}
