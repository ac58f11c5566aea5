using Denoise.CommandLine;
using Denoise.Network;
using Denoise.Network.Checkpoints;

namespace Denoise.Export.Tool;

/// <summary>The values of the options of `export`.</summary>
internal sealed record ExportRequest
{
    private const string Runs = "runs";

    /// <summary>The file to write; null where a Triton repository decides it.</summary>
    public string? Onnx { get; init; }

    /// <summary>The checkpoint to read; null takes the best of the newest run.</summary>
    public string? CheckpointFile { get; init; }

    /// <summary>The network of a checkpoint that does not say it itself.</summary>
    public Architecture? Architecture { get; init; }

    public int Opset { get; init; } = Opsets.Default;
    public InputShape? InputShape { get; init; }
    public string InputName { get; init; } = ExportOptions.Default.InputName;
    public string OutputName { get; init; } = ExportOptions.Default.OutputName;
    public bool Half { get; init; }
    public bool HalfPixels { get; init; }
    public bool BytePixels { get; init; }
    public bool ExternalData { get; init; }

    public bool Int8 { get; init; }

    /// <summary>The data to quantise by; null takes those of the training.</summary>
    public string? Data { get; init; }

    public string? DataDir { get; init; }

    /// <summary>The noise to quantise by; null takes that of the training.</summary>
    public string? Noise { get; init; }

    /// <summary>The most PSNR that int8 may cost, in dB.</summary>
    public double MaxLoss { get; init; } = 0.1;

    /// <summary>The folder of a Triton repository.</summary>
    public string? Triton { get; init; }

    public string? Report { get; init; }

    /// <summary>A model to show instead of exporting one.</summary>
    public string? Inspect { get; init; }

    /// <summary>table, text or svg.</summary>
    public string Form { get; init; } = "table";

    public ExportOptions Options => new()
    {
        Opset = Opset,
        InputShape = InputShape,
        InputName = InputName,
        OutputName = OutputName,
        Precision = Half ? Precision.Float16 : Precision.Float32,
        Pixels = BytePixels ? PixelType.UInt8 : HalfPixels ? PixelType.Float16 : PixelType.Float32,
    };

    /// <exception cref="ToolException">Values that are out of range or contradict each other.</exception>
    public ExportRequest Checked()
    {
        Require(Opset is >= Opsets.Lowest and <= Opsets.Highest, $"--opset is {Opset}, expected {Opsets.Lowest} to {Opsets.Highest}.");
        Require(!HalfPixels || !BytePixels, "--fp16-io and --uint8 contradict each other.");
        Require(!HalfPixels || Half, "--fp16-io needs --fp16.");
        Require(!Int8 || Opset >= Opsets.LowestQuantized,
            $"--int8 needs --opset {Opsets.LowestQuantized} or later, where weights have a scale for each channel.");
        Require(!Int8 || !Half, "--int8 and --fp16 contradict each other.");
        Require(Onnx is null || Triton is null, "--onnx and --triton contradict each other: the repository decides where its model lies.");
        Require(Form is "table" or "text" or "svg", $"--as is {Form}, expected table, text or svg.");
        if (Report is not null)
            ExportReport.Check(Report);
        return this;
    }

    /// <summary>The checkpoint's file.</summary>
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

    /// <summary>The network and its weights.</summary>
    /// <exception cref="ToolException">Neither the file nor an option says which network it is.</exception>
    /// <exception cref="FormatException">Not a valid checkpoint.</exception>
    public Checkpoint Load(string path)
    {
        StateDict file = StateDict.Load(path);
        return Architecture is not null || Checkpoint.CarriesArchitecture(file)
            ? Checkpoint.From(file, Architecture)
            : throw new ToolException($"{path} ({file.Format}) does not say to which network its weights belong: "
                + "name it with --architecture NAME or FILE.json.");
    }

    private static void Require(bool condition, string sentence)
    {
        if (!condition)
            throw ToolException.Usage(sentence);
    }
}
