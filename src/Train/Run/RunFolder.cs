namespace Denoise.Train;

/// <summary>The folder of one training. Every file in it is whole or absent.</summary>
internal sealed class RunFolder
{
    private RunFolder(string path) => Location = path;

    public string Location { get; }

    public string Best => Path.Combine(Location, "checkpoints", "best.safetensors");

    public string Last => Path.Combine(Location, "checkpoints", "last.safetensors");

    /// <summary>The <see cref="TrainingState"/> to resume from.</summary>
    public string State => Path.Combine(Location, "checkpoints", "training-state.safetensors");

    public string Report => Path.Combine(Location, "report.html");

    private string Metrics => Path.Combine(Location, "metrics.csv");

    private string Json => Path.Combine(Location, "run.json");

    /// <summary>Makes the folder of a new run.</summary>
    /// <param name="path">Null takes the next free runs/RECIPE-N.</param>
    /// <exception cref="ToolException">The folder holds a run already, or it cannot be made.</exception>
    public static RunFolder Create(string? path, string recipe)
    {
        var folder = new RunFolder(path ?? NextFree(recipe));
        if (File.Exists(folder.State) || File.Exists(folder.Json))
            throw new ToolException($"{folder.Location} already holds a run: "
                + $"continue it with --resume {folder.Location}, or choose another folder with --out.");
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
    /// <exception cref="ToolException">The folder holds no run that can be resumed.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(path);
        return File.Exists(folder.State)
            ? folder
            : throw new ToolException($"{path} holds no run that can be resumed: {folder.State} is missing.");
    }

    private static string NextFree(string recipe) =>
        Enumerable.Range(1, int.MaxValue).Select(n => Path.Combine("runs", $"{recipe}-{n}")).First(path => !Directory.Exists(path));

    public void WriteSamples(Picture sheet) => PictureFile.Write(Path.Combine(Location, "samples.png"), sheet);

    public void WriteMetrics(IEnumerable<EpochMetrics> epochs) =>
        WriteText(Metrics, string.Join('\n', [EpochMetrics.Header, .. epochs.Select(e => e.ToCsv()), ""]));

    /// <summary>The metrics up to an epoch; none where the file is not there yet.</summary>
    public List<EpochMetrics> ReadMetrics(int lastEpoch) => File.Exists(Metrics)
        ? [.. File.ReadLines(Metrics).Skip(1).Where(line => line.Length > 0).Select(EpochMetrics.FromCsv).Where(e => e.Epoch <= lastEpoch)]
        : [];

    public void WriteReport(string html, string curves)
    {
        WriteText(Path.Combine(Location, "curves.svg"), curves);
        WriteText(Report, html);
    }

    public void WriteJson(byte[] json) => AtomicFile.Write(Json, json);

    /// <summary>Makes the best checkpoint the last one.</summary>
    public void RestoreBest() => AtomicFile.Write(Last, File.ReadAllBytes(Best));

    private static void WriteText(string path, string text) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(text));
}
