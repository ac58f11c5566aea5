using Denoise.Network.Checkpoints;
using Denoise.Network.Recognition;

namespace Denoise.Export.Tool;

/// <summary>The values of the options of `export`, which <see cref="ExportSettings"/> describes.</summary>
internal sealed record ExportRequest
{
    private const string Runs = "runs";

    public string? Onnx { get; init; }
    public string? CheckpointFile { get; init; }
    public Architecture? Architecture { get; init; }

    /// <summary>The name or file of <see cref="Architecture"/>.</summary>
    public string? ArchitectureName { get; init; }

    public string? Key { get; init; }
    public string[] Ignore { get; init; } = [];
    public ExportOptions Model { get; init; } = ExportOptions.Default;
    public bool ExternalData { get; init; }
    public bool Int8 { get; init; }
    public string? Data { get; init; }
    public string? DataDir { get; init; }
    public string? Noise { get; init; }
    public double MaxLoss { get; init; } = 0.1;
    public string? Triton { get; init; }
    public string? Report { get; init; }
    public string? Inspect { get; init; }
    public string Form { get; init; } = "table";

    /// <exception cref="ToolException">Values that are out of range or contradict each other.</exception>
    public ExportRequest Checked()
    {
        int opset = Model.Opset;
        bool isHalf = Model.Precision == Precision.Float16;
        Require(opset is >= Opsets.Lowest and <= Opsets.Highest, $"--opset is {opset}, expected {Opsets.Lowest} to {Opsets.Highest}.");
        Require(Model.Pixels != PixelType.Float16 || isHalf, "--fp16-io needs --fp16.");
        Require(!Int8 || opset >= Opsets.LowestQuantized,
            $"--int8 needs --opset {Opsets.LowestQuantized} or later, where weights have a scale for each channel.");
        Require(!Int8 || !isHalf, "--int8 and --fp16 contradict each other.");
        Require(Onnx is null || Triton is null, "--onnx and --triton contradict each other: the repository decides where its model lies.");
        Require(Form is "table" or "text" or "svg", $"--as is {Form}, expected table, text or svg.");
        string[] streams = [.. new[] { Onnx, Report }.OfType<string>().Where(ResultFile.IsStandardOutput)];
        Require(streams.Length < 2, "--onnx - and --report - both go to standard output: name a file.");
        Require(!ExternalData || Onnx is null || !ResultFile.IsStream(Onnx),
            $"--external-data puts weights beside a file, and {Onnx} is none.");
        if (Report is not null)
            ExportReport.Check(Report);
        return this;
    }

    /// <exception cref="ToolException">There is none.</exception>
    public string FindCheckpoint()
    {
        if (CheckpointFile is not null)
            return File.Exists(CheckpointFile) ? CheckpointFile : throw new ToolException($"There is no checkpoint {CheckpointFile}.");
        string[] runs = Directory.Exists(Runs) ? Directory.GetDirectories(Runs) : [];
        return runs.Select(run => Path.Combine(run, "checkpoints", "best.safetensors")).Where(File.Exists).MaxBy(File.GetLastWriteTimeUtc)
            ?? throw new ToolException(
                $"There is no checkpoint in {Path.GetFullPath(Runs)}: train first, or name one with --checkpoint FILE.");
    }

    /// <exception cref="FormatException">Not a valid checkpoint, or one of no known network.</exception>
    public Checkpoint Load(string path)
    {
        StateDict file = LoadWeights(path);
        return Architecture is null && !Checkpoint.CarriesArchitecture(file) && RecognizedNetwork.Of(file.Tensors) is not { IsExact: true }
            ? throw new ToolException($"{path} ({file.Format}) does not say to which network its weights belong. "
                + $"{RecognizedNetwork.Nearest(file.Tensors)}\nName the network with --architecture NAME or FILE.json; "
                + $"--inspect {path} shows the tensors and begins such a file.")
            : Checkpoint.From(file, Architecture);
    }

    /// <summary>The part of a file that --key and --ignore leave.</summary>
    /// <exception cref="FormatException">Not a file of weights.</exception>
    public StateDict LoadWeights(string path) =>
        Ignore.Aggregate(StateDict.Load(path, Key), (file, pattern) => file.Without(pattern));

    private static void Require(bool condition, string sentence)
    {
        if (!condition)
            throw ToolException.Usage(sentence);
    }
}
