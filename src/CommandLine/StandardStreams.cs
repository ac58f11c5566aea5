using System.Runtime.InteropServices;

namespace Denoise.CommandLine;

/// <summary>The streams that the process was started with.</summary>
public static class StandardStreams
{
    /// <summary>The file's name that means standard input or output.</summary>
    public const string Name = "-";

    private const int Input = 0, Output = 1, Error = 2, GetFlags = 1, CloseOnExec = 1;

    /// <summary>Whether there is anything to read from. Reading from a closed one could wait for ever.</summary>
    public static bool HasInput => IsGiven(Input);

    /// <summary>Whether there is anywhere to write results to.</summary>
    public static bool HasOutput => IsGiven(Output);

    /// <summary>Standard error as it is, for what draws on a terminal.</summary>
    internal static TextWriter Terminal { get; private set; } = Console.Error;

    /// <summary>Text that is written from now on does no harm, and messages may be lost.</summary>
    internal static void Guard()
    {
        TextWriter error = IsGiven(Error) ? Console.Error : TextWriter.Null;
        Terminal = new MessageWriter(error, mayBeLost: true, isDrawing: true);
        Console.SetError(new MessageWriter(error, mayBeLost: true));
        Console.SetOut(new MessageWriter(HasOutput ? Console.Out : TextWriter.Null, mayBeLost: false));
    }

    /// <summary>Where a stream is closed, some file of the runtime's own has its number. Unlike those that were handed down, these are
    /// marked as not to be handed down.</summary>
    private static bool IsGiven(int stream) =>
        OperatingSystem.IsWindows() || (Flags(stream, GetFlags) is >= 0 and var flags && (flags & CloseOnExec) == 0);

    [DllImport("libc", EntryPoint = "fcntl")]
    private static extern int Flags(int file, int command);
}
