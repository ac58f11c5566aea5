using System.CommandLine;
using Denoise.CommandLine;
using Denoise.Network;
using Denoise.Network.Checkpoints;
using Denoise.Network.Checkpoints.Dat;
using Denoise.Network.Checkpoints.Safetensors;

namespace Denoise.Export.Tool;

/// <summary>The `convert` command: a checkpoint of one format written in another.</summary>
internal static class ConvertCommand
{
    private static readonly Argument<string> Source = new("IN") { Description = "safetensors, TorchSharp .dat or PyTorch .pt; told by its content" };
    private static readonly Argument<string> Target = new("OUT") { Description = "the file to write, *.safetensors or *.dat" };
    private static readonly Option<string?> Network = ArchitectureOption.Option();

    public static Command Command() => new("convert", "Writes a checkpoint in another format.") { Source, Target, Network };

    public static int Run(ParseResult parsed, CancellationToken stop)
    {
        string source = parsed.GetValue(Source)!, target = parsed.GetValue(Target)!;
        bool isDat = IsDat(target);
        Architecture? architecture = ArchitectureOption.Get(parsed, Network);
        CheckPaths(source, target);

        StateDict file = StateDict.Load(source);
        stop.ThrowIfCancellationRequested();
        // A network that is known is written as our own checkpoint, in float32; other tensors just as they are.
        Checkpoint? checkpoint = architecture is null && !Checkpoint.CarriesArchitecture(file) ? null : Checkpoint.From(file, architecture);
        if (isDat)
            DatFile.Save(target, checkpoint is null ? [.. ForeignNames.Unwrapped(file.Tensors)] : ForeignNames.WithCounters(checkpoint, file.Tensors));
        else if (checkpoint is null)
            new SafetensorsFile(file.Metadata, ForeignNames.Unwrapped(file.Tensors)).Save(target);
        else
            checkpoint.Save(target);
        Console.WriteLine($"{target}: {(isDat ? "TorchSharp .dat" : "safetensors")}{(checkpoint is null ? "" : $" of {checkpoint.Architecture.Name}")} "
            + $"from {source}, {file.Format} with {file.Tensors.Count:N0} tensors of {file.ValueCount:N0} values");
        return ExitCode.Done;
    }

    private static bool IsDat(string target) => Path.GetExtension(target).ToLowerInvariant() switch
    {
        ".dat" => true,
        ".safetensors" => false,
        ".pt" or ".pth" => throw ToolException.Usage($"{target}: PyTorch files are read but not written; PyTorch reads safetensors, so name it *.safetensors."),
        _ => throw ToolException.Usage($"{target}: the format goes by the file's ending, expected .safetensors or .dat."),
    };

    private static void CheckPaths(string source, string target)
    {
        if (!File.Exists(source))
            throw new ToolException($"There is no checkpoint {source}.");
        if (Path.GetFullPath(source) == Path.GetFullPath(target))
            throw ToolException.Usage($"{source} would be written over itself; name another file.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(target))!;
        if (!Directory.Exists(folder))
            throw new ToolException($"There is no folder {folder} to write {Path.GetFileName(target)} to.");
    }
}
