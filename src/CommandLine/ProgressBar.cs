using Spectre.Console;

namespace Denoise.CommandLine;

/// <summary>Progress on standard error: a live bar on a terminal, one plain line every few seconds in a pipe.</summary>
public sealed class ProgressBar
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private readonly string _title;
    private readonly long _total;
    private readonly IAnsiConsole? _console;
    private readonly ProgressTask? _task;
    private DateTime _lastLine = DateTime.UtcNow;
    private (DateTime Time, double Part)? _first;

    private ProgressBar(string title, long total, IAnsiConsole? console, ProgressTask? task) =>
        (_title, _total, _console, _task) = (title, total, console, task);

    /// <summary>Runs <paramref name="work"/>, giving it the bar to report to.</summary>
    /// <param name="title">Stands before the bar.</param>
    /// <param name="total">How many items there are.</param>
    public static T Run<T>(string title, long total, Func<ProgressBar, T> work) =>
        Console.IsErrorRedirected ? work(new ProgressBar(title, total, null, null)) : RunLive(title, total, work);

    /// <summary>Apart from <see cref="Run"/>, so that Spectre is loaded only where there is a terminal to draw on.</summary>
    private static T RunLive<T>(string title, long total, Func<ProgressBar, T> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new ProgressBar(title, total, console, context.AddTask(Markup.Escape(title), maxValue: Math.Max(1, total)))));
    }

    /// <summary>Says how far the work is.</summary>
    /// <param name="done">Items done.</param>
    /// <param name="words">A few words such as "512 images/s".</param>
    /// <param name="part">How much of the work that is, from 0 to 1, where it is known that items differ; else they count alike.</param>
    public void Report(long done, string words, double? part = null)
    {
        double doneOfOne = part ?? done / (double)Math.Max(1, _total);
        if (_task is null)
        {
            ReportPlain(done, words, doneOfOne);
            return;
        }
        _task.Value = doneOfOne * _task.MaxValue;
        _task.Description = Markup.Escape($"{_title}: {words}");
    }

    /// <summary>Writes a line that stays, above the bar.</summary>
    public void WriteLine(string text)
    {
        if (_console is null)
            Console.Error.WriteLine(text);
        else
            _console.WriteLine(text);
    }

    private void ReportPlain(long done, string words, double part)
    {
        // Work that is resumed does not begin at 0, and what was done before says nothing of the speed now.
        DateTime now = DateTime.UtcNow;
        _first ??= (now, part);
        if (now - _lastLine < PlainInterval)
            return;
        _lastLine = now;
        Console.Error.WriteLine($"{_title}: {words}, {done}/{_total}{TimeLeft(now - _first.Value.Time, _first.Value.Part, part)}");
    }

    /// <summary>", 00:01:30 left", or nothing where that cannot be told yet.</summary>
    /// <param name="elapsed">Since the first part.</param>
    /// <param name="first">How much was done then, from 0 to 1.</param>
    /// <param name="part">How much is done now.</param>
    internal static string TimeLeft(TimeSpan elapsed, double first, double part)
    {
        double seconds = elapsed.TotalSeconds * (1 - part) / (part - first);
        if (!(seconds < TimeSpan.MaxValue.TotalSeconds))
            return "";
        var left = TimeSpan.FromSeconds(seconds);
        return $", {(long)left.TotalHours:00}:{left:mm\\:ss} left";
    }
}
