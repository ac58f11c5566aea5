using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Denoise.CommandLine;
using Denoise.Export.Onnx;
using Denoise.Network;

namespace Denoise.Export.Tool;

/// <summary>An operator of the model.</summary>
/// <param name="Op">Its type.</param>
/// <param name="Count">The number of its nodes.</param>
/// <param name="LeavesCuda">Why ONNX Runtime's CUDA provider leaves it to the CPU; null where it does not.</param>
internal sealed record OperatorUse(string Op, int Count, string? LeavesCuda);

/// <summary>An input of the verification and the largest difference there.</summary>
internal sealed record VerifiedInput(string Input, double Difference);

/// <summary>All facts about an exported model; a JSON report has them under these names.</summary>
internal sealed record ExportReport
{
    public required string Model { get; init; }
    public required string Network { get; init; }
    public required string From { get; init; }
    public required long Bytes { get; init; }
    public required int Opset { get; init; }
    public required long IrVersion { get; init; }
    public required string Input { get; init; }

    /// <summary>The input for the noise level; null for a network that takes none.</summary>
    public required string? Sigma { get; init; }

    public required string Output { get; init; }
    public required string Arithmetic { get; init; }
    public required long Parameters { get; init; }
    public required double FlopsPerPixel { get; init; }

    /// <summary>Height and width of the part of the input that one pixel of the output depends on.</summary>
    public required int ReceptiveField { get; init; }

    /// <summary>The heights and widths that the network takes.</summary>
    public required string Sizes { get; init; }

    public required IReadOnlyList<OperatorUse> Operators { get; init; }
    public required double Tolerance { get; init; }
    public required IReadOnlyList<VerifiedInput> Verified { get; init; }
    public required IReadOnlyList<LayerDifference> Layers { get; init; }
    public required QuantisationCost? Int8 { get; init; }

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Collects the facts.</summary>
    /// <param name="job">How the model was exported.</param>
    /// <param name="model">The model.</param>
    /// <param name="draft">Its file.</param>
    /// <param name="verification">Its comparison with the reference evaluator.</param>
    /// <param name="cost">null where it was not quantised.</param>
    public static ExportReport Of(ExportJob job, OnnxModel model, Draft draft, Verification verification, QuantisationCost? cost)
    {
        var (options, architecture) = (job.Options, job.Checkpoint.Architecture);
        InputShape shape = options.InputShape ?? InputShape.Of(architecture);
        return new()
        {
            Model = job.Target,
            Network = architecture.Name,
            From = job.Source,
            Bytes = draft.ByteCount,
            Opset = options.Opset,
            IrVersion = model.Proto.IrVersion,
            Input = $"{options.InputName}, {options.Pixels} {shape}",
            Sigma = architecture.TakesSigma
                ? $"{Architecture.SigmaName}, Float32 {shape.N},1,1,1 or {shape.N},1,{shape.H},{shape.W}"
                : null,
            Output = $"{options.OutputName}, {options.Pixels} {shape}",
            Arithmetic = cost is null ? $"{options.Precision}" : "Int8 and Float32",
            Parameters = architecture.ParameterCount,
            FlopsPerPixel = architecture.FlopsPerPixel(),
            ReceptiveField = 1 + (int)Math.Ceiling(architecture.Context.Before) + (int)Math.Ceiling(architecture.Context.After),
            Sizes = Described(architecture),
            Operators = OperatorsOf(model.Proto),
            Tolerance = verification.Tolerance,
            Verified = [.. verification.Inputs.Select(i => new VerifiedInput(i.Input.ToString(), i.Difference))],
            Layers = LayerComparison.Of(model, options, Path.Combine(draft.Folder, "layers.onnx")),
            Int8 = cost,
        };
    }

    /// <summary>The operators of a graph, in the order of their first use.</summary>
    private static IReadOnlyList<OperatorUse> OperatorsOf(ModelProto model)
    {
        long opset = model.OpsetImport.First(o => o.Domain.Length == 0).Version;
        return [.. model.Graph.Node.GroupBy(n => n.OpType).Select(nodes => new OperatorUse(nodes.Key, nodes.Count(),
            nodes.Select(n => CudaSupport.WhyItLeaves(n, opset)).FirstOrDefault(why => why is not null)))];
    }

    private static string Described(Architecture architecture) => architecture switch
    {
        { InputSize: [var height, var width] } => $"{height}×{width} only",
        { Sizes: { Multiple: 1, Minimum: var minimum } } => $"any, at least {minimum}",
        { Sizes: var sizes } => $"{sizes.Multiple}k{(sizes.Remainder == 0 ? "" : $" + {sizes.Remainder}")}, at least {sizes.Minimum}",
    };

    /// <summary>Writes Markdown or JSON; the file's name decides.</summary>
    public void Write(string path) =>
        File.WriteAllText(path, IsJson(path) ? JsonSerializer.Serialize(this, Json) : MarkdownReport.Of(this));

    /// <exception cref="ToolException">Neither Markdown nor JSON, or no folder for it.</exception>
    public static void Check(string path)
    {
        if (!IsJson(path) && !path.EndsWith(".md", StringComparison.OrdinalIgnoreCase))
            throw ToolException.Usage($"--report {path}: expected a name that ends in .md or .json.");
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            throw ToolException.Usage($"--report {path}: there is no such folder.");
    }

    private static bool IsJson(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
}
