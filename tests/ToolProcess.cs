using System.Runtime.InteropServices;

namespace Denoise.Tests;

/// <summary>Runs a built tool as a user would and keeps what it said.</summary>
internal static class ToolProcess
{
    public sealed record Result(int ExitCode, string Output, string Error)
    {
        /// <summary>The lines of standard error.</summary>
        public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static Result Train(string folder, params string[] arguments) => Finish(Start("Train", folder, arguments));

    public static Result Export(string folder, params string[] arguments) => Finish(Start("Export", folder, arguments));

    public static Result Infer(string folder, params string[] arguments) => Finish(Start("Infer", folder, arguments));

    /// <summary>Starts the executable of a project.</summary>
    /// <param name="project">Train, Export or Infer.</param>
    /// <param name="folder">The working folder.</param>
    public static Process Start(string project, string folder, params string[] arguments) =>
        StartProgram(Executable(project), folder, arguments);

    /// <summary>Runs any program.</summary>
    public static Result Run(string program, string folder, params string[] arguments) => Finish(StartProgram(program, folder, arguments));

    /// <summary>The executable of a project.</summary>
    public static string Executable(string project) => Repository.Built(project, project.ToLowerInvariant());

    private static Process StartProgram(string executable, string folder, string[] arguments) =>
        Process.Start(new ProcessStartInfo(executable, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    public static Result Finish(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        Result result = new(process.ExitCode, output.Result, error.Result);
        process.Dispose();
        return result;
    }

    public const int SigInt = 2;
    public const int SigKill = 9;
    private const int SigTerm = 15;

    /// <summary>Sends a signal. A program that a shell started in the background ignores Ctrl-C: it gets SIGTERM instead, which the
    /// tools treat alike.</summary>
    public static void Signal(Process process, int signal) =>
        Kill(process.Id, signal == SigInt && IgnoresInterrupt(process) ? SigTerm : signal);

    private static bool IgnoresInterrupt(Process process)
    {
        string line = File.ReadLines($"/proc/{process.Id}/status").First(text => text.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (Convert.ToUInt64(line[7..].Trim(), 16) & (1UL << (SigInt - 1))) != 0;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
