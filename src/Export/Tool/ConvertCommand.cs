using System.CommandLine;
using Denoise.Network.Checkpoints;
using Denoise.Network.Checkpoints.Dat;
using Denoise.Network.Checkpoints.Safetensors;
using Denoise.Network.Recognition;

namespace Denoise.Export.Tool;

/// <summary>The `convert` command: writes a checkpoint in another format.</summary>
internal static class ConvertCommand
{
    private static readonly Argument<string> Source =
        new("IN") { Description = "safetensors, TorchSharp .dat or PyTorch .pt; the content tells which" };

    private static readonly Argument<string> Target = new("OUT") { Description = "the file to write, *.safetensors or *.dat" };

    private static readonly Option<string?> Network = new(ExportSettings.Architecture) { Description = ExportSettings.ArchitectureMeaning };

    private static readonly Option<string?> Key = new(ExportSettings.Key) { Description = ExportSettings.KeyMeaning };
    private static readonly Option<string[]> Ignore = new(ExportSettings.Ignore) { Description = ExportSettings.IgnoreMeaning };

    public static Command Command() =>
        new Command("convert", "Writes a checkpoint in another format.") { Source, Target, Network, Key, Ignore }
            .WithExamples("export convert weights.pt weights.safetensors", "export convert best.safetensors weights.dat");

    public static int Run(ParseResult parsed, CancellationToken stop)
    {
        string source = parsed.GetValue(Source)!, target = parsed.GetValue(Target)!;
        bool isDat = IsDat(target);
        string? network = parsed.GetValue(Network);
        Architecture? architecture = network is not null
            ? OptionValue.Read(ExportSettings.Architecture, () => ArchitectureFile.Load(network))
            : null;
        CheckPaths(source, target, network);

        var request = new ExportRequest { Key = parsed.GetValue(Key), Ignore = parsed.GetValue(Ignore) ?? [] };
        StateDict file = request.LoadWeights(source);
        stop.ThrowIfCancellationRequested();
        bool isKnown = architecture is not null || Checkpoint.CarriesArchitecture(file)
            || RecognizedNetwork.Of(file.Tensors) is { IsExact: true };
        Checkpoint? checkpoint = isKnown ? Checkpoint.From(file, architecture) : null;
        Save(file, checkpoint, target, isDat);
        string written = (isDat ? "TorchSharp .dat" : "safetensors") + (isKnown ? $" of {checkpoint!.Architecture.Name}" : "");
        Console.WriteLine(
            $"{target}: {written} from {source}, {file.Format} with {file.Tensors.Count:N0} tensors of {file.ValueCount:N0} values");
        return ExitCode.Done;
    }

    /// <summary>A known network is written as our own checkpoint, in float32; other tensors as they are.</summary>
    private static void Save(StateDict file, Checkpoint? checkpoint, string target, bool isDat)
    {
        if (checkpoint is null && isDat)
            DatFile.Save(target, ForeignNames.Unwrapped(file.Tensors));
        else if (checkpoint is null)
            new SafetensorsFile(file.Metadata, ForeignNames.Unwrapped(file.Tensors)).Save(target);
        else if (isDat)
            DatFile.Save(target, ForeignNames.WithCounters(checkpoint, file.Tensors));
        else
            checkpoint.Save(target);
    }

    private static bool IsDat(string target) => Path.GetExtension(target).ToLowerInvariant() switch
    {
        ".dat" => true,
        ".safetensors" => false,
        ".pt" or ".pth" => throw ToolException.Usage(
            $"{target}: PyTorch files are read but not written; PyTorch reads safetensors, so name it *.safetensors."),
        _ => throw ToolException.Usage($"{target}: the file's ending decides the format, expected .safetensors or .dat."),
    };

    private static void CheckPaths(string source, string target, string? network)
    {
        if (!File.Exists(source))
            throw new ToolException($"There is no checkpoint {source}.");
        if (RealPath.Comparer.Equals(RealPath.Of(source), RealPath.Of(target)))
            throw ToolException.Usage($"{source} would be written over itself; name another file.");
        var files = new FileUse();
        if (network is not null && File.Exists(network))
            files.Reads("the network of --architecture", network);
        files.Writes("OUT", target);
        string folder = Path.GetDirectoryName(Path.GetFullPath(target))!;
        if (!Directory.Exists(folder))
            throw new ToolException($"There is no folder {folder} to write {Path.GetFileName(target)} to.");
    }
}
