using System.CommandLine;
using System.Globalization;
using Denoise.CommandLine;
using Denoise.Network;

namespace Denoise.Export.Tool;

/// <summary>The `export` command: a checkpoint in, an ONNX file out, verified before it is in place.</summary>
internal static class ExportCommand
{
    private static readonly Option<string> Onnx = new("--onnx") { Description = "the ONNX file to write", DefaultValueFactory = _ => "model.onnx" };
    private static readonly Option<string?> CheckpointFile = new("--checkpoint") { Description = "the checkpoint to read: safetensors, TorchSharp .dat or PyTorch .pt; without it, the best of the newest run below ./runs" };
    private static readonly Option<string?> Network = ArchitectureOption.Option();
    private static readonly Option<bool> ExternalData = new("--external-data") { Description = "weights in FILE.data beside the model; always so beyond 2 GB" };
    private static readonly Option<string?> Triton = new("--triton") { Description = "instead of --onnx: a model repository for Triton in this folder, with tiles of one size" };
    private static readonly Option<string?> Report = new("--report") { Description = "write FILE.md or FILE.json: operators, sizes, costs, and the comparison layer by layer" };
    private static readonly Option<string?> Inspect = new("--inspect") { Description = "instead of exporting: show this ONNX file" };
    private static readonly Option<string> Form = new("--as") { Description = "with --inspect: table, text or svg", DefaultValueFactory = _ => "table" };
    private static readonly Option<bool> NoVerify = new("--no-verify") { Description = "do not compare the model with the reference evaluator" };

    public static RootCommand Command()
    {
        var command = new RootCommand("Writes a trained network as an ONNX model and checks it against the reference evaluator.")
        {
            Onnx, CheckpointFile, Network,
        };
        foreach (Option option in ModelOptions.All.Concat(Int8Options.All).Concat([ExternalData, Triton, Report, NoVerify, Inspect, Form]))
            command.Add(option);
        return command;
    }

    public static int Run(ParseResult parsed, CancellationToken stop) =>
        parsed.GetValue(Inspect) is { } file ? Show(file, parsed.GetValue(Form)!) : Export(parsed, stop);

    private static int Show(string file, string form)
    {
        if (!File.Exists(file))
            throw new ToolException($"There is no model {file}.");
        Func<Inspection, string> shown = form switch
        {
            "table" => model => model.ToTable(),
            "text" => model => model.ToText(),
            "svg" => model => model.ToSvg(),
            _ => throw ToolException.Usage($"--as is {form}, expected table, text or svg."),
        };
        Console.Write(shown(Inspection.Load(file)));
        return ExitCode.Done;
    }

    private static int Export(ParseResult parsed, CancellationToken stop)
    {
        string source = parsed.GetValue(CheckpointFile) ?? Runs.NewestBest();
        ExportOptions options = ModelOptions.Of(parsed);
        bool quantise = Int8Options.IsAsked(parsed, options);
        if (parsed.GetValue(Report) is { } wanted)
            ExportReport.Check(wanted);
        if (!File.Exists(source))
            throw new ToolException($"There is no checkpoint {source}.");
        Checkpoint checkpoint = Checkpoint.Load(source, ArchitectureOption.Get(parsed, Network));
        string name = checkpoint.Architecture.Name;
        if (parsed.GetValue(Triton) is not { } repository)
            return Write(parsed, source, Target(parsed), checkpoint, options, quantise, stop);

        if (parsed.GetResult(Onnx) is { Implicit: false })
            throw ToolException.Usage("--onnx and --triton contradict each other: the repository says where its model lies.");
        options = options with { InputShape = options.InputShape ?? TritonRepository.TileShape(checkpoint.Architecture) };
        string configuration = ModelOptions.Usage("--triton", () => TritonRepository.Configuration(name, options));
        Write(parsed, source, TritonRepository.ModelPath(repository, name), checkpoint, options, quantise, stop);
        File.WriteAllText(TritonRepository.ConfigurationPath(repository, name), configuration);
        return ExitCode.Done;
    }

    private static string Target(ParseResult parsed)
    {
        string target = parsed.GetValue(Onnx)!, folder = Path.GetDirectoryName(Path.GetFullPath(target))!;
        return Directory.Exists(folder) ? target : throw new ToolException($"There is no folder {folder} to write {Path.GetFileName(target)} to.");
    }

    /// <summary>Writes the model as a draft, tries it, and puts it in its place.</summary>
    private static int Write(ParseResult parsed, string source, string target, Checkpoint checkpoint, ExportOptions options, bool quantise, CancellationToken stop)
    {
        OnnxModel model = Exported(checkpoint, options);
        using var draft = new Draft(target);
        model.Save(draft.Path, parsed.GetValue(ExternalData));
        Verification? verification = parsed.GetValue(NoVerify) ? null : Verifier.Verify(draft.Path, checkpoint, options);
        QuantisationCost? cost = null;
        if (quantise)
            (model, cost) = Quantised(parsed, model, checkpoint, options, draft, stop);
        if (parsed.GetValue(Report) is { } report)
            ExportReport.Of(model, checkpoint, options, draft, verification, cost, source, target).Write(report);
        Judge(verification, cost, target, Int8Options.Allowed(parsed));

        long bytes = draft.ByteCount;
        draft.Keep();
        Console.WriteLine($"{target}: {checkpoint.Architecture.Name} from {source}, {bytes:N0} bytes, opset {options.Opset}");
        Console.WriteLine(verification is null ? "not verified" : string.Create(CultureInfo.InvariantCulture,
            $"verified in ONNX Runtime on {verification.Inputs.Count} inputs: largest difference from the reference evaluator {verification.Worst.Difference:0.0e+0}"));
        if (cost is not null)
            Console.WriteLine(cost);
        return ExitCode.Done;
    }

    /// <summary>Puts the quantised model in the draft's place.</summary>
    private static (OnnxModel, QuantisationCost?) Quantised(
        ParseResult parsed, OnnxModel model, Checkpoint checkpoint, ExportOptions options, Draft draft, CancellationToken stop)
    {
        Calibration calibration = Int8Options.Calibration(parsed, checkpoint, stop);
        string full = Path.Combine(draft.Folder, "float32.onnx");
        model.Save(full);
        model = Quantizer.Quantize(model, calibration.Ranges(model, options, draft.Folder));
        model.Save(draft.Path, parsed.GetValue(ExternalData));
        return (model, parsed.GetValue(NoVerify) ? null : calibration.Cost(full, draft.Path, options));
    }

    /// <exception cref="ToolException">The model is not what it should be.</exception>
    private static void Judge(Verification? verification, QuantisationCost? cost, string target, double allowedLoss)
    {
        if (verification is { Passed: false })
            throw new ToolException(string.Create(CultureInfo.InvariantCulture,
                $"ONNX Runtime and the reference evaluator differ by {verification.Worst.Difference:0.0e+0} on {verification.Worst.Input}, more than {verification.Tolerance:0e+0}; {target} was not written."));
        if (cost is not null && !(cost.Lost <= allowedLoss))
            throw new ToolException(string.Create(CultureInfo.InvariantCulture,
                $"{cost}, more than {allowedLoss:0.##}; {target} was not written. Allow more with --max-loss, or use --fp16."));
    }

    private static OnnxModel Exported(Checkpoint checkpoint, ExportOptions options)
    {
        try
        {
            return OnnxExporter.Export(checkpoint, options);
        }
        catch (OverflowException e)
        {
            throw new ToolException(e.Message);
        }
        catch (FormatException e)
        {
            throw ToolException.Usage(e.Message);
        }
    }
}
