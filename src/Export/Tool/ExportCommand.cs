using System.CommandLine;
using System.Globalization;
using Denoise.CommandLine;
using Denoise.Network;

namespace Denoise.Export.Tool;

/// <summary>The `export` command: a checkpoint in, an ONNX file out, verified before it is in place.</summary>
internal static class ExportCommand
{
    private static readonly Option<string> Onnx = new("--onnx") { Description = "the ONNX file to write", DefaultValueFactory = _ => "model.onnx" };
    private static readonly Option<string?> CheckpointFile = new("--checkpoint") { Description = "the checkpoint to read; without it, the best of the newest run below ./runs" };
    private static readonly Option<int> Opset = new("--opset") { Description = $"operator set, {Opsets.Lowest} to {Opsets.Highest}", DefaultValueFactory = _ => Opsets.Default };
    private static readonly Option<string?> Shape = new("--input-shape") { Description = "N,C,H,W, each a number or a name; without it N, H and W stay open" };
    private static readonly Option<string> InputName = new("--input-name") { Description = "what the input is called", DefaultValueFactory = _ => ExportOptions.Default.InputName };
    private static readonly Option<string> OutputName = new("--output-name") { Description = "what the output is called", DefaultValueFactory = _ => ExportOptions.Default.OutputName };
    private static readonly Option<bool> Half = new("--fp16") { Description = "weights and arithmetic in float16; input and output stay float32" };
    private static readonly Option<bool> HalfPixels = new("--fp16-io") { Description = "with --fp16: input and output in float16 too" };
    private static readonly Option<bool> Bytes = new("--uint8") { Description = "input and output uint8, 0 to 255; the model scales, rounds and clips" };
    private static readonly Option<string> Fold = new("--fold-batchnorm") { Description = "on or off: batch normalisations become part of the layers before them", DefaultValueFactory = _ => "on" };
    private static readonly Option<bool> ExternalData = new("--external-data") { Description = "weights in FILE.data beside the model; always so beyond 2 GB" };
    private static readonly Option<bool> NoVerify = new("--no-verify") { Description = "do not compare the model with the reference evaluator" };

    public static RootCommand Command()
    {
        var command = new RootCommand("Writes a trained network as an ONNX model and checks it against the reference evaluator.")
        {
            Onnx, CheckpointFile, Opset, Shape, InputName, OutputName, Half, HalfPixels, Bytes, Fold, ExternalData, NoVerify,
        };
        return command;
    }

    public static int Run(ParseResult parsed, CancellationToken stop)
    {
        string source = parsed.GetValue(CheckpointFile) ?? Runs.NewestBest(), target = parsed.GetValue(Onnx)!;
        ExportOptions options = Options(parsed);
        if (!File.Exists(source))
            throw new ToolException($"There is no checkpoint {source}.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(target))!;
        if (!Directory.Exists(folder))
            throw new ToolException($"There is no folder {folder} to write {Path.GetFileName(target)} to.");

        Checkpoint checkpoint = Checkpoint.Load(source);
        OnnxModel model = Exported(checkpoint, options);
        using var draft = new Draft(model, target, parsed.GetValue(ExternalData));
        Verification? verification = parsed.GetValue(NoVerify) ? null : Verified(draft, checkpoint, options);
        draft.Keep();
        Console.WriteLine($"{target}: {checkpoint.Architecture.Name} from {source}, {draft.ByteCount:N0} bytes, opset {options.Opset}");
        Console.WriteLine(verification is null ? "not verified" : string.Create(CultureInfo.InvariantCulture,
            $"verified in ONNX Runtime on {verification.Inputs.Count} inputs: largest difference from the reference evaluator {verification.Worst.Difference:0.0e+0}"));
        return ExitCode.Done;
    }

    private static ExportOptions Options(ParseResult parsed)
    {
        bool half = parsed.GetValue(Half), halfPixels = parsed.GetValue(HalfPixels), bytes = parsed.GetValue(Bytes);
        int opset = parsed.GetValue(Opset);
        if (opset is < Opsets.Lowest or > Opsets.Highest)
            throw ToolException.Usage($"--opset is {opset}, expected {Opsets.Lowest} to {Opsets.Highest}.");
        if (halfPixels && (!half || bytes))
            throw ToolException.Usage(bytes ? "--fp16-io and --uint8 contradict each other." : "--fp16-io needs --fp16.");
        return new()
        {
            Opset = opset,
            InputShape = parsed.GetValue(Shape) is { } shape ? Usage("--input-shape", () => InputShape.Parse(shape)) : null,
            InputName = parsed.GetValue(InputName)!,
            OutputName = parsed.GetValue(OutputName)!,
            Precision = half ? Precision.Float16 : Precision.Float32,
            Pixels = bytes ? PixelType.UInt8 : halfPixels ? PixelType.Float16 : PixelType.Float32,
            FoldBatchNorm = OnOff("--fold-batchnorm", parsed.GetValue(Fold)!),
        };
    }

    private static bool OnOff(string option, string value) =>
        value is "on" or "off" ? value == "on" : throw ToolException.Usage($"{option} is {value}, expected on or off.");

    private static T Usage<T>(string option, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (FormatException e)
        {
            throw ToolException.Usage($"{option}: {e.Message}");
        }
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

    private static Verification Verified(Draft draft, Checkpoint checkpoint, ExportOptions options)
    {
        Verification verification = Verifier.Verify(draft.Path, checkpoint, options);
        if (!verification.Passed)
            throw new ToolException(string.Create(CultureInfo.InvariantCulture,
                $"ONNX Runtime and the reference evaluator differ by {verification.Worst.Difference:0.0e+0} on {verification.Worst.Input}, more than {verification.Tolerance:0e+0}; {draft.Target} was not written."));
        return verification;
    }
}
