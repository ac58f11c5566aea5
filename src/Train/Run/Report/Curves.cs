using System.Globalization;
using System.Text;

namespace Denoise.Train.Report;

/// <summary>The learning curves of a run as an SVG picture: errors by epoch on a logarithmic scale, the learning rate in a strip beneath.</summary>
/// <remarks>By itself the picture brings its background; inside a page it has none, and takes its text colour from there.
/// Either way it follows the reader's choice of light or dark.</remarks>
internal sealed class Curves
{
    private const int Left = 66; // of the plot, in SVG units: room for the labels of the y axis
    private const int Right = 20;
    private const int LegendLine = 22;
    private const int StripHeight = 34;
    private const int StripGap = 30;
    private const int Below = 46; // labels of the x axis

    /// <summary>With more epochs, points would run into each other, and thick lines with them.</summary>
    private const int MostPoints = 40;

    // No CSS variables: picture viewers that are no browsers know none.
    private const string Style = """
        .curves { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
        .curves text { fill: currentColor; }
        .curves .quiet { fill-opacity: .7; }
        .curves .grid { stroke: currentColor; stroke-opacity: .13; }
        .curves .axis { stroke: currentColor; stroke-opacity: .45; fill: none; }
        .curves .mark { stroke: currentColor; stroke-opacity: .45; stroke-dasharray: 2 3; }
        .curves .train { color: #0b6bb8; }
        .curves .validation { color: #0a8763; }
        .curves .test { color: #c84e00; }
        .curves .line, .curves .ring { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
        .long .line { stroke-width: 1.4; }
        .curves .point { fill: currentColor; }
        .curves .rate { stroke-width: 1.2; stroke-opacity: .75; }
        .curves .notebook { stroke-width: 1.4; stroke-opacity: .75; stroke-dasharray: 6 4; }
        .curves .paper { fill: none; }
        .curves:root { color: #1d2125; background: #fff; }
        .curves:root .paper { fill: #fff; }
        @media (prefers-color-scheme: dark) {
          .curves .train { color: #64b5f6; }
          .curves .validation { color: #45cfa2; }
          .curves .test { color: #ff9d5c; }
          .curves:root { color: #e4e8ec; background: #14171a; }
          .curves:root .paper { fill: #14171a; }
        }
        """;

    private readonly RunReport _report;
    private readonly int _width;
    private readonly int _height;
    private readonly List<Series> _series;
    private readonly List<(Series Series, double X, double Y)> _legend;
    private readonly double _top;
    private readonly double _bottom;
    private readonly Axis _epochs;
    private readonly Axis _errors;
    private readonly Axis _rates;

    private Curves(RunReport report, int width, int height)
    {
        (_report, _width, _height) = (report, width, height);
        _series = SeriesOf(report);
        _legend = PlaceLegend();
        (_top, _bottom) = (_legend[^1].Y + LegendLine + 14, height - Below - StripHeight - StripGap);
        _epochs = Axis.Whole(report.Epochs[0].Epoch, report.Epochs[^1].Epoch, mostTicks: width / 60);
        _errors = Axis.Log([.. _series.Where(s => s.IsError).SelectMany(s => report.Epochs.Select(s.Value)).Where(IsDrawn).Select(v => v!.Value)]);
        _rates = Axis.FromZero(report.Epochs.Max(e => e.LearningRate));
    }

    /// <summary>A line of the chart.</summary>
    /// <param name="Class">The style's name for it.</param>
    /// <param name="IsError">Whether it belongs to the y axis of the errors.</param>
    private sealed record Series(string Name, string Class, Func<EpochMetrics, double?> Value, bool IsError = true);

    /// <param name="width">In CSS pixels, at least 320. For a phone make a narrow picture: scaled down, a wide one's text is too small to read.</param>
    /// <param name="height">At least 260.</param>
    public static string Svg(RunReport report, int width = 880, int height = 440) => new Curves(report, width, height).Draw().Text;

    private Markup Draw() => Markup.Of($"""
        <svg xmlns="http://www.w3.org/2000/svg" class="curves {(IsLong ? "long" : "")}" viewBox="0 0 {_width} {_height}" width="{_width}" height="{_height}" role="img" aria-label="Mean squared error and learning rate by epoch">
        <style>
        {new Markup(Style)}
        </style>
        <rect class="paper" width="{_width}" height="{_height}"/>
        {Markup.Join(_legend.Select(entry => LegendEntry(entry.Series, entry.X, entry.Y)))}
        {Markup.Join(_errors.Ticks.Select(ErrorTick))}
        {Markup.Join(_epochs.Ticks.Select(EpochTick))}
        {Markup.Join(_rates.Ticks.Distinct().Select(RateTick))}
        {Titles()}
        {BestLine()}
        {Markup.Join(_series.Select(Line))}
        {BestMark()}
        </svg>

        """);

    private static List<Series> SeriesOf(RunReport report)
    {
        List<Series> series = [new("training", "train", e => e.TrainMse)];
        if (report.Epochs.Any(e => e.ValidationMse is not null))
            series.Add(new("validation", "validation", e => e.ValidationMse));
        series.Add(new("test", "test", e => e.TestMse));
        if (report.Notebook?.PrintedMse is { } printed)
            series.Add(new("notebook", "notebook", _ => printed));
        series.Add(new("learning rate", "rate", e => e.LearningRate, IsError: false));
        return series;
    }

    /// <summary>One entry after the other, on as many lines as the width takes. The learning rate is named where it is drawn.</summary>
    private List<(Series Series, double X, double Y)> PlaceLegend()
    {
        var places = new List<(Series, double, double)>();
        double x = Left, y = 18;
        foreach (Series series in _series.Where(s => s.IsError))
        {
            double width = 30 + 7.2 * series.Name.Length; // 7.2: a letter's mean width, rather too much than too little
            if (x > Left && x + width > _width)
                (x, y) = (Left, y + LegendLine);
            places.Add((series, x, y));
            x += width + 18;
        }
        return places;
    }

    private static Markup LegendEntry(Series series, double x, double y) => Markup.Of($"""
        <path class="line {series.Class}" d="M{x:0.#} {y:0.#}h22"/><text x="{x + 29:0.#}" y="{y + 4.5:0.#}">{series.Name}</text>
        """);

    private Markup ErrorTick(double value) => Markup.Of($"""
        <path class="grid" d="M{Left} {Y(value):0.#}H{_width - Right}"/><text class="quiet" x="{Left - 8}" y="{Y(value) + 4.5:0.#}" text-anchor="end">{Figures.Short(value)}</text>
        """);

    private Markup EpochTick(double value) => Markup.Of($"""
        <path class="axis" d="M{X(value):0.#} {StripBottom:0.#}v4"/><text class="quiet" x="{X(value):0.#}" y="{StripBottom + 18:0.#}" text-anchor="middle">{(int)value}</text>
        """);

    private Markup RateTick(double value) => Markup.Of($"""
        <path class="grid" d="M{Left} {RateY(value):0.#}H{_width - Right}"/><text class="quiet" x="{Left - 8}" y="{RateY(value) + 4.5:0.#}" text-anchor="end">{Figures.Short(value)}</text>
        """);

    private Markup Titles() => Markup.Of($"""
        <path class="axis" d="M{Left} {_top:0.#}V{_bottom:0.#}H{_width - Right}M{Left} {StripBottom:0.#}H{_width - Right}"/>
        <text class="quiet" transform="translate(14 {(_top + _bottom) / 2:0.#}) rotate(-90)" text-anchor="middle">mean squared error</text>
        <text class="quiet" x="{Left}" y="{_bottom + 20:0.#}">learning rate</text>
        <text class="quiet" x="{(Left + _width - Right) / 2}" y="{_height - 8}" text-anchor="middle">epoch</text>
        """);

    /// <summary>A line through the epochs; an error that is no positive number leaves a gap.</summary>
    private Markup Line(Series series)
    {
        var path = new StringBuilder();
        bool drawing = false;
        foreach (EpochMetrics epoch in _report.Epochs)
        {
            if (PlaceOf(series, epoch) is { } place)
                path.Append(CultureInfo.InvariantCulture, $"{(drawing ? 'L' : 'M')}{place.X:0.#} {place.Y:0.#}");
            drawing = PlaceOf(series, epoch) is not null;
        }
        bool level = series.Class is "notebook" or "rate";
        return Markup.Of($"""<path class="line {series.Class}" d="{path.ToString()}"/>{(level ? Level(series) : Points(series))}""");
    }

    private Markup Points(Series series) => IsLong
        ? Markup.None
        : Markup.Join(_report.Epochs.Select(e => PlaceOf(series, e)).Where(p => p is not null)
            .Select(p => Markup.Of($"""<circle class="point {series.Class}" cx="{p!.Value.X:0.#}" cy="{p.Value.Y:0.#}" r="2.2"/>""")));

    /// <summary>What has one value for the whole run is seen across the plot even when the run has one epoch only.</summary>
    private Markup Level(Series series) => _report.Epochs.Count == 1 && PlaceOf(series, _report.Epochs[0]) is { } place
        ? Markup.Of($"""<path class="line {series.Class}" d="M{Left} {place.Y:0.#}H{_width - Right}"/>""")
        : Markup.None;

    /// <summary>Drawn before the curves, so that it lies beneath them.</summary>
    private Markup BestLine()
    {
        double x = X(_report.BestEpoch);
        string anchor = x < _width / 3.0 ? "start" : x > _width * 2 / 3.0 ? "end" : "middle";
        return Markup.Of($"""
            <path class="mark" d="M{x:0.#} {_top - 4:0.#}V{_bottom:0.#}"/><text x="{x:0.#}" y="{_top - 9:0.#}" text-anchor="{anchor}">best: epoch {_report.BestEpoch}, test {Figures.Error(_report.Best.TestMse)}</text>
            """);
    }

    private Markup BestMark() => PlaceOf(_series.Single(s => s.Class == "test"), _report.Best) is { } place
        ? Markup.Of($"""<circle class="ring test" cx="{place.X:0.#}" cy="{place.Y:0.#}" r="6"/>""")
        : Markup.None;

    private (double X, double Y)? PlaceOf(Series series, EpochMetrics epoch)
    {
        double? value = series.Value(epoch);
        if (!series.IsError)
            return (X(epoch.Epoch), RateY(value!.Value));
        return IsDrawn(value) ? (X(epoch.Epoch), Y(value!.Value)) : null;
    }

    private static bool IsDrawn(double? error) => error is > 0 and < double.PositiveInfinity;

    private bool IsLong => _report.Epochs.Count > MostPoints;

    private double StripBottom => _height - Below;

    private double X(double epoch) => Left + _epochs.At(epoch) * (_width - Right - Left);

    private double Y(double error) => _bottom - _errors.At(error) * (_bottom - _top);

    private double RateY(double rate) => StripBottom - _rates.At(rate) * StripHeight;
}
