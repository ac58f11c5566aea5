namespace Denoise.Train.Report;

/// <summary>The style sheet of <see cref="HtmlReport"/>. It contains no &lt; and no &amp;, which XML would take for its own.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --ink: #1d2125; --quiet: #5d656e; --rule: #e2e5e9; --paper: #f7f7f5; --card: #fff; --accent: #c84e00; --tint: #fff3ea; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e4e8ec; --quiet: #9aa4ae; --rule: #2b3137; --paper: #0e1113; --card: #171b1e; --accent: #ff9d5c; --tint: #2b2119; }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
        main { max-width: 1112px; margin: 0 auto; padding: 56px 16px 80px; }
        h1 { margin: 4px 0 6px; font-size: clamp(1.75rem, 1.3rem + 2vw, 2.5rem); line-height: 1.15; letter-spacing: -.02em; overflow-wrap: anywhere; }
        h2 { margin: 0 0 16px; font-size: 1.2rem; line-height: 1.3; letter-spacing: -.01em; overflow-wrap: anywhere; }
        section { margin-top: 56px; min-width: 0; }
        p { margin: 0; }
        .kicker { color: var(--quiet); font-size: .9rem; overflow-wrap: anywhere; }
        .status { max-width: 42em; color: var(--quiet); font-size: 1.06rem; overflow-wrap: anywhere; }
        .note { margin-top: 12px; color: var(--quiet); font-size: .9rem; max-width: 60em; }

        .tiles { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 28px; }
        .tile { flex: 1 1 180px; display: flex; flex-direction: column; min-width: 0; padding: 18px 20px; background: var(--card); border: 1px solid var(--rule); border-radius: 12px; }
        .tile .label { color: var(--quiet); font-size: .88rem; line-height: 1.35; }
        .tile strong { margin-top: auto; padding-top: 8px; font-size: 1.9rem; font-weight: 600; line-height: 1.2; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
        .tile .beside { color: var(--quiet); font-size: .88rem; line-height: 1.35; }
        .tile.main { flex: 1.5 1 280px; }
        .tile.main strong { color: var(--accent); font-size: 2.9rem; line-height: 1.1; }

        figure { margin: 0; }
        figure > svg { display: block; width: 100%; height: auto; }
        .wide, .narrow { padding: 12px 32px 12px 16px; background: var(--card); border: 1px solid var(--rule); border-radius: 12px; }
        .narrow { display: none; padding: 8px 0; }

        .samples { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, calc(var(--columns) * var(--picture) + (var(--columns) - 1) * 4px)), 1fr)); gap: 24px 20px; }
        .sample { display: grid; grid-template-columns: repeat(var(--columns), minmax(0, var(--picture))); gap: 4px; }
        .sample img { display: block; max-width: 100%; height: auto; image-rendering: pixelated; border-radius: 3px; }
        .sample figcaption { margin-top: 4px; color: var(--quiet); font-size: .78rem; }

        .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 0 24px; align-items: start; }
        .columns > .scroll { margin-bottom: 16px; }
        .columns td:first-child, .columns th:first-child { white-space: normal; text-wrap: balance; }

        .scroll { overflow-x: auto; min-width: 0; background: var(--card); border: 1px solid var(--rule); border-radius: 12px; }
        .tall { max-height: 740px; overflow-y: auto; }
        table { width: 100%; border-collapse: separate; border-spacing: 0; font-size: .92rem; font-variant-numeric: tabular-nums; }
        th, td { padding: 6px 14px; text-align: left; vertical-align: baseline; border-top: 1px solid var(--rule); white-space: nowrap; }
        th { position: sticky; top: 0; border-top: 0; background: var(--card); color: var(--quiet); font-weight: 500; font-size: .84rem; vertical-align: bottom; box-shadow: 0 1px var(--rule); }
        th.number { white-space: normal; }
        tbody tr:first-child td { border-top: 0; }
        tfoot td { font-weight: 600; }
        .number { text-align: right; }
        .best td { background: var(--tint); color: var(--accent); font-weight: 600; }
        code { font: .94em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }

        dl { margin: 0; background: var(--card); border: 1px solid var(--rule); border-radius: 12px; font-size: .92rem; }
        dl div { display: grid; grid-template-columns: minmax(110px, 2fr) 5fr; gap: 0 16px; padding: 8px 16px; }
        dl div + div { border-top: 1px solid var(--rule); }
        dt { color: var(--quiet); overflow-wrap: anywhere; }
        dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }

        @media (max-width: 719px) {
          main { padding-top: 28px; }
          section { margin-top: 40px; }
          .tile { flex-basis: 140px; padding: 14px 16px; }
          .tile strong { font-size: 1.5rem; }
          .tile.main { flex-basis: 100%; }
          .tile.main strong { font-size: 2.6rem; }
          th, td { padding: 6px 9px; }
          th:first-child, td:first-child { padding-left: 14px; }
          .tall { max-height: 60vh; }
          .wide { display: none; }
          .narrow { display: block; }
        }
        @media print { .tall { max-height: none; } }
        """;
}
