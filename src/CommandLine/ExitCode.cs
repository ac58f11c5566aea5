namespace Denoise.CommandLine;

/// <summary>The exit statuses of every tool.</summary>
public static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    /// <summary>Some items failed and were reported; the others are done.</summary>
    public const int Partial = 3;

    /// <summary>Stopped by Ctrl-C or a termination signal: 128 + SIGINT, as shells expect.</summary>
    public const int Interrupted = 130;
}
