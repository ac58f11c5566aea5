namespace Denoise;

/// <summary>Files that are there whole or not at all, whatever ends the process. Compiled into each assembly that writes.</summary>
internal static class AtomicFile
{
    private const string Prefix = ".denoise-", Suffix = ".partial";
    private const int BufferBytes = 4096;

    /// <summary>No process writes at a file for so long without a byte.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>Writes to a hidden neighbour of the file, then renames it into place. Pipes and devices are written into instead, and a
    /// link stays: the file that it leads to is written.</summary>
    /// <param name="path">Where the file is to be; an existing one is replaced. Its folder must exist.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="durable">Also flush to the device before the rename, so that a power cut cannot leave an empty file;
    /// worth its milliseconds for a checkpoint, not for each of 10,000 pictures.</param>
    public static void Write(string path, Action<Stream> write, bool durable = false) =>
        Write(path, write, durable, BufferBytes, CancellationToken.None);

    /// <summary>Writes these bytes in the same way.</summary>
    /// <param name="stop">Ends the waiting for a pipe's reader.</param>
    public static void Write(string path, byte[] content, bool durable = false, CancellationToken stop = default) =>
        Write(path, stream => stream.Write(content), durable, bufferBytes: 0, stop);

    private static void Write(string path, Action<Stream> write, bool durable, int bufferBytes, CancellationToken stop)
    {
        bool isOrdinary = FileKind.IsOrdinaryOrNone(path);
        if (!isOrdinary && FileKind.IsSpecial(path))
        {
            Task.Run(() => WriteInto(path, write), CancellationToken.None).WaitAsync(stop).GetAwaiter().GetResult();
            return;
        }
        FileSystemInfo? target = isOrdinary ? null : new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true);
        string full = target?.FullName ?? Path.GetFullPath(path);
        // Nobody can guess the name and put a link there; and it is short, as the file's own may be as long as names can be.
        string partial = Path.Combine(Path.GetDirectoryName(full)!, $"{Prefix}{Path.GetRandomFileName()}{Suffix}");
        try
        {
            using (var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferBytes))
            {
                write(stream);
                stream.Flush(flushToDisk: durable);
            }
            File.Move(partial, full, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    private static void WriteInto(string device, Action<Stream> write)
    {
        using var stream = new FileStream(device, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        write(stream);
    }

    /// <summary>Removes what killed processes have left in a folder, once it is old enough that nobody can be writing it.</summary>
    public static void CleanUp(string folder)
    {
        try
        {
            foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles($"{Prefix}*{Suffix}"))
                if (DateTime.UtcNow - file.LastWriteTimeUtc > Abandoned)
                    file.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It may lie there for ever: it harms nobody.
        }
    }
}
