namespace Denoise.Infer.Tool;

/// <summary>The file that says who works on a picture. Its one line changes as long as its holder lives.</summary>
internal sealed class Lease : IDisposable
{
    private const FileShare WithAnyone = FileShare.ReadWrite | FileShare.Delete;

    private readonly FileStream _file;
    private readonly string _holder = $"{Environment.MachineName}:{Environment.ProcessId}:{System.IO.Path.GetRandomFileName()}";
    private readonly int _seconds;
    private long _renewals;

    private Lease(string path, int seconds)
    {
        (Path, _seconds) = (path, seconds);
        _file = new(path, FileMode.CreateNew, FileAccess.Write, WithAnyone, bufferSize: 0);
    }

    /// <summary>As it was given.</summary>
    internal string Path { get; }

    /// <summary>Null where somebody else has it.</summary>
    /// <param name="seconds">To be written into it: the time after which it may be taken over.</param>
    internal static Lease? TryCreate(string path, int seconds)
    {
        try
        {
            Lease lease = new(path, seconds);
            lease.Write();
            return lease;
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>The line as it is now; null where the lease has gone, or its disk is away for a moment.</summary>
    internal static string? Read(string path)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, WithAnyone));
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Null in a line that is not whole.</summary>
    internal static int? SecondsIn(string text) =>
        text.Split(' ') is [_, _, var seconds] && int.TryParse(seconds, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>Changes the line, to the disk itself: another machine is to see it.</summary>
    internal void Renew()
    {
        try
        {
            Write();
            RandomAccess.FlushToDisk(_file.SafeFileHandle);
        }
        catch (IOException)
        {
            // A disk that is away may come back before the time is over. After that somebody else does the picture too.
        }
    }

    private void Write() =>
        RandomAccess.Write(_file.SafeFileHandle, Encoding.UTF8.GetBytes($"{_holder} {_renewals++} {_seconds}\n"), 0);

    internal static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is taken for abandoned in time.
        }
    }

    public void Dispose() => _file.Dispose();
}
