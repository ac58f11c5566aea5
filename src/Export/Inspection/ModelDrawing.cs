using System.Net;

namespace Denoise.Export;

/// <summary>A model as an SVG drawing: a box for each operator from top to bottom. Lines to others than the next box run down lanes
/// beside the boxes.</summary>
internal static class ModelDrawing
{
    private const int BoxWidth = 260, BoxHeight = 44, Pitch = 64, LaneWidth = 14, Margin = 16;

    private const string Style = """
        text { font: 13px system-ui, sans-serif; fill: #1c2733; text-anchor: middle; } .shape { font-size: 11px; fill: #5b6b7a; }
        rect { fill: #eef3f8; stroke: #9db2c6; }
        .end rect { fill: #fff3dc; stroke: #d9b26a; } .weighted rect { fill: #dfeaf8; stroke: #6f95c4; }
        path { fill: none; stroke: #7b8ea1; stroke-width: 1.5; } marker path { fill: #7b8ea1; stroke: none; }
        @media (prefers-color-scheme: dark) { text { fill: #e3eaf1; } .shape { fill: #9fb0c0; } rect { fill: #23303d; stroke: #51687e; }
        .end rect { fill: #3b321f; stroke: #8d7640; } .weighted rect { fill: #1f3550; stroke: #4d78ab; } }
        """;

    private sealed record Box(string Title, string Detail, string Class, string[] Reads, string[] Makes);

    /// <summary>A line from one box to another, in a lane or straight down.</summary>
    private sealed record Line(int From, int To, int? Lane);

    public static string Of(ModelProto model)
    {
        Box[] boxes = [.. Boxes(model.Graph)];
        Line[] lines = [.. Lines(boxes)];
        int lanes = lines.Max(l => l.Lane + 1) ?? 0;
        int width = 2 * Margin + BoxWidth + (lanes + 1) * LaneWidth, height = 2 * Margin + boxes.Length * Pitch - (Pitch - BoxHeight);
        var svg = new StringBuilder($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">
            <title>{Encode(model.Graph.Name)}</title><style>{Style}</style>
            <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 8 4 0 8z"/></marker></defs>

            """);
        foreach (Line line in lines)
            svg.AppendLine($"""<path marker-end="url(#tip)" d="{PathOf(line)}"/>""");
        for (int i = 0; i < boxes.Length; i++)
            svg.AppendLine(Drawn(boxes[i], Top(i)));
        return svg.Append("</svg>\n").ToString();
    }

    private static IEnumerable<Box> Boxes(GraphProto graph)
    {
        var types = ModelText.Types(graph);
        HashSet<string> weights = [.. graph.Initializer.Select(i => i.Name)];
        foreach (ValueInfoProto input in graph.Input.Where(v => !weights.Contains(v.Name)))
            yield return new(input.Name, ModelText.Type(input), "end", [], [input.Name]);
        foreach (NodeProto node in graph.Node)
        {
            string type = node.Output.Select(o => types.GetValueOrDefault(o, "")).FirstOrDefault("");
            yield return new(ModelText.Operator(node) + Kernel(node), type, node.Input.Any(weights.Contains) ? "weighted" : "",
                [.. node.Input.Where(i => !weights.Contains(i))], [.. node.Output]);
        }
        foreach (ValueInfoProto output in graph.Output)
            yield return new(output.Name, ModelText.Type(output), "end", [output.Name], []);
    }

    private static string Kernel(NodeProto node)
    {
        string Ints(string name) => node.Attribute.FirstOrDefault(a => a.Name == name) is { } found ? string.Join('×', found.Ints) : "";
        string kernel = Ints("kernel_shape"), strides = Ints("strides");
        bool isStrided = strides.Any(c => c is not ('1' or '×'));
        return (kernel.Length > 0 ? $" {kernel}" : "") + (isStrided ? $", stride {strides}" : "");
    }

    private static IEnumerable<Line> Lines(Box[] boxes)
    {
        var makers = new Dictionary<string, int>();
        // For each lane, the box at which its last line ends.
        var lanes = new List<int>();
        for (int to = 0; to < boxes.Length; to++)
        {
            foreach (int from in boxes[to].Reads.Where(makers.ContainsKey).Select(value => makers[value]).Distinct())
                yield return new(from, to, from == to - 1 ? null : FreeLane(lanes, from, to));
            foreach (string value in boxes[to].Makes)
                makers.TryAdd(value, to);
        }
    }

    private static int FreeLane(List<int> lanes, int from, int to)
    {
        int lane = lanes.FindIndex(end => end <= from);
        if (lane < 0)
        {
            lane = lanes.Count;
            lanes.Add(to);
        }
        lanes[lane] = to;
        return lane;
    }

    private static string PathOf(Line line)
    {
        int middle = Margin + BoxWidth / 2, right = Margin + BoxWidth;
        if (line.Lane is not { } lane)
            return $"M{middle} {Top(line.From) + BoxHeight}V{Top(line.To)}";
        int x = right + (lane + 1) * LaneWidth, bend = LaneWidth / 2;
        int start = Top(line.From) + BoxHeight / 2 + 6, end = Top(line.To) + BoxHeight / 2 - 6;
        return $"M{right} {start}H{x - bend}Q{x} {start} {x} {start + bend}V{end - bend}Q{x} {end} {x - bend} {end}H{right}";
    }

    private static string Drawn(Box box, int top) => $"""
        <g class="{box.Class}"><rect x="{Margin}" y="{top}" width="{BoxWidth}" height="{BoxHeight}" rx="6"/>
        <text x="{Margin + BoxWidth / 2}" y="{top + 18}">{Encode(box.Title)}</text>
        <text class="shape" x="{Margin + BoxWidth / 2}" y="{top + 35}">{Encode(box.Detail)}</text></g>
        """;

    private static int Top(int row) => Margin + row * Pitch;

    private static string Encode(string text) => WebUtility.HtmlEncode(string.Concat(text.Where(c => !char.IsControl(c))));
}
