using static Denoise.Export.Onnx.TensorProto.Types;

namespace Denoise.Export;

/// <summary>A model as a table for people.</summary>
internal static class ModelTable
{
    /// <summary>A column is no wider than this; what is longer ends in an ellipsis.</summary>
    private const int WidestColumn = 60;

    public static string Of(ModelProto model, long bytes)
    {
        GraphProto graph = model.Graph;
        var text = new StringBuilder();
        Rows(text, "",
        [
            ["graph", graph.Name], ["made by", $"{model.ProducerName} {model.ProducerVersion}".Trim()],
            ["operator set", string.Join(", ", model.OpsetImport.Select(o => $"{o.Domain} {o.Version}".Trim()))],
            ["IR version", $"{model.IrVersion}"], ["size", $"{Number(bytes)} bytes"],
            ["weights", $"{Number(graph.Initializer.Sum(Count))} numbers in {graph.Initializer.Count} tensors"],
            .. graph.Input.ExceptBy(graph.Initializer.Select(i => i.Name), v => v.Name).Select(v => Row("input", v)),
            .. graph.Output.Select(v => Row("output", v)),
            .. model.MetadataProps.Select(p => new[] { $"metadata {p.Key}", p.Value }),
        ]);
        text.Append('\n');
        var types = ModelText.Types(graph);
        Rows(text, "#",
        [
            ["operator", "reads", "makes", "type and shape", "attributes"],
            .. graph.Node.Select(n => new[]
            {
                ModelText.Operator(n), string.Join(", ", n.Input), string.Join(", ", n.Output),
                string.Join(", ", n.Output.Select(o => types.GetValueOrDefault(o, "?"))), ModelText.Attributes(n).Trim(),
            }),
        ]);
        return text.ToString();
    }

    private static string[] Row(string title, ValueInfoProto value) => [title, $"{value.Name}: {ModelText.Type(value)}"];

    private static long Count(TensorProto tensor) => tensor.Dims.Aggregate(1L, (product, d) => product * d);

    internal static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Columns one below another, each no wider than <paramref name="widest"/>; with a heading for numbers, each row but the
    /// first is numbered.</summary>
    internal static void Rows(StringBuilder text, string numbers, IReadOnlyList<string[]> rows, int widest = WidestColumn)
    {
        string[] Numbered(string[] row, int i) => numbers.Length == 0 ? row : [i == 0 ? numbers : $"{i}", .. row];
        string[][] cells = [.. rows.Select(Numbered).Select(row => row.Select(cell => Cut(cell, widest)).ToArray())];
        int[] widths = [.. Enumerable.Range(0, cells[0].Length).Select(column => cells.Max(row => row[column].Length))];
        foreach (string[] row in cells)
            text.Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
    }

    /// <summary>On one line and not too long, as names and metadata may be anything.</summary>
    private static string Cut(string cell, int widest)
    {
        string line = string.Concat(cell.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= widest ? line : line[..(widest - 1)] + "…";
    }
}
