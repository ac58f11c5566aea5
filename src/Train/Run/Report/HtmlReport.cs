using Denoise.Imaging;

namespace Denoise.Train.Report;

/// <summary>The report of a run as one HTML page that needs nothing besides itself: no script, no font, no file, no network.</summary>
/// <remarks>The page is well-formed XML too, so that tests and tools can read it as such.</remarks>
internal static class HtmlReport
{
    /// <summary>Screen pixels for each pixel of a sample.</summary>
    private const int SampleScale = 4;

    public static string Html(RunReport report) => Markup.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'" />
        <link rel="icon" href="data:," />
        <title>{report.Title}: test MSE {Figures.Error(report.Denoised.Mse)}</title>
        <style>
        {new Markup(ReportStyle.Css)}
        </style>
        </head>
        <body>
        <main>
        {Header(report)}
        {Section("Learning curves", CurvesOf(report))}
        {Section("Samples", report.Samples.Count == 0 ? Markup.None : SamplesOf(report.Samples))}
        {Section("Numbers", Numbers(report))}
        {Section("Epochs", EpochTable(report))}
        {Section($"Network: {report.Architecture.Name}", NetworkTable.Of(report.Architecture, report.Input))}
        <div class="columns">
        {Section("Options", Pairs(report.Options))}
        {Section("Machine, data and versions", Pairs(report.Facts))}
        </div>
        </main>
        </body>
        </html>

        """).Text;

    /// <summary>Nothing where there is no content.</summary>
    private static Markup Section(string heading, Markup content) => content == Markup.None ? content : Markup.Of($"""
        <section>
        <h2>{heading}</h2>
        {content}
        </section>
        """);

    private static Markup Header(RunReport report) => Markup.Of($"""
        <header>
        <p class="kicker">Training run, recipe {report.Recipe}</p>
        <h1>{report.Title}</h1>
        <p class="status">{report.Status}</p>
        <div class="tiles">
        {Tile("main", "Test MSE", Figures.Error(report.Denoised.Mse), $"noisy input {Figures.Error(report.Noisy.Mse)}; best epoch: {report.BestEpoch} of {report.Epochs.Count}")}
        {Tile("", "PSNR", Figures.Decibels(report.Denoised.Psnr), $"noisy input {Figures.Decibels(report.Noisy.Psnr)}")}
        {Tile("", "SSIM", Figures.Similarity(report.Denoised.Ssim), $"noisy input {Figures.Similarity(report.Noisy.Ssim)}")}
        {(report.Notebook is { } notebook ? Tile("", notebook.Label, Figures.Error(notebook.Ours[^1]), $"notebook {Figures.Error(notebook.Printed)}") : Markup.None)}
        </div>
        </header>
        """);

    private static Markup Tile(string kind, string label, string number, string beside) => Markup.Of($"""
        <div class="tile {kind}"><span class="label">{label}</span> <strong>{number}</strong> <span class="beside">{beside}</span></div>
        """);

    /// <summary>Two pictures, of which the style sheet shows the one that suits the screen.</summary>
    private static Markup CurvesOf(RunReport report) => Markup.Of($"""
        <figure class="wide">{new Markup(Curves.Svg(report, 1016, 460))}</figure>
        <figure class="narrow">{new Markup(Curves.Svg(report, 358, 380))}</figure>
        """);

    private static Markup SamplesOf(IReadOnlyList<SampleRow> rows) => Markup.Of($"""
        <div class="samples" style="--columns: {rows.Count}; --picture: {SampleScale * rows.SelectMany(r => r.Pictures).Max(p => p.Width)}px">
        {Markup.Join(Enumerable.Range(0, rows.Min(row => row.Pictures.Count)).Select(i => Sample(rows, i)))}
        </div>
        """);

    /// <summary>The n-th picture of every row, side by side.</summary>
    private static Markup Sample(IReadOnlyList<SampleRow> rows, int number) => Markup.Of($"""
        <div class="sample">
        {Markup.Join(rows.Select(row => Pixels(row.Pictures[number], row.Name, number + 1)))}
        </div>
        """);

    private static Markup Pixels(Picture picture, string name, int number) => Markup.Of($"""
        <figure><img src="data:image/png;base64,{Convert.ToBase64String(PictureFile.EncodePng(picture))}" width="{SampleScale * picture.Width}" height="{SampleScale * picture.Height}" alt="{name}, sample {number}" /><figcaption>{name}</figcaption></figure>
        """);

    private static Markup Numbers(RunReport report) => Markup.Of($"""
        <div class="columns">
        <div class="scroll"><table>
        <thead><tr><th>Test images</th><th class="number">Noisy</th><th class="number">Denoised</th><th class="number">Gain</th></tr></thead>
        <tbody>
        {Row("MSE", Figures.Error(report.Noisy.Mse), Figures.Error(report.Denoised.Mse), $"÷ {Figures.Short(Math.Round(report.Noisy.Mse / report.Denoised.Mse, 2))}")}
        {Row("PSNR", Figures.Decibels(report.Noisy.Psnr), Figures.Decibels(report.Denoised.Psnr), Figures.Gain(report.Denoised.Psnr - report.Noisy.Psnr, "F2") + " dB")}
        {Row("SSIM", Figures.Similarity(report.Noisy.Ssim), Figures.Similarity(report.Denoised.Ssim), Figures.Gain(report.Denoised.Ssim - report.Noisy.Ssim, "F3"))}
        </tbody>
        </table></div>
        {(report.Notebook is { } notebook ? NotebookTable(notebook) : Markup.None)}
        </div>
        """);

    private static Markup NotebookTable(NotebookComparison notebook) => Markup.Of($"""
        <div class="scroll"><table>
        <thead><tr><th colspan="2">{notebook.Label}</th></tr></thead>
        <tbody>
        {Row($"Notebook: {notebook.Notebook}", Figures.Error(notebook.Printed))}
        {Row("This run", Figures.Error(notebook.Ours[^1]))}
        {Row("Difference", Figures.Gain(100 * (notebook.Ours[^1] / notebook.Printed - 1), "F1") + " %")}
        </tbody>
        </table></div>
        """);

    private static Markup Row(string name, params string[] numbers) => Markup.Of($"""
        <tr><td>{name}</td>{Cells(numbers)}</tr>
        """);

    private static Markup Cells(IEnumerable<string> numbers) =>
        new(string.Concat(numbers.Select(number => Markup.Of($"""<td class="number">{number}</td>""").Text)));

    private static Markup EpochTable(RunReport report)
    {
        bool validated = report.Epochs.Any(e => e.ValidationMse is not null);
        return Markup.Of($"""
            <div class="scroll tall"><table>
            <thead><tr><th class="number">Epoch</th><th class="number">Learning rate</th><th class="number">Training MSE</th>{Heading(validated ? "Validation MSE" : null)}<th class="number">Test MSE</th><th class="number">Test PSNR</th>{Heading(report.Notebook is null ? null : "In the notebook’s unit")}<th class="number">Images/s</th><th class="number">Seconds</th></tr></thead>
            <tbody>
            {Markup.Join(report.Epochs.Select((epoch, i) => EpochLine(epoch, epoch.Epoch == report.BestEpoch, validated, report.Notebook?.Ours[i])))}
            </tbody>
            </table></div>
            <p class="note">{Figures.Count(report.Epochs.Count)} epoch{(report.Epochs.Count == 1 ? "" : "s")} in {Figures.Duration(report.Epochs.Sum(e => e.Seconds))}; the best one stands out.</p>
            """);
    }

    private static Markup Heading(string? text) => text is null ? Markup.None : Markup.Of($"""<th class="number">{text}</th>""");

    private static Markup EpochLine(EpochMetrics epoch, bool best, bool validated, double? asNotebook)
    {
        List<string> cells = [$"{epoch.Epoch}", Figures.Short(epoch.LearningRate), Figures.Error(epoch.TrainMse)];
        if (validated)
            cells.Add(epoch.ValidationMse is { } mse ? Figures.Error(mse) : "");
        cells.AddRange(Figures.Error(epoch.TestMse), Figures.Decibels(epoch.TestPsnr));
        if (asNotebook is { } figure)
            cells.Add(Figures.Error(figure));
        cells.AddRange(Figures.Count(epoch.ImagesPerSecond), Figures.Tenths(epoch.Seconds));
        return Markup.Of($"""<tr{new Markup(best ? " class=\"best\"" : "")}>{Cells(cells)}</tr>""");
    }

    private static Markup Pairs(IReadOnlyList<(string Name, string Value)> pairs) => pairs.Count == 0 ? Markup.None : Markup.Of($"""
        <dl>
        {Markup.Join(pairs.Select(pair => Markup.Of($"<div><dt>{pair.Name}</dt><dd>{pair.Value}</dd></div>")))}
        </dl>
        """);
}
