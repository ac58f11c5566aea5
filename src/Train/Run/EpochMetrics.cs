using Denoise.Metrics;

namespace Denoise.Train;

/// <summary>The figures of an epoch, one line of metrics.csv.</summary>
/// <param name="LearningRate">At the epoch's end.</param>
/// <param name="TrainMse">The mean over the epoch, while the weights moved.</param>
/// <param name="ValidationMse">On the images held back; null where there are none.</param>
internal sealed record EpochMetrics(
    int Epoch, double LearningRate, double TrainMse, double? ValidationMse, double TestMse, double ImagesPerSecond, double Seconds)
{
    public const string Header = "epoch,learning_rate,train_mse,validation_mse,test_mse,test_psnr,images_per_second,seconds";

    /// <summary>In dB, from the mean squared error, with peak 1.</summary>
    public double TestPsnr => Quality.Psnr(TestMse);

    /// <summary>The error that decides which epoch is the best.</summary>
    public double ChosenBy => ValidationMse ?? TestMse;

    public string ToCsv() => string.Create(CultureInfo.InvariantCulture,
        $"{Epoch},{LearningRate:R},{TrainMse:R},{ValidationMse:R},{TestMse:R},{TestPsnr:F4},{ImagesPerSecond:F1},{Seconds:F2}");

    public static EpochMetrics FromCsv(string line)
    {
        string[] fields = line.Split(',');
        double Number(int i) => double.Parse(fields[i], CultureInfo.InvariantCulture);
        return new((int)Number(0), Number(1), Number(2), fields[3].Length == 0 ? null : Number(3), Number(4), Number(6), Number(7));
    }
}

/// <summary>A measurement on the test images within an epoch.</summary>
internal sealed record StepTest(long Step, double TestMse);

/// <summary>How close images are to the clean ones.</summary>
/// <param name="Mse">Over all pixels, with values in [0,1].</param>
/// <param name="Psnr">In dB, the mean over 8-bit pictures.</param>
/// <param name="Ssim">At most 1, the mean over 8-bit pictures.</param>
internal sealed record Scores(double Mse, double Psnr, double Ssim);
