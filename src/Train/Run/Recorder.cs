using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Denoise.Train.Report;

namespace Denoise.Train;

/// <summary>Records a training: progress and messages at the terminal; checkpoints, metrics, samples and reports in its folder.</summary>
internal sealed class Recorder : IDisposable
{
    /// <summary>Screen pixels for each pixel of a sample.</summary>
    private const int SampleScale = 4;

    /// <summary>Samples as high as this are not enlarged.</summary>
    private const int LargeSample = 128;

    private readonly Run _run;
    private readonly Examples _data;
    private readonly RunJson _json;
    private readonly List<EpochMetrics> _epochs;
    private readonly List<StepTest> _tests;
    private readonly TensorBoardWriter? _tensorBoard;
    private ProgressBar? _bar;

    public Recorder(Run run, Examples data)
    {
        (_run, _data, _json) = (run, data, new(run, data));
        int epoch = run.Start.Position.Epoch;
        _epochs = run.Folder.ReadMetrics(epoch - 1);
        _tests = [.. run.Start.Position.Tests];
        _tensorBoard = run.Conditions.TensorBoard ? new TensorBoardWriter(run.Folder.Location, epoch) : null;
    }

    /// <summary>Shows the progress of the training while it runs.</summary>
    /// <param name="start">Kept first, so that the folder can be gone on with whatever comes.</param>
    /// <param name="train">Ends with the reason in words.</param>
    public string Watch(TrainingState start, Func<string> train)
    {
        start.Save(_run.Folder.State);
        WriteJson("running", null);
        return ProgressBar.Run("training", (long)_run.Options.Epochs * _data.Training.Count, bar =>
        {
            _bar = bar;
            return train();
        });
    }

    public void Note(string line) => _bar!.WriteLine(line);

    /// <param name="position">A place within an epoch.</param>
    /// <param name="mse">The mean over the epoch so far.</param>
    /// <param name="imagesPerSecond">The speed since training began or was resumed.</param>
    public void Progressed(Position position, double mse, double imagesPerSecond) => _bar!.Report(
        (position.Epoch - 1L) * _data.Training.Count + position.Image,
        Text($"epoch {position.Epoch}/{_run.Options.Epochs}, MSE {mse:F5}, {imagesPerSecond:F0} images/s"));

    public void Tested(StepTest test)
    {
        _tests.Add(test);
        int line = (int)(test.Step / _run.Options.TestEvery);
        Note(Text($"step {test.Step}: test MSE {test.TestMse:F5}{_run.Notebook?.Beside(line, test.TestMse)}"));
    }

    /// <summary>Writes an epoch's files. The state comes last, so that all it speaks of is there.</summary>
    /// <param name="epoch">The figures.</param>
    /// <param name="weights">The weights that were measured.</param>
    /// <param name="samples">Rows of sample pictures.</param>
    /// <param name="state">The state after the epoch, which says whether it is the best.</param>
    public void EpochEnded(
        EpochMetrics epoch, IReadOnlyDictionary<string, ParameterValues> weights, Picture[][] samples, TrainingState state)
    {
        _epochs.Add(epoch);
        Checkpoint checkpoint = Checkpoint(epoch, weights);
        if (state.Position.BestEpoch == epoch.Epoch)
            checkpoint.Save(_run.Folder.Best);
        checkpoint.Save(_run.Folder.Last);
        Picture sheet = Sheet(samples);
        _run.Folder.WriteSamples(sheet);
        _tensorBoard?.Write(epoch, sheet);
        _run.Folder.WriteMetrics(_epochs);
        state.Save(_run.Folder.State);
        Note(Line(epoch));
    }

    /// <summary>Writes the report, and says how the run ended.</summary>
    /// <param name="why">The reason in words.</param>
    /// <param name="scores">Those of the best epoch.</param>
    /// <param name="beside">Those of another network, which this one should beat; null for none.</param>
    public string Finished(string why, TestScores scores, Beside? beside)
    {
        ReportContent report = Report(why, scores, beside);
        _run.Folder.WriteReport(HtmlReport.Html(report), Curves.Svg(report));
        WriteJson("finished", why, scores, beside);
        string besideLine = beside is null ? "" : $"\n  {beside.Name}, for comparison: {Line(scores.Noisy, beside.Scores.Denoised)}";
        return Text($"""
            {report.Status} Best was epoch {report.Best.Epoch}; its test images:
              {Line(scores.Noisy, scores.Denoised)}{besideLine}
              {_run.Folder.Best}
              {_run.Folder.Report}
            """);
    }

    private string Line(Scores noisy, Scores denoised) => _data.HasReferences
        ? Text($"MSE {noisy.Mse:F5} -> {denoised.Mse:F5}, PSNR {noisy.Psnr:F2} -> {denoised.Psnr:F2} dB, ")
            + Text($"SSIM {noisy.Ssim:F3} -> {denoised.Ssim:F3}")
        : Text($"error against {_data.Targets} {1e6 * noisy.Mse:F1} -> {1e6 * denoised.Mse:F1} millionths");

    /// <summary>Keeps the state of a training that is interrupted.</summary>
    public void Interrupted(TrainingState state)
    {
        state.Save(_run.Folder.State);
        WriteJson("stopped", "interrupted");
    }

    public void Failed(Exception exception)
    {
        try
        {
            // Where not even the state could be written, the folder stays free for the next run.
            if (File.Exists(_run.Folder.State))
                WriteJson("failed", exception.Message);
        }
        catch (IOException)
        {
            // The cause, such as a full disk, is already on its way to the user.
        }
    }

    private void WriteJson(string status, string? why, TestScores? scores = null, Beside? beside = null) =>
        _run.Folder.WriteJson(_json.Of(status, why, _epochs, _tests, scores, beside));

    private string Line(EpochMetrics epoch)
    {
        string validation = epoch.ValidationMse is { } mse ? Text($"validation MSE {mse:F5}, ") : "";
        string beside = _run.Options.TestEvery == 0 ? _run.Notebook?.Beside(epoch.Epoch, epoch.TrainMse) ?? "" : "";
        return Text($"epoch {epoch.Epoch}/{_run.Options.Epochs}: training MSE {epoch.TrainMse:F5}, {validation}")
            + Text($"test MSE {epoch.TestMse:F5} ({epoch.TestPsnr:F2} dB), {epoch.ImagesPerSecond:F0} images/s{beside}");
    }

    private Checkpoint Checkpoint(EpochMetrics epoch, IReadOnlyDictionary<string, ParameterValues> weights) =>
        new(_run.Architecture, weights, new Dictionary<string, string>(
        [
            .. Origin.Of(_run.Options, _run.Architecture, _data),
            ModelContract.Epoch.Of(epoch.Epoch), ModelContract.TestMse.Of(epoch.TestMse),
        ]));

    private ReportContent Report(string why, TestScores scores, Beside? beside) => new()
    {
        Title = Path.GetFileName(Path.GetFullPath(_run.Folder.Location)),
        Status = $"Ended after {_epochs.Count} epochs: {why}.",
        Epochs = _epochs,
        Best = _epochs.MinBy(e => e.ChosenBy)!,
        Notebook = _run.Notebook?.Comparison(_run.Compared(_epochs[^1])),
        Options = [.. Options()],
        Noisy = scores.Noisy,
        Denoised = scores.Denoised,
        Targets = _data.Targets,
        Beside = beside is null ? null : (beside.Name, beside.Scores.Denoised),
        Samples = Sheet(beside is null ? scores.Samples : [scores.Samples[0], beside.Scores.Samples[1], .. scores.Samples[1..]]),
    };

    private IEnumerable<(string Name, string Value)> Options() => JsonSerializer.SerializeToNode(_run.Options, RunJson.Style)!.AsObject()
        .Where(option => option.Value is not null).Select(option => (option.Key.Replace('_', ' '), option.Value!.ToString()));

    private Picture Sheet(Picture[][] samples) => ContactSheet.Compose(
        _data.HasReferences ? samples : samples[..^1], samples[0][0].Height < LargeSample ? SampleScale : 1);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public void Dispose() => _tensorBoard?.Dispose();
}
