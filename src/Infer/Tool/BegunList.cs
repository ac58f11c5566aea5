using Microsoft.Win32.SafeHandles;

namespace Denoise.Infer.Tool;

/// <summary>Which picture each worker has begun, in a hidden file of the output folder that is gone when the run ends as it should. A
/// decoder that is not our own may take the process down with it: the next run then knows what to leave to the end.</summary>
internal sealed class BegunList : IDisposable
{
    private const int Longest = 1024; // bytes of a name

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private int _slots;

    private BegunList(string path) =>
        (_path, _file) = (path, File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None));

    /// <summary>The pictures that the last run into the folder had begun when it was cut off.</summary>
    internal static HashSet<string> LeftBehind(string folder, Shard? shard)
    {
        if (!FileKind.IsOrdinaryOrNone(PathOf(folder, shard)))
            return [];
        try
        {
            IEnumerable<string> lines = File.ReadAllText(PathOf(folder, shard)).Split('\n').Select(line => line.Trim());
            return [.. lines.Where(line => line.Length > 0).Select(ListedName.Read)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is none, or another run holds it.
            return [];
        }
    }

    /// <summary>Null where the folder cannot be written, another run is at work there, or a link lies in the list's place: the pictures
    /// matter more.</summary>
    internal static BegunList? Open(string folder, Shard? shard)
    {
        if (!FileKind.IsOrdinaryOrNone(PathOf(folder, shard)))
            return null;
        try
        {
            return new(PathOf(folder, shard));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A place in the file for one worker.</summary>
    internal int NewSlot() => Interlocked.Increment(ref _slots) - 1;

    /// <summary>Notes the picture that the worker begins, in place of the one before.</summary>
    internal void Note(int slot, string name)
    {
        Span<byte> line = stackalloc byte[Longest];
        line.Fill((byte)' ');
        Encoding.UTF8.TryGetBytes(ListedName.Write(name), line[..^1], out _);
        line[^1] = (byte)'\n';
        try
        {
            RandomAccess.Write(_file, line, (long)slot * Longest);
        }
        catch (IOException)
        {
            // The disk is full, which the picture itself will say.
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder is gone or locked, which the pictures have said.
        }
    }

    private static string PathOf(string folder, Shard? shard) =>
        Path.Combine(folder, $".denoised{shard?.Suffix}.begun");
}
