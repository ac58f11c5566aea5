using System.Text.Encodings.Web;
using System.Text.Json.Serialization;

namespace Denoise.Export.Tool;

/// <summary>Everything about an exported model: JSON for programs, or Markdown for people.</summary>
/// <param name="cost">null where it was not quantised.</param>
internal sealed class ExportReport(ExportJob job, OnnxModel model, Draft draft, Verification verification, QuantisationCost? cost)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <exception cref="ToolException">The name is neither of Markdown nor of JSON, or there is no folder for it.</exception>
    public static void Check(string path)
    {
        if (!ResultFile.IsStream(path) && !IsJson(path) && !path.EndsWith(".md", StringComparison.OrdinalIgnoreCase))
            throw ToolException.Usage($"--report {path}: expected a name that ends in .md or .json.");
        if (!ResultFile.IsStream(path) && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            throw ToolException.Usage($"--report {path}: there is no such folder.");
    }

    /// <summary>Writes Markdown or JSON; the file's name decides.</summary>
    public void Write(string path) =>
        ResultFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(IsJson(path) ? ToJson() : ToMarkdown())));

    /// <summary>Programs read streams.</summary>
    private static bool IsJson(string path) => ResultFile.IsStream(path) || path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    private string ToJson()
    {
        Dictionary<string, object?> report = Facts().ToDictionary(fact => fact.Key, fact => (object?)fact.Value);
        report["operators"] = Operators().Select(o => new { o.Op, o.Count, o.LeavesCuda });
        report["tolerance"] = verification.Tolerance;
        report["verified"] = verification.Inputs.Select(i => new { Input = $"{i.Input}", i.Difference });
        report["layers"] = Layers();
        report["int8"] = cost;
        return JsonSerializer.Serialize(report, Json);
    }

    private string ToMarkdown()
    {
        var text = new StringBuilder($"# {Path.GetFileName(job.Target)}\n\n");
        Table(text, ["", ""], Facts().Select(fact => new[] { fact.Title, fact.Words ?? $"{fact.Value}" }));
        Table(text.AppendLine("## Operators\n"), ["operator", "nodes", "on CUDA"],
            Operators().Select(o => new[] { o.Op, $"{o.Count}", o.LeavesCuda is null ? "stays" : $"leaves: {o.LeavesCuda}" }));
        text.AppendLine("## Verification\n\nLargest difference between ONNX Runtime and the reference evaluator; "
            + $"at most {Small(verification.Tolerance)} is allowed.\n");
        Table(text, ["input", "difference"], verification.Inputs.Select(i => new[] { $"{i.Input}", Small(i.Difference) }));
        if (cost is not null)
            text.AppendLine($"{cost}.\n");
        Table(text.AppendLine("## Layer by layer\n"),
            ["layer", "kind", "output", "largest value", "max abs difference", "max rel difference", "where (c,y,x)"],
            Layers().Select(l => new[]
            {
                $"`{l.Layer}`", l.Kind, l.Shape, $"{l.LargestValue:G3}", Small(l.MaxAbsolute), Small(l.MaxRelative), l.Where,
            }));
        return text.ToString();
    }

    /// <summary>Single facts: key and value in JSON, title and words (where these are not the value) in Markdown.</summary>
    private IEnumerable<(string Key, object Value, string Title, string? Words)> Facts()
    {
        var (options, network) = (job.Options, job.Checkpoint.Architecture);
        InputShape shape = options.InputShape ?? InputShape.Of(network);
        double flops = network.FlopsPerPixel();
        yield return ("model", job.Target, "model", null);
        yield return ("from", job.Source, "from", null);
        yield return ("network", network.Name, "network", null);
        yield return ("parameters", network.ParameterCount, "parameters", $"{network.ParameterCount:N0}");
        yield return ("bytes", draft.ByteCount, "size", $"{draft.ByteCount:N0} bytes");
        yield return ("opset", options.Opset, "operator set", null);
        yield return ("ir_version", model.Proto.IrVersion, "IR version", null);
        yield return ("input", $"{options.InputName}, {options.Pixels} {shape}", "input", null);
        if (network.TakesSigma)
            yield return (Architecture.SigmaName,
                $"{Architecture.SigmaName}, Float32 {shape.N},1,1,1 or {shape.N},1,{shape.H},{shape.W}", "noise level", null);
        yield return ("output", $"{options.OutputName}, {options.Pixels} {shape}", "output", null);
        yield return ("arithmetic", cost is null ? $"{options.Precision}" : "Int8 and Float32", "arithmetic", null);
        yield return ("sizes", Sizes(network), "heights and widths", null);
        yield return Reach(network.Context);
        yield return ("flops_per_pixel", flops, "floating-point operations", $"{flops:N0} a pixel");
    }

    private static (string, object, string, string?) Reach(Reach context)
    {
        int side = 1 + (int)Math.Ceiling(context.Before) + (int)Math.Ceiling(context.After);
        return ("receptive_field", context.IsWhole ? "whole" : side, "receptive field",
            context.IsWhole ? "the whole picture" : $"{side}×{side} pixels");
    }

    /// <summary>The operators in the order of their first use, and why CUDA leaves them to the CPU; null where it does not.</summary>
    private IEnumerable<(string Op, int Count, string? LeavesCuda)> Operators() => model.Proto.Graph.Node.GroupBy(n => n.OpType)
        .Select(nodes => (nodes.Key, nodes.Count(),
            nodes.Select(n => CudaSupport.WhyItLeaves(n, job.Options.Opset, job.Options.Precision)).Max()));

    private IReadOnlyList<LayerDifference> Layers() => LayerComparison.Of(model, job.Options, Path.Combine(draft.Folder, "layers.onnx"));

    private static string Sizes(Architecture architecture) => architecture switch
    {
        { InputSize: [var height, var width] } => $"{height}×{width} only",
        { Sizes: { Multiple: 1, Minimum: var minimum } } => $"any, at least {minimum}",
        { Sizes: var sizes } => $"{sizes.Multiple}k{(sizes.Remainder == 0 ? "" : $" + {sizes.Remainder}")}, at least {sizes.Minimum}",
    };

    private static void Table(StringBuilder text, string[] head, IEnumerable<string[]> rows)
    {
        text.AppendLine($"| {string.Join(" | ", head)} |").AppendLine($"|{string.Concat(head.Select(_ => "---|"))}");
        foreach (string[] row in rows)
            text.AppendLine($"| {string.Join(" | ", row)} |");
        text.AppendLine();
    }

    private static string Small(double number) => $"{number:0.0e+0}";
}
