using Spectre.Console;

namespace Denoise.CommandLine;

/// <summary>Progress on standard error: a live bar on a terminal, one plain line every few seconds in a pipe.</summary>
public sealed class ProgressBar
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private readonly string _title;
    private readonly long _total;
    private readonly DateTime _start = DateTime.UtcNow;
    private readonly IAnsiConsole? _console;
    private readonly ProgressTask? _task;
    private DateTime _lastLine = DateTime.UtcNow;
    private long? _firstDone;

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
    public void Report(long done, string words)
    {
        if (_task is null)
        {
            ReportPlain(done, words);
            return;
        }
        _task.Value = done;
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

    private void ReportPlain(long done, string words)
    {
        // Work that is resumed does not begin at 0, and what was done before says nothing of the speed now.
        _firstDone ??= done;
        DateTime now = DateTime.UtcNow;
        if (now - _lastLine < PlainInterval)
            return;
        _lastLine = now;
        TimeSpan left = (now - _start) * ((_total - done) / (double)Math.Max(1, done - _firstDone.Value));
        Console.Error.WriteLine($"{_title}: {words}, {done}/{_total}, {left:hh\\:mm\\:ss} left");
    }
}
