using Denoise.CommandLine;

namespace Denoise.Export.Tool;

/// <summary>Finds what `train` left behind.</summary>
internal static class Runs
{
    private const string Folder = "runs";

    /// <summary>The best checkpoint of the run that was written to last, below the working folder.</summary>
    public static string NewestBest()
    {
        string? newest = Directory.Exists(Folder)
            ? Directory.EnumerateDirectories(Folder)
                .Select(run => Path.Combine(run, "checkpoints", "best.safetensors"))
                .Where(File.Exists)
                .MaxBy(File.GetLastWriteTimeUtc)
            : null;
        return newest ?? throw new ToolException($"No checkpoint was found in {Path.GetFullPath(Folder)}: train first, or name one with --checkpoint FILE.");
    }
}
