using System.CommandLine;
using Denoise.Network.Checkpoints;

namespace Denoise.Export.Tool;

/// <summary>A model to be written.</summary>
internal sealed record ExportJob(ExportRequest Request, ExportOptions Options, Checkpoint Checkpoint, string Source, string Target);

/// <summary>The `export` command: reads a checkpoint, writes an ONNX file, and verifies it before it takes its place.</summary>
internal static class ExportCommand
{
    public static RootCommand Command()
    {
        var command = new RootCommand("Writes a trained network as an ONNX model and checks it against the reference evaluator.");
        foreach (Option option in ExportSettings.Options)
            command.Add(option);
        return command.WithExamples(
            "export --onnx model.onnx",
            "export --checkpoint runs/unet-1/checkpoints/best.safetensors --onnx unet.onnx --fp16",
            "export --checkpoint dncnn_25.pth --onnx dncnn.onnx",
            "export --inspect model.onnx");
    }

    public static int Run(ParseResult parsed, CancellationToken stop)
    {
        ExportRequest request = ExportSettings.Of(parsed);
        if (new[] { request.Onnx, request.Report }.OfType<string>().Any(ResultFile.IsStandardOutput))
            Console.SetOut(Console.Error); // Standard output is for the model, or for the report.
        if (request.Inspect is { } file)
            Console.Write(Shown(file, request));
        else
            Export(request, stop);
        return ExitCode.Done;
    }

    private static string Shown(string file, ExportRequest request)
    {
        if (!File.Exists(file))
            throw new ToolException($"There is no file {file}.");
        if (StateDict.IsOne(file))
            return WeightsTable.Of(request.LoadWeights(file));
        Inspection model = Inspection.Load(file);
        return request.Form switch { "text" => model.ToText(), "svg" => model.ToSvg(), _ => model.ToTable() };
    }

    private static void Export(ExportRequest request, CancellationToken stop)
    {
        string source = request.FindCheckpoint();
        var files = new FileUse();
        files.Reads("the checkpoint", source);
        if (request.ArchitectureName is { } name && File.Exists(name))
            files.Reads("the network of --architecture", name);
        if (request.Report is { } report)
            files.Writes("--report", report);
        Checkpoint checkpoint = request.Load(source);
        if (request.Triton is { } repository)
            ToRepository(request, repository, checkpoint, source, files, stop);
        else
            Write(new(request, request.Model, checkpoint, source, Target(request.Onnx ?? "model.onnx")), files, stop);
    }

    private static void ToRepository(
        ExportRequest request, string repository, Checkpoint checkpoint, string source, FileUse files, CancellationToken stop)
    {
        Architecture architecture = checkpoint.Architecture;
        InputShape shape = request.Model.InputShape
            ?? OptionValue.Read("--input-shape", () => TritonRepository.TileShape(architecture));
        ExportOptions options = request.Model with { InputShape = shape };
        string configuration = OptionValue.Read("--input-shape", () => TritonRepository.Configuration(architecture, options));
        Write(new(request, options, checkpoint, source, TritonRepository.ModelPath(repository, architecture.Name)), files, stop);
        string path = TritonRepository.ConfigurationPath(repository, architecture.Name);
        files.Writes("--triton", path);
        ResultFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(configuration)));
    }

    private static string Target(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return ResultFile.IsStream(path) || Directory.Exists(folder)
            ? path
            : throw new ToolException($"There is no folder {folder} to write {Path.GetFileName(path)} to.");
    }

    /// <summary>Writes the model as a draft, tries it, and puts it in its place.</summary>
    private static void Write(ExportJob job, FileUse files, CancellationToken stop)
    {
        string option = job.Request.Triton is null ? "--onnx" : "--triton";
        files.Writes(option, job.Target);
        if (!ResultFile.IsStream(job.Target))
            files.Writes(option, $"{job.Target}.data");
        OnnxModel model = Exported(job);
        using var draft = new Draft(job.Target);
        model.Save(draft.Path, job.Request.ExternalData);
        Verification verification = Verifier.Verify(draft.Path, job.Checkpoint, job.Options);
        QuantisationCost? cost = null;
        if (job.Request.Int8)
            (model, cost) = Quantised(job, model, draft, stop);
        if (job.Request.Report is { } report)
            new ExportReport(job, model, draft, verification, cost).Write(report);
        Judge(job, verification, cost);

        long bytes = draft.ByteCount;
        draft.Keep();
        string network = job.Checkpoint.Architecture.Name;
        Console.WriteLine($"{job.Target}: {network} from {job.Source}, {bytes:N0} bytes, opset {job.Options.Opset}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"verified in ONNX Runtime on {verification.Inputs.Count} inputs: "
            + $"largest difference from the reference evaluator {verification.Worst.Difference:0.0e+0}"));
        if (cost is not null)
            Console.WriteLine(cost);
    }

    /// <summary>Puts a quantised model in the draft's place, with as few layers in floats as the allowed loss asks for.</summary>
    private static (OnnxModel, QuantisationCost) Quantised(ExportJob job, OnnxModel model, Draft draft, CancellationToken stop)
    {
        var calibration = Calibration.For(job, stop);
        string full = Path.Combine(draft.Folder, "float32.onnx");
        model.Save(full);
        double exact = calibration.Psnr(full);
        var ranges = calibration.Ranges(model, draft.Folder);
        (OnnxModel Model, QuantisationCost Cost)? quantised = null;
        foreach (FloatLayers choice in FloatLayers.Choices(model))
        {
            OnnxModel next = Quantizer.Quantize(model, ranges, choice.Floats);
            next.Save(draft.Path, job.Request.ExternalData);
            quantised = (next, calibration.Cost(choice, exact, calibration.Psnr(draft.Path)));
            if (quantised.Value.Cost.Lost <= job.Request.MaxLoss)
                break;
        }
        return quantised!.Value;
    }

    /// <exception cref="ToolException">The model differs from the network, or int8 costs too much.</exception>
    private static void Judge(ExportJob job, Verification verification, QuantisationCost? cost)
    {
        if (!verification.Passed)
            throw new ToolException(string.Create(CultureInfo.InvariantCulture,
                $"ONNX Runtime and the reference evaluator differ by {verification.Worst.Difference:0.0e+0} on {verification.Worst.Input}, "
                + $"more than {verification.Tolerance:0e+0}; {job.Target} was not written."));
        if (cost is not null && !(cost.Lost <= job.Request.MaxLoss))
            throw new ToolException(string.Create(CultureInfo.InvariantCulture,
                $"{cost}, more than {job.Request.MaxLoss:0.##}; {job.Target} was not written. Allow more with --max-loss, or use --fp16."));
    }

    private static OnnxModel Exported(ExportJob job)
    {
        try
        {
            return OnnxExporter.Export(job.Checkpoint, job.Options);
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
