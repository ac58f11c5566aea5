using System.CommandLine;
using Denoise.Data;

namespace Denoise.Export.Tool;

/// <summary>The command-line options of `export`, each with the value of <see cref="ExportRequest"/> that it sets.</summary>
internal static class ExportSettings
{
    public const string Architecture = "--architecture", Key = "--key", Ignore = "--ignore";
    public const string ArchitectureMeaning =
        "the network of a checkpoint that does not name it and is not recognised: a catalogue name or a JSON file";
    public const string KeyMeaning = "which part of the checkpoint: the name of a dictionary in it, or the beginning of its tensors' names";
    public const string IgnoreMeaning = "leave out tensors with this name; * stands for any characters; may be given again";

    private static readonly IReadOnlyList<(Option Option, Func<ParseResult, ExportRequest, ExportRequest> Apply)> All =
    [
        Of<string>("--onnx", "the ONNX file to write; without it, model.onnx", (r, v) => r with { Onnx = v }),
        Of<string>("--checkpoint", "the checkpoint to read: safetensors, TorchSharp .dat or PyTorch .pt; "
            + "without it, the best of the newest run below ./runs", (r, v) => r with { CheckpointFile = v }),
        Of<string>(Architecture, ArchitectureMeaning, (r, v) => r with { Architecture = ArchitectureFile.Load(v), ArchitectureName = v }),
        Of<string>(Key, KeyMeaning, (r, v) => r with { Key = v }),
        Of<string[]>(Ignore, IgnoreMeaning, (r, v) => r with { Ignore = v }),
        Of<int>("--opset", $"operator set, {Opsets.Lowest} to {Opsets.Highest}; without it, {Opsets.Default}",
            (r, v) => r with { Model = r.Model with { Opset = v } }),
        Of<string>("--input-shape", "N,C,H,W, each a number or a name; without it, N, H and W stay open",
            (r, v) => r with { Model = r.Model with { InputShape = InputShape.Parse(v) } }),
        Of<string>("--input-name", "the input's name; without it, noisy", (r, v) => r with { Model = r.Model with { InputName = v } }),
        Of<string>("--output-name", "the output's name; without it, denoised",
            (r, v) => r with { Model = r.Model with { OutputName = v } }),
        Flag("--fp16", "weights and arithmetic in float16; input and output stay float32",
            r => r with { Model = r.Model with { Precision = Precision.Float16 } }),
        Flag("--fp16-io", "with --fp16: input and output in float16 too",
            r => r with { Model = r.Model with { Pixels = PixelType.Float16 } }),
        Flag("--uint8", "input and output uint8, 0 to 255; the model scales, rounds and clips",
            r => r.Model.Pixels == PixelType.Float32
                ? r with { Model = r.Model with { Pixels = PixelType.UInt8 } }
                : throw new FormatException("It contradicts --fp16-io.")),
        Flag("--int8", "quantise weights and values to 8 bits, by ranges found on images", r => r with { Int8 = true }),
        Of<string>("--calibrate", $"with --int8: the images, {DataSets.Names}; without it, those of the training",
            (r, v) => r with { Data = v }),
        Of<string>("--data-dir", "with --int8: folder of the published IDX files; without it they are downloaded",
            (r, v) => r with { DataDir = v }),
        Of<string>("--noise", "with --int8: the noise added to the images; without it, that of the training",
            (r, v) => r with { Noise = v }),
        Of<double>("--max-loss", "with --int8: the most PSNR that it may cost, in dB; without it, 0.1", (r, v) => r with { MaxLoss = v }),
        Flag("--external-data", "weights in FILE.data beside the model, as always beyond 2 GB", r => r with { ExternalData = true }),
        Of<string>("--triton", "instead of --onnx: a model repository for Triton in this folder, with tiles of one size",
            (r, v) => r with { Triton = v }),
        Of<string>("--report", "write FILE.md or FILE.json: operators, sizes, costs, and the comparison layer by layer",
            (r, v) => r with { Report = v }),
        Of<string>("--inspect", "instead of exporting: show this ONNX file or checkpoint", (r, v) => r with { Inspect = v }),
        Of<string>("--as", "with --inspect: table, text or svg; without it, table", (r, v) => r with { Form = v }),
    ];

    public static IEnumerable<Option> Options => All.Select(setting => setting.Option);

    /// <exception cref="ToolException">A value is wrong.</exception>
    public static ExportRequest Of(ParseResult parsed) =>
        All.Aggregate(new ExportRequest(), (request, setting) => setting.Apply(parsed, request)).Checked();

    private static (Option, Func<ParseResult, ExportRequest, ExportRequest>) Flag(
        string name, string description, Func<ExportRequest, ExportRequest> set) => Of<bool>(name, description, (r, v) => v ? set(r) : r);

    private static (Option, Func<ParseResult, ExportRequest, ExportRequest>) Of<T>(
        string name, string description, Func<ExportRequest, T, ExportRequest> set)
    {
        var option = new Option<T>(name) { Description = description };
        return (option, (parsed, request) => parsed.GetResult(option) is { Implicit: false }
            ? OptionValue.Read(name, () => set(request, parsed.GetValue(option)!))
            : request);
    }
}
