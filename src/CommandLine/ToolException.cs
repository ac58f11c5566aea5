namespace Denoise.CommandLine;

/// <summary>A failure that the user can act on: one sentence that names what was found, what was expected and what to do next.</summary>
/// <param name="exitCode">The status that the tool ends with; see <see cref="CommandLine.ExitCode"/>.</param>
public sealed class ToolException(string message, int exitCode = ExitCode.Failed) : Exception(message)
{
    /// <summary>The status that the tool ends with.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>A wrong option or combination of options.</summary>
    public static ToolException Usage(string message) => new(message, CommandLine.ExitCode.Usage);
}
