using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Denoise.CommandLine;
using Denoise.Imaging;
using Denoise.Train.Report;

namespace Denoise.Train;

/// <summary>One line of metrics.csv: how an epoch went.</summary>
/// <param name="LearningRate">At its end.</param>
/// <param name="TrainMse">Mean over the epoch, while the weights moved.</param>
/// <param name="ValidationMse">Of the images held back; null where none are.</param>
internal sealed record EpochMetrics(
    int Epoch, double LearningRate, double TrainMse, double? ValidationMse, double TestMse, double ImagesPerSecond, double Seconds)
{
    public const string Header = "epoch,learning_rate,train_mse,validation_mse,test_mse,test_psnr,images_per_second,seconds";

    /// <summary>Of the mean squared error, peak 1, in dB.</summary>
    public double TestPsnr => -10 * Math.Log10(TestMse);

    /// <summary>What the best epoch is chosen by.</summary>
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

/// <summary>The folder of one training run. Every file in it is whole or absent.</summary>
internal sealed class RunFolder
{
    /// <summary>The PSNR of equal pictures is infinite, and is written so.</summary>
    internal static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private RunFolder(string path) => Location = path;

    public string Location { get; }

    public string Best => Path.Combine(Location, "checkpoints", "best.safetensors");

    public string Last => Path.Combine(Location, "checkpoints", "last.safetensors");

    /// <summary>All that resuming needs: weights, optimizer and position together, so that they are always of one moment.</summary>
    public string State => Path.Combine(Location, "checkpoints", "training-state.safetensors");

    private string Samples => Path.Combine(Location, "samples.png");

    private string Curves => Path.Combine(Location, "curves.svg");

    public string Report => Path.Combine(Location, "report.html");

    private string Metrics => Path.Combine(Location, "metrics.csv");

    private string Summary => Path.Combine(Location, "run.json");

    /// <summary>Makes the folder of a new run.</summary>
    /// <param name="path">Null takes the next free runs/recipe-n.</param>
    /// <exception cref="ToolException">There is a run in it already, or it cannot be made.</exception>
    public static RunFolder Create(string? path, string recipe)
    {
        var folder = new RunFolder(path ?? NextFree(recipe));
        if (File.Exists(folder.State) || File.Exists(folder.Summary))
            throw new ToolException($"{folder.Location} already holds a run: go on with --resume {folder.Location}, or choose another folder with --out.");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.Location, "checkpoints"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"The run folder {folder.Location} cannot be made: {e.Message}");
        }
        return folder;
    }

    /// <summary>Opens the folder of a run to resume.</summary>
    /// <exception cref="ToolException">There is no run in it that can be resumed.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(path);
        return File.Exists(folder.State)
            ? folder
            : throw new ToolException($"{path} holds no run that can be resumed: {folder.State} is missing.");
    }

    private static string NextFree(string recipe) =>
        Enumerable.Range(1, int.MaxValue).Select(n => Path.Combine("runs", $"{recipe}-{n}")).First(path => !Directory.Exists(path));

    /// <param name="sheet">Noisy, denoised and clean pictures.</param>
    /// <param name="epoch">Whose they are.</param>
    /// <param name="keep">Whether it is kept beside those of other epochs too.</param>
    public void WriteSamples(Picture sheet, int epoch, bool keep)
    {
        PictureFile.Write(Samples, sheet);
        if (!keep)
            return;
        string folder = Path.Combine(Location, "samples");
        Directory.CreateDirectory(folder);
        PictureFile.Write(Path.Combine(folder, $"epoch-{epoch:D4}.png"), sheet);
    }

    public void WriteMetrics(IEnumerable<EpochMetrics> epochs) =>
        AtomicFile.Write(Metrics, Encoding.UTF8.GetBytes(string.Join('\n', [EpochMetrics.Header, .. epochs.Select(e => e.ToCsv()), ""])));

    /// <summary>The rows up to an epoch; none where the file is not there yet.</summary>
    public List<EpochMetrics> ReadMetrics(int lastEpoch) => File.Exists(Metrics)
        ? [.. File.ReadLines(Metrics).Skip(1).Where(line => line.Length > 0).Select(EpochMetrics.FromCsv).Where(e => e.Epoch <= lastEpoch)]
        : [];

    public void WriteReport(RunReport report)
    {
        AtomicFile.Write(Curves, Encoding.UTF8.GetBytes(Denoise.Train.Report.Curves.Svg(report)));
        AtomicFile.Write(Report, Encoding.UTF8.GetBytes(HtmlReport.Html(report)));
    }

    public void WriteSummary(object summary) => AtomicFile.Write(Summary, JsonSerializer.SerializeToUtf8Bytes(summary, Json));
}
