using System.CommandLine;
using System.Globalization;
using Denoise;
using Denoise.CommandLine;
using Denoise.Export;
using Denoise.Export.Tool;
using Denoise.Network;

var onnx = new Option<string>("--onnx") { Description = "the ONNX file to write", DefaultValueFactory = _ => "model.onnx" };
var checkpointOption = new Option<string?>("--checkpoint")
{
    Description = "the checkpoint to read: safetensors, TorchSharp .dat or PyTorch .pt; without it, the best of the newest run below ./runs",
};
Option<string?> architecture = ArchitectureOption.Option();
var command = new RootCommand("Writes a trained network as an ONNX model and checks it against the reference evaluator.") { onnx, checkpointOption, architecture };
return ToolHost.Run(command, args,
    (options, _) => Export(options.GetValue(checkpointOption) ?? Runs.NewestBest(), ArchitectureOption.Get(options, architecture), options.GetValue(onnx)!),
    (ConvertCommand.Command(), ConvertCommand.Run));

static int Export(string source, Architecture? architecture, string target)
{
    if (!File.Exists(source))
        throw new ToolException($"There is no checkpoint {source}.");
    string folder = Path.GetDirectoryName(Path.GetFullPath(target))!;
    if (!Directory.Exists(folder))
        throw new ToolException($"There is no folder {folder} to write {Path.GetFileName(target)} to.");

    Checkpoint checkpoint = Checkpoint.Load(source, architecture);
    byte[] model = OnnxExporter.Export(checkpoint);
    // Checked before it is written, so that a model that is wrong never takes the place of one that is right.
    var (difference, inputs) = Verifier.Compare(model, checkpoint);
    if (!(difference <= Verifier.Tolerance))
        throw new ToolException(string.Create(CultureInfo.InvariantCulture,
            $"ONNX Runtime and the reference evaluator differ by {difference:0.0e+0}, more than {Verifier.Tolerance:0e+0}; {target} was not written."));
    AtomicFile.Write(target, model, durable: true);

    Console.WriteLine($"{target}: {checkpoint.Architecture.Name} from {source}, {model.Length:N0} bytes, opset {OnnxExporter.Opset}");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"verified in ONNX Runtime on {inputs} inputs: largest difference from the reference evaluator {difference:0.0e+0}"));
    return ExitCode.Done;
}
