using Spectre.Console;

namespace Denoise.CommandLine;

/// <summary>Progress on standard error: a live bar on a terminal, one plain line every few seconds in a pipe.</summary>
public static class ProgressBar
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    /// <summary>Runs <paramref name="work"/>, giving it the function that reports how far it is.</summary>
    /// <param name="title">Stands before the bar.</param>
    /// <param name="total">How many items there are.</param>
    /// <param name="work">Calls its argument with the number of items done and a few words such as "512 images/s".</param>
    public static T Run<T>(string title, long total, Func<Action<long, string>, T> work) =>
        Console.IsErrorRedirected ? RunPlain(title, total, work) : RunLive(title, total, work);

    private static T RunLive<T>(string title, long total, Func<Action<long, string>, T> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: Math.Max(1, total));
                return work((done, words) =>
                {
                    task.Value = done;
                    task.Description = Markup.Escape($"{title} {words}");
                });
            });
    }

    private static T RunPlain<T>(string title, long total, Func<Action<long, string>, T> work)
    {
        DateTime start = DateTime.UtcNow, last = start;
        return work((done, words) =>
        {
            DateTime now = DateTime.UtcNow;
            if (now - last < PlainInterval)
                return;
            last = now;
            TimeSpan left = (now - start) * ((total - done) / (double)Math.Max(1, done));
            Console.Error.WriteLine($"{title} {done}/{total} {words}, {left:hh\\:mm\\:ss} left");
        });
    }
}
