using Spectre.Console;

namespace Denoise.CommandLine;

/// <summary>Progress on standard error: a live bar on a terminal, plain lines in a pipe.</summary>
public sealed class ProgressBar
{
    private readonly string _title;
    private readonly long _total;
    private readonly ProgressLines _lines;
    private readonly IAnsiConsole? _console;
    private readonly ProgressTask? _task;

    private ProgressBar(string title, long total, IAnsiConsole? console, ProgressTask? task) =>
        (_title, _total, _lines, _console, _task) = (title, total, new(title), console, task);

    /// <summary>Runs some work and hands it the bar.</summary>
    /// <param name="title">Stands before the bar.</param>
    public static T Run<T>(string title, long total, Func<ProgressBar, T> work) =>
        Console.IsErrorRedirected ? work(new ProgressBar(title, total, null, null)) : RunLive(title, total, work);

    /// <summary>Apart from <see cref="Run"/>, so that Spectre is loaded only where there is a terminal to draw on.</summary>
    private static T RunLive<T>(string title, long total, Func<ProgressBar, T> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(StandardStreams.Terminal) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new(title, total, console, context.AddTask(Markup.Escape(title), maxValue: Math.Max(1, total)))));
    }

    /// <summary>Says how far the work is.</summary>
    /// <param name="words">A few words such as "512 images/s".</param>
    /// <param name="part">The share of the work that is done, from 0 to 1; null counts all items alike.</param>
    public void Report(long done, string words, double? part = null)
    {
        double share = part ?? done / (double)Math.Max(1, _total);
        if (_task is null)
        {
            _lines.Report($"{words}, {done}/{_total}", share);
            return;
        }
        _task.Value = share * _task.MaxValue;
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
}
