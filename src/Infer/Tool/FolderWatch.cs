namespace Denoise.Infer.Tool;

/// <summary>Pictures as they come, found by listing the folders again and again: a system's notices of changes do not reach it from network
/// drives, where other machines make them.</summary>
internal sealed class FolderWatch(Func<List<PictureJob>> look, DoneList done)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private HashSet<InputFile> _seen = [];
    private readonly HashSet<InputFile> _taken = [];
    private string? _trouble;

    /// <summary>How many were there already.</summary>
    internal int Skipped { get; private set; }

    /// <summary>Hands over pictures until it is told to stop.</summary>
    internal void Run(Action<IReadOnlyList<PictureJob>> take, CancellationToken stop)
    {
        do
        {
            if (Next() is { Count: > 0 } ready)
                take(ready);
        }
        while (!stop.WaitHandle.WaitOne(Interval));
    }

    /// <summary>Pictures that are new or have changed, and were the same a look ago: others may still be being copied.</summary>
    private List<PictureJob>? Next()
    {
        if (TryLook() is not { } now)
            return null;
        HashSet<InputFile> files = [.. now.Select(picture => picture.Input)];
        _taken.IntersectWith(files);
        List<PictureJob> fresh = now.FindAll(picture => _seen.Contains(picture.Input) && _taken.Add(picture.Input));
        _seen = files;
        List<PictureJob> ready = fresh.FindAll(picture => !done.Has(picture));
        Skipped += fresh.Count - ready.Count;
        return ready;
    }

    /// <summary>Null where a folder cannot be listed, as a network drive now and then. That is said once; the next look may work.</summary>
    private List<PictureJob>? TryLook()
    {
        try
        {
            List<PictureJob> now = look();
            _trouble = null;
            return now;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_trouble != e.Message)
                Console.Error.WriteLine(_trouble = e.Message);
            return null;
        }
    }
}
