namespace Denoise.Train.Report;

/// <summary>The report of a run as one HTML page that needs nothing besides itself: no script, no font, no file, no network.</summary>
/// <remarks>The page is well-formed XML too, so tests and tools can read it as such.</remarks>
internal static class HtmlReport
{
    // Neither < nor &, which XML would take for its own.
    private const string Style = """
        :root { color-scheme: light dark; --quiet: #5d656e; --rule: #d8dce1; }
        @media (prefers-color-scheme: dark) { :root { --quiet: #9aa4ae; --rule: #333a41; } }
        body { margin: 0 auto; padding: 32px 16px 64px; max-width: 1112px; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
        h1 { margin: 0; font-size: 2rem; line-height: 1.2; }
        h2 { margin: 40px 0 12px; font-size: 1.2rem; }
        p, td:first-child { color: var(--quiet); }
        svg, img { display: block; max-width: 100%; height: auto; }
        img { image-rendering: pixelated; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        td { padding: 4px 24px 4px 0; text-align: left; border-bottom: 1px solid var(--rule); }
        """;

    public static string Html(ReportContent report) => Markup.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'" />
        <title>{report.Title}: test MSE {Figures.Error(report.Denoised.Mse)}</title>
        <style>
        {new Markup(Style)}
        </style>
        </head>
        <body>
        <h1>{report.Title}</h1>
        <p>{report.Status} The numbers are those of epoch {report.Best.Epoch}, the best.</p>
        {Table(Numbers(report))}
        {(report.Notebook is { } notebook ? Table(Comparison(notebook)) : Markup.None)}
        <h2>Learning curves</h2>
        {new Markup(Curves.Svg(report))}
        <h2>Samples</h2>
        <img src="data:image/png;base64,{Convert.ToBase64String(PictureFile.EncodePng(report.Samples))}" alt="test images" />
        <p>From top to bottom: {string.Join(", ", Rows(report))}.</p>
        <h2>Options</h2>
        {Table(report.Options.Select(option => new[] { option.Name, option.Value }))}
        </body>
        </html>

        """).Text;

    private static IEnumerable<string> Rows(ReportContent report) =>
    [
        "noisy", .. report.Beside is { } beside ? new[] { beside.Name } : [], "denoised",
        .. report.Targets is null ? new[] { "clean" } : [],
    ];

    private static IEnumerable<string[]> Numbers(ReportContent report)
    {
        var (noisy, denoised, beside) = (report.Noisy, report.Denoised, report.Beside?.Denoised);
        yield return ["test images", "noisy", .. beside is null ? [] : new[] { report.Beside!.Value.Name }, "denoised", "gain"];
        yield return
        [
            report.Targets is null ? "MSE" : $"MSE against {report.Targets}",
            .. new[] { noisy, beside, denoised }.OfType<Scores>().Select(scores => Figures.Error(scores.Mse)),
            $"÷ {Figures.Short(noisy.Mse / denoised.Mse)}",
        ];
        if (report.Targets is not null)
            yield break;
        yield return Row("PSNR, dB", scores => scores.Psnr, "F2");
        yield return Row("SSIM", scores => scores.Ssim, "F3");

        string[] Row(string name, Func<Scores, double> of, string format) =>
        [
            name, .. new[] { noisy, beside, denoised }.OfType<Scores>().Select(scores => Figures.Format(of(scores), format)),
            Figures.Signed(of(denoised) - of(noisy), format),
        ];
    }

    private static IEnumerable<string[]> Comparison(NotebookComparison notebook) =>
    [
        [notebook.Label, $"notebook: {notebook.Notebook}", "this run", "difference"],
        ["last epoch", Figures.Error(notebook.Printed), Figures.Error(notebook.Ours),
            Figures.Signed(100 * (notebook.Ours / notebook.Printed - 1), "F1") + " %"],
    ];

    private static Markup Table(IEnumerable<string[]> rows) => Markup.Of($"""
        <table>
        {Markup.Join(rows.Select(Row))}
        </table>
        """);

    private static Markup Row(string[] cells) =>
        Markup.Of($"<tr>{new Markup(string.Concat(cells.Select(cell => Markup.Of($"<td>{cell}</td>").Text)))}</tr>");
}
