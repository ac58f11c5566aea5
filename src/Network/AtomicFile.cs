namespace Denoise;

/// <summary>Files that are there whole or not at all, whatever ends the process. Compiled into each assembly that writes.</summary>
internal static class AtomicFile
{
    /// <summary>Writes to a hidden neighbour of <paramref name="path"/>, then renames it into place.</summary>
    /// <param name="path">Where the file is to be; an existing one is replaced. Its folder must exist.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="durable">Also flush to the device before the rename, so that a power cut cannot leave an empty file;
    /// worth its milliseconds for a checkpoint, not for each of 10,000 pictures.</param>
    public static void Write(string path, Action<Stream> write, bool durable = false)
    {
        string full = Path.GetFullPath(path);
        // The name is fixed, so what a killed process left behind is overwritten by the next write, not piled up.
        string partial = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.partial");
        try
        {
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None))
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

    /// <summary>Writes these bytes in the same way.</summary>
    public static void Write(string path, byte[] content, bool durable = false) =>
        Write(path, stream => stream.Write(content), durable);
}
