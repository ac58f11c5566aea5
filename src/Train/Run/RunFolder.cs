using System.Text.Json;
using System.Text.Json.Nodes;

namespace Denoise.Train;

/// <summary>The folder of one training, which has it for itself until it is disposed of. Every file in it is whole or absent.</summary>
internal sealed class RunFolder : IDisposable
{
    private const string StateName = "training-state.safetensors", LockName = ".lock";

    private readonly FileStream _lock;

    /// <exception cref="IOException">Another training has it.</exception>
    private RunFolder(string path)
    {
        Location = path;
        _lock = new(Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    public string Location { get; }

    public string Best => Path.Combine(Location, "checkpoints", "best.safetensors");

    public string Last => Path.Combine(Location, "checkpoints", "last.safetensors");

    /// <summary>The <see cref="TrainingState"/> to resume from.</summary>
    public string State => Path.Combine(Location, "checkpoints", StateName);

    public string Report => Path.Combine(Location, "report.html");

    private string Metrics => Path.Combine(Location, "metrics.csv");

    private string Json => Path.Combine(Location, "run.json");

    private string Samples => Path.Combine(Location, "samples.png");

    private string CurvesPicture => Path.Combine(Location, "curves.svg");

    /// <summary>Whether the run has ended and been reported on.</summary>
    public bool IsFinished
    {
        get
        {
            try
            {
                return JsonNode.Parse(File.ReadAllBytes(Json)) is JsonObject run && (string?)run["status"] == "finished";
            }
            catch (Exception e) when (e is IOException or JsonException or InvalidOperationException)
            {
                return false;
            }
        }
    }

    /// <summary>Makes the folder of a new run.</summary>
    /// <param name="path">Null takes the next free runs/RECIPE-N.</param>
    /// <exception cref="ToolException">The folder holds something that the run would replace, or cannot be made.</exception>
    public static RunFolder Create(string? path, string recipe)
    {
        RunFolder folder = path is null ? NextFree(recipe) : TryMake(path) ?? throw InUse(path);
        string[] written =
            [folder.State, folder.Best, folder.Last, folder.Json, folder.Metrics, folder.Report, folder.Samples, folder.CurvesPicture];
        if (Array.Find(written, File.Exists) is not { } there)
            return folder;
        folder.Dispose();
        throw new ToolException(File.Exists(folder.State)
            ? $"{path} already holds a run: continue it with --resume {path}, or choose another folder with --out."
            : $"{there} would be replaced: choose another folder with --out.");
    }

    /// <summary>Opens the folder of a run to resume.</summary>
    /// <exception cref="ToolException">The folder holds no run that can be resumed, or another training is at work there.</exception>
    public static RunFolder Open(string path)
    {
        string state = Path.Combine(path, "checkpoints", StateName);
        if (!File.Exists(state))
            throw new ToolException($"{path} holds no run that can be resumed: {state} is missing.");
        return TryMake(path) ?? throw InUse(path);
    }

    private static RunFolder NextFree(string recipe) => Enumerable.Range(1, int.MaxValue)
        .Select(n => Path.Combine("runs", $"{recipe}-{n}")).Where(path => !Directory.Exists(path))
        .Select(TryMake).First(folder => folder is not null)!;

    /// <returns>Null where another training is at work there, which may have come between a look and now.</returns>
    private static RunFolder? TryMake(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(path, "checkpoints"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"The run folder {path} cannot be made: {e.Message}");
        }
        try
        {
            return new(path);
        }
        catch (IOException) when (File.Exists(Path.Combine(path, LockName)))
        {
            return null;
        }
    }

    private static ToolException InUse(string path) =>
        new($"Another training is at work in {path}: wait for it, or choose another folder.");

    public void WriteSamples(Picture sheet) => PictureFile.Write(Samples, sheet);

    public void WriteMetrics(IEnumerable<EpochMetrics> epochs) =>
        WriteText(Metrics, string.Join('\n', [EpochMetrics.Header, .. epochs.Select(e => e.ToCsv()), ""]));

    /// <summary>The metrics up to an epoch; none where the file is not there yet.</summary>
    /// <exception cref="ToolException">The file is not what was written.</exception>
    public List<EpochMetrics> ReadMetrics(int lastEpoch)
    {
        try
        {
            IEnumerable<string> lines = File.Exists(Metrics) ? File.ReadLines(Metrics).Skip(1).Where(line => line.Length > 0) : [];
            return [.. lines.Select(EpochMetrics.FromCsv).Where(epoch => epoch.Epoch <= lastEpoch)];
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException)
        {
            throw new ToolException($"{Metrics} was changed since the run wrote it, and cannot be continued.");
        }
    }

    public void WriteReport(string html, string curves)
    {
        WriteText(CurvesPicture, curves);
        WriteText(Report, html);
    }

    public void WriteJson(byte[] json) => AtomicFile.Write(Json, json);

    /// <summary>Makes the best checkpoint the last one.</summary>
    public void RestoreBest() => AtomicFile.Write(Last, File.ReadAllBytes(Best));

    public void Dispose() => _lock.Dispose();

    private static void WriteText(string path, string text) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(text));
}
