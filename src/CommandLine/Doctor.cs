using System.CommandLine;

namespace Denoise.CommandLine;

/// <summary>The lines of <c>doctor</c>: what was tried on this machine, and how it went.</summary>
public static class Doctor
{
    /// <summary>Whether NVIDIA's driver is loaded, on Linux.</summary>
    public static bool SeesGpu => File.Exists("/proc/driver/nvidia/version");

    /// <summary>The tool's subcommand; <c>./denoise doctor</c> joins what the tools print.</summary>
    public static Command Command() => new("doctor", "tries what the tool needs on this machine") { Hidden = true };

    /// <summary>Tries each part in turn.</summary>
    /// <param name="output">Gets a line for each part.</param>
    /// <param name="parts">A title of at most 13 letters, and a trial that returns what was found, or throws.</param>
    /// <returns><see cref="ExitCode.Done"/>, or <see cref="ExitCode.Failed"/> where a trial threw.</returns>
    public static int Run(TextWriter output, params (string Title, Func<string> Try)[] parts)
    {
        int exitCode = ExitCode.Done;
        foreach (var (title, attempt) in parts)
        {
            var (works, text) = Attempt(attempt);
            output.WriteLine($"{(works ? "ok" : "lacking"),-8} {title,-13} {text}");
            exitCode = works ? exitCode : ExitCode.Failed;
        }
        return exitCode;
    }

    private static (bool Works, string Text) Attempt(Func<string> attempt)
    {
        try
        {
            return (true, attempt());
        }
        catch (Exception e) // whatever the loading of a native library throws
        {
            return (false, Reason(e.GetBaseException())); // that a type initialiser failed says nothing; its cause does
        }
    }

    /// <summary>One line. For a library that does not load: what the system's loader said of the first place it looked in.</summary>
    private static string Reason(Exception cause)
    {
        string[] lines = cause.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return cause is DllNotFoundException && lines.Length > 1 ? lines[1] : lines[0];
    }
}
