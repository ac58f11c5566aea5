namespace Denoise.Infer.Tool;

/// <summary>
/// Pictures as they come, found by looking into the folders again and again: the notices that a system gives of changes
/// do not reach it from network drives, where other machines make them.
/// </summary>
internal sealed class FolderWatch(Func<WorkList> look, DoneList done)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private HashSet<InputFile> _seen = [];
    private readonly HashSet<InputFile> _taken = [];
    private string? _trouble;

    /// <summary>How many were there already.</summary>
    internal int Skipped { get; private set; }

    /// <summary>Hands over pictures until it is told to stop.</summary>
    internal void Run(Action<WorkList> take, CancellationToken stop)
    {
        do
        {
            if (Next() is { Count: > 0 } ready)
                take(ready);
        }
        while (!stop.WaitHandle.WaitOne(Interval));
    }

    /// <summary>Those that have not been taken as they are now, and were the same a look ago: others may still be being copied.</summary>
    private WorkList? Next()
    {
        if (TryLook() is not { } now)
            return null;
        HashSet<InputFile> files = [.. Enumerable.Range(0, now.Count).Select(now.FileOf)];
        _taken.IntersectWith(files);
        WorkList fresh = now.Where(item => _seen.Contains(now.FileOf(item)) && _taken.Add(now.FileOf(item)));
        _seen = files;
        WorkList ready = fresh.Where(item => !done.Has(fresh, item));
        Skipped += fresh.Count - ready.Count;
        return ready;
    }

    /// <summary>Null where a folder cannot be looked into, as a network drive now and then: that is said once, and the next look may succeed.</summary>
    private WorkList? TryLook()
    {
        try
        {
            WorkList now = look();
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
