namespace Denoise.Infer.Tool;

/// <summary>Which pictures are this process's, where several share a folder (<c>--claim</c>). A picture is worked on by whoever has created
/// its lease, a small file, in a hidden folder of the output: file systems let only one of many do so, NFS too. The holder rewrites the
/// lease now and then. One that has stayed the same for long enough, by the clock of who watches it, is nobody's any more, and whoever
/// creates the next one of the picture takes over. So no clocks need to agree, and nothing is removed that another has just made.</summary>
internal sealed class Claims : IDisposable
{
    private const int RenewalsInTime = 6, MostHolders = 3;

    private readonly DoneList _done;
    private readonly string _folder;
    private readonly int _seconds;
    private readonly Timer _renewal;
    private readonly Dictionary<PictureJob, Lease> _held = [];
    private readonly Dictionary<string, (string Text, long Since)> _watched = [];

    /// <param name="folder">The output folder, which exists.</param>
    /// <param name="done">Tells which pictures are done, by whichever process.</param>
    /// <param name="seconds">After so long without a sign of life a lease of ours may be taken over.</param>
    internal Claims(string folder, DoneList done, int seconds)
    {
        (_folder, _done, _seconds) = (Path.Combine(folder, DoneList.SharedFolder), done, seconds);
        Directory.CreateDirectory(_folder);
        TimeSpan interval = TimeSpan.FromSeconds((double)seconds / RenewalsInTime);
        _renewal = new(_ => Renew(), null, interval, interval);
    }

    /// <summary>Whether there is something to do: the picture, or the removal of a lease that a killed process has left.</summary>
    internal bool IsOpen(PictureJob picture) => !_done.Has(picture) || File.Exists(PathOf(picture, 0));

    /// <summary>Works on those pictures that are nobody's. They are on the list of what is done before others may have them.</summary>
    internal void Work(IEnumerable<PictureJob> pictures, Action<List<PictureJob>> work)
    {
        List<PictureJob> taken = [.. pictures.Where(picture => IsOpen(picture) && TryTake(picture))];
        try
        {
            // Not before the leases are ours: now nobody else can add one of these.
            _done.ReadOn();
            work(taken.FindAll(picture => !_done.Has(picture)));
            _done.Save();
        }
        finally
        {
            taken.ForEach(Release);
        }
    }

    /// <summary>Lets all be taken by others.</summary>
    public void Dispose()
    {
        _renewal.Dispose();
        foreach (PictureJob picture in _held.Keys.ToList())
            Release(picture);
    }

    private bool TryTake(PictureJob picture)
    {
        int next = 0;
        while (File.Exists(PathOf(picture, next)))
            next++;
        if (next > 0 && !IsAbandoned(PathOf(picture, next - 1)))
            return false;
        if (next == MostHolders)
        {
            picture.Fail(new IOException($"{MostHolders} processes were killed while they worked on it. "
                + $"To try it again, delete {Path.ChangeExtension(PathOf(picture, 0), null)}.*"));
            return false;
        }
        try
        {
            if (Lease.TryCreate(PathOf(picture, next), _seconds) is not { } lease)
                return false;
            lock (_held)
                _held.Add(picture, lease);
            return true;
        }
        catch (Exception e) when (PictureJob.IsItsOwn(e))
        {
            picture.Fail(e); // a full disk
            return false;
        }
    }

    /// <summary>Whether the lease has stayed the same for as long as it says itself.</summary>
    private bool IsAbandoned(string path)
    {
        if (Lease.Read(path) is not { } text)
            return false;
        lock (_watched)
        {
            if (_watched.TryGetValue(path, out var seen) && seen.Text == text)
                return Stopwatch.GetElapsedTime(seen.Since).TotalSeconds > (Lease.SecondsIn(text) ?? _seconds);
            _watched[path] = (text, Stopwatch.GetTimestamp());
        }
        return false;
    }

    private void Renew()
    {
        lock (_held)
            foreach (Lease lease in _held.Values)
                lease.Renew();
    }

    /// <summary>The last lease goes first: as long as there is an earlier one, nobody begins anew. Where somebody has taken over, they
    /// are theirs.</summary>
    private void Release(PictureJob picture)
    {
        Lease? lease;
        lock (_held)
            if (!_held.Remove(picture, out lease))
                return;
        lease.Dispose();
        int last = 0;
        while (PathOf(picture, last) != lease.Path)
            last++;
        if (!File.Exists(PathOf(picture, last + 1)))
            for (; last >= 0; last--)
                Lease.Remove(PathOf(picture, last));
    }

    private string PathOf(PictureJob picture, int holder) =>
        Path.Combine(_folder, $"{ListedName.Hash(picture.Name):x16}.{holder}");
}
