namespace Denoise.Train.Report;

/// <summary>The learning curves of a run as an SVG picture: errors by epoch on a logarithmic scale.</summary>
internal sealed class Curves
{
    private const int Width = 880;
    private const int Height = 400;
    private const int Left = 66; // room for the labels of the y axis
    private const int Right = Width - 20;
    private const int Top = 56; // the legend, and beneath it the best epoch
    private const int Bottom = Height - 46; // the labels of the x axis
    private const int FewestTicks = 2;

    // No CSS variables, which picture viewers other than browsers do not know. A line of no length is a dot by its round ends.
    private const string Style = """
        .curves { font: 13px system-ui, sans-serif; color: #1d2125; background: #fff; }
        .curves text { fill: currentColor; }
        .curves path { fill: none; stroke: currentColor; }
        .curves .grid { stroke-opacity: .15; }
        .curves .mark { stroke-opacity: .5; stroke-dasharray: 2 3; }
        .curves .line { stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .curves .training { color: #0b6bb8; }
        .curves .validation { color: #0a8763; }
        .curves .test { color: #c84e00; }
        .curves .notebook { stroke-width: 1.4; stroke-dasharray: 6 4; }
        @media (prefers-color-scheme: dark) {
          .curves { color: #e4e8ec; background: #14171a; }
          .curves .training { color: #64b5f6; }
          .curves .validation { color: #45cfa2; }
          .curves .test { color: #ff9d5c; }
        }
        """;

    private readonly ReportContent _report;
    private readonly List<(string Name, Func<EpochMetrics, double?> Error)> _series;
    private readonly double _low;
    private readonly double _high;

    private Curves(ReportContent report)
    {
        _report = report;
        _series = [("training", e => e.TrainMse), ("test", e => e.TestMse)];
        if (report.Epochs.Any(e => e.ValidationMse is not null))
            _series.Insert(1, ("validation", e => e.ValidationMse));
        if (report.Notebook is { } notebook)
            _series.Add(("notebook", _ => notebook.PrintedMse));
        double[] errors = [.. _series.SelectMany(s => report.Epochs.Select(s.Error)).Where(IsDrawn).Select(error => error!.Value)];
        // At least a tenth, or a single value would have an axis of no length.
        (_low, _high) = errors.Length == 0 ? (0.1, 1) : (errors.Min() / 1.05, errors.Max() * 1.05);
    }

    public static string Svg(ReportContent report) => new Curves(report).Draw().Text;

    private Markup Draw() => Markup.Of($"""
        <svg xmlns="http://www.w3.org/2000/svg" class="curves" viewBox="0 0 {Width} {Height}" role="img" aria-label="Errors by epoch">
        <style>
        {new Markup(Style)}
        </style>
        {Markup.Join(ErrorTicks().Select(ErrorTick))}
        {Markup.Join(EpochTicks().Select(EpochTick))}
        <path d="M{Left} {Top}V{Bottom}H{Right}"/>
        <text transform="translate(14 {(Top + Bottom) / 2}) rotate(-90)" text-anchor="middle">mean squared error</text>
        <text x="{(Left + Right) / 2}" y="{Height - 8}" text-anchor="middle">epoch</text>
        {BestMark()}
        {Markup.Join(_series.Select((series, i) => Legend(series.Name, Left + 120 * i)))}
        {Markup.Join(_series.Select(series => Line(series.Name, series.Error)))}
        </svg>

        """);

    /// <summary>Round values; in a range that has few of them, four that are evenly spaced.</summary>
    private double[] ErrorTicks()
    {
        double[] round = [.. Enumerable.Range(-20, 40).SelectMany(decade => new[] { 1, 2, 5 }.Select(part => part * Math.Pow(10, decade)))
            .Where(value => value >= _low && value <= _high)];
        return round.Length >= FewestTicks ? round : [.. Enumerable.Range(0, 4).Select(i => _low * Math.Pow(_high / _low, i / 3.0))];
    }

    private IEnumerable<int> EpochTicks()
    {
        int step = (_report.Epochs.Count + 9) / 10;
        return _report.Epochs.Select(e => e.Epoch).Where(epoch => epoch % step == 0);
    }

    private Markup ErrorTick(double value) => Markup.Of($"""
        <path class="grid" d="M{Left} {Y(value)}H{Right}"/>
        <text x="{Left - 8}" y="{Y(value) + 4}" text-anchor="end">{Figures.Short(value)}</text>
        """);

    private Markup EpochTick(int epoch) => Markup.Of(
        $"""<path d="M{X(epoch)} {Bottom}v4"/><text x="{X(epoch)}" y="{Bottom + 18}" text-anchor="middle">{epoch}</text>""");

    private static Markup Legend(string name, int x) => Markup.Of(
        $"""<path class="line {name}" d="M{x} 16h22"/><text x="{x + 29}" y="20">{name}</text>""");

    private Markup BestMark()
    {
        double x = X(_report.Best.Epoch);
        string anchor = x < Width / 3 ? "start" : x > Width * 2 / 3 ? "end" : "middle";
        string text = $"best: epoch {_report.Best.Epoch}, test {Figures.Error(_report.Best.TestMse)}";
        return Markup.Of($"""
            <path class="mark" d="M{x} {Top - 8}V{Bottom}"/>
            <text x="{x}" y="{Top - 12}" text-anchor="{anchor}">{text}</text>
            """);
    }

    /// <summary>A line through the epochs. An error that is no positive number leaves a gap.</summary>
    private Markup Line(string name, Func<EpochMetrics, double?> error)
    {
        var path = new List<string>();
        bool isGap = true;
        foreach (EpochMetrics epoch in _report.Epochs)
        {
            double? value = error(epoch);
            if (IsDrawn(value))
                path.Add(Markup.Of($"{(isGap ? "M" : "L")}{X(epoch.Epoch)} {Y(value!.Value)}").Text);
            isGap = !IsDrawn(value);
        }
        return Markup.Of($"""<path class="line {name}" d="{string.Concat(path)}{(path.Count == 1 ? "h0" : "")}"/>""");
    }

    private static bool IsDrawn(double? error) => error is > 0 and < double.PositiveInfinity;

    /// <summary>The place of an epoch; a single one lies in the middle.</summary>
    private double X(int epoch)
    {
        int first = _report.Epochs[0].Epoch, last = _report.Epochs[^1].Epoch;
        return first == last ? (Left + Right) / 2.0 : Left + (Right - Left) * (epoch - first) / (double)(last - first);
    }

    private double Y(double error) => Bottom - (Bottom - Top) * Math.Log(error / _low) / Math.Log(_high / _low);
}
