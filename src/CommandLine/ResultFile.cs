using Microsoft.Win32.SafeHandles;

namespace Denoise.CommandLine;

/// <summary>Where a command puts a result: a file, standard output, a pipe or a device.</summary>
public static class ResultFile
{
    /// <summary>Whether this means standard output.</summary>
    public static bool IsStandardOutput(string path) => path is StandardStreams.Name or "/dev/stdout";

    /// <summary>Whether it is written into, rather than replaced: standard output, a pipe or a device.</summary>
    public static bool IsStream(string path) => IsStandardOutput(path) || FileKind.IsSpecial(path);

    /// <summary>Writes a file whole or not at all, or writes into a stream.</summary>
    /// <exception cref="IOException">It cannot be written, or nobody reads it any more.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        if (!IsStandardOutput(path))
        {
            AtomicFile.Write(path, write);
            return;
        }
        using Stream output = OpenStandardOutput();
        write(output);
    }

    /// <summary>Standard output for bytes, not to be mixed with text. Where the reader of a pipe has gone the console's own stream says
    /// nothing; this one fails.</summary>
    /// <exception cref="IOException">It is closed.</exception>
    public static Stream OpenStandardOutput()
    {
        if (!StandardStreams.HasOutput)
            throw new IOException("Standard output is closed.");
        if (OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // In a file it would not move the place where the next program writes.
        return output.CanSeek ? Console.OpenStandardOutput() : output;
    }
}
