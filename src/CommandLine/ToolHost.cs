using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;

namespace Denoise.CommandLine;

/// <summary>Runs a tool: parses, turns failures into one sentence and an exit status, and Ctrl-C into a cancellation.</summary>
public static class ToolHost
{
    /// <summary>The same number on Linux and macOS. Sent where a file would grow beyond what `ulimit -f` allows.</summary>
    private const PosixSignal SigXFSZ = (PosixSignal)25;

    private static PosixSignalRegistration? _fileSize;

    /// <param name="run">The tool: gets the parsed options and a token cancelled by the first Ctrl-C, SIGTERM or hang-up of the terminal
    /// (a second one ends the process at once), returns the exit status.</param>
    /// <param name="subcommands">Those of the command, each with what it does.</param>
    public static int Run(RootCommand command, string[] args, Func<ParseResult, CancellationToken, int> run,
        params (Command Command, Func<ParseResult, CancellationToken, int> Run)[] subcommands)
    {
        StandardStreams.Guard();
        using var stop = new CancellationTokenSource();
        using var interrupt = StopOn(PosixSignal.SIGINT, stop);
        using var terminate = StopOn(PosixSignal.SIGTERM, stop);
        using var hangUp = StopOn(PosixSignal.SIGHUP, stop);
        // The write then fails like one to a full disk, instead of ending the process; to its very end, when the runtime writes too.
        _fileSize = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(SigXFSZ, context => context.Cancel = true);
        command.SetAction(parsed => Guard(() => run(parsed, stop.Token)));
        foreach (var (subcommand, runSubcommand) in subcommands)
        {
            subcommand.SetAction(parsed => Guard(() => runSubcommand(parsed, stop.Token)));
            command.Add(subcommand);
        }
        command.Add(Completion.Command($"denoise-{command.Name}"));
        HelpExamples.AddTo(command);

        ParseResult result = command.Parse(args);
        if (result.Errors.Count > 0 && !IsToSuggest(result))
            return Report(string.Join(" ", result.Errors.Select(e => e.Message)) + $" See `{command.Name} --help`.", ExitCode.Usage);
        // Exceptions are ours to report, and so are signals: the default would kill a slow clean-up after two seconds.
        return Guard(() =>
            result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }));
    }

    /// <summary>A line that is to be completed is not whole yet.</summary>
    private static bool IsToSuggest(ParseResult result) => result.Tokens is [{ Type: TokenType.Directive }, ..];

    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        });

    private static int Guard(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (ToolException e)
        {
            return Report(e.Message, e.ExitCode);
        }
        catch (OperationCanceledException)
        {
            return Report("Stopped.", ExitCode.Interrupted);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException)
        {
            return Report(e.Message, ExitCode.Failed);
        }
        catch (Exception e)
        {
            // Not foreseen, so the trace is what a bug report needs.
            return Report($"Unexpected {e.GetType().Name}: {e.Message}\n{e.StackTrace}", ExitCode.Failed);
        }
    }

    private static int Report(string message, int exitCode)
    {
        Console.Error.WriteLine(message);
        return exitCode;
    }
}
