namespace Denoise.CommandLine;

/// <summary>A failure the user can act on: one sentence that says what was found, where, what was expected and what to do next.</summary>
public sealed class ToolException(string message, int exitCode = ExitCode.Failed) : Exception(message)
{
    /// <summary>The status the tool ends with; see <see cref="CommandLine.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>A wrong option or combination of options.</summary>
    public static ToolException Usage(string message) => new(message, CommandLine.ExitCode.Usage);
}
