using System.Globalization;
using System.Text;

namespace Denoise.Export.Tool;

/// <summary>An <see cref="ExportReport"/> as Markdown.</summary>
internal static class MarkdownReport
{
    public static string Of(ExportReport r)
    {
        var text = new StringBuilder();
        text.AppendLine($"# {Path.GetFileName(r.Model)}\n");
        Table(text, ["", ""],
        [
            ["network", $"{r.Network}, {Number(r.Parameters)} parameters"], ["from", r.From], ["size", $"{Number(r.Bytes)} bytes"],
            ["operator set, IR version", $"{r.Opset}, {r.IrVersion}"],
            ["input", r.Input], .. r.Sigma is null ? [] : (string[][])[["noise level", r.Sigma]], ["output", r.Output],
            ["arithmetic", r.Arithmetic], ["heights and widths", r.Sizes],
            ["receptive field", $"{r.ReceptiveField}×{r.ReceptiveField} pixels"],
            ["floating-point operations", $"{Number(r.FlopsPerPixel)} a pixel"],
        ]);
        text.AppendLine("## Operators\n");
        Table(text, ["operator", "nodes", "on CUDA"],
            r.Operators.Select(o => new[] { o.Op, $"{o.Count}", o.LeavesCuda is null ? "stays" : $"leaves: {o.LeavesCuda}" }));
        text.AppendLine("## Verification\n");
        text.AppendLine($"Largest difference between ONNX Runtime and the reference evaluator; at most {Small(r.Tolerance)} is allowed.\n");
        Table(text, ["input", "difference"], r.Verified.Select(v => new[] { v.Input, Small(v.Difference) }));
        if (r.Int8 is { } cost)
            text.AppendLine($"{cost}.\n");
        text.AppendLine("## Layer by layer\n");
        Table(text, ["layer", "kind", "output", "largest value", "max abs difference", "max rel difference", "where (c,y,x)"],
            r.Layers.Select(Row));
        return text.ToString();
    }

    private static string[] Row(LayerDifference l) =>
    [
        $"`{l.Layer}`", l.Kind, l.Shape, l.LargestValue.ToString("G3", CultureInfo.InvariantCulture),
        Small(l.MaxAbsolute), Small(l.MaxRelative), l.Where,
    ];

    private static void Table(StringBuilder text, string[] head, IEnumerable<string[]> rows)
    {
        text.AppendLine($"| {string.Join(" | ", head)} |");
        text.AppendLine($"|{string.Concat(head.Select(_ => "---|"))}");
        foreach (string[] row in rows)
            text.AppendLine($"| {string.Join(" | ", row)} |");
        text.AppendLine();
    }

    private static string Number(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Small(double number) => number.ToString("0.0e+0", CultureInfo.InvariantCulture);
}
