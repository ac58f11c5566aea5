namespace Denoise.CommandLine;

/// <summary>The exit statuses of every tool.</summary>
public static class ExitCode
{
    /// <summary>All is done.</summary>
    public const int Done = 0;

    /// <summary>The work failed.</summary>
    public const int Failed = 1;

    /// <summary>An option is wrong, or options contradict each other.</summary>
    public const int Usage = 2;

    /// <summary>Some items failed and were reported; the others are done.</summary>
    public const int Partial = 3;

    /// <summary>Stopped by Ctrl-C or a termination signal: 128 + SIGINT, as shells expect.</summary>
    public const int Interrupted = 130;
}
