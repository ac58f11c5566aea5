namespace Denoise.Infer;

/// <summary>Memory for runs of the network, as much as were ever under way at once, and for each the session that it runs in:
/// that with the fewest others under way.</summary>
internal sealed class ScratchPool(IReadOnlyList<LoadedSession> sessions, ModelInterface model) : IDisposable
{
    private readonly Stack<Scratch>[] _free = [.. sessions.Select(_ => new Stack<Scratch>())];
    private readonly int[] _busy = new int[sessions.Count];

    internal Scratch Take()
    {
        lock (_busy)
        {
            int idlest = Array.IndexOf(_busy, _busy.Min());
            _busy[idlest]++;
            return _free[idlest].TryPop(out Scratch? scratch) ? scratch : new(sessions[idlest], model, idlest);
        }
    }

    internal void Return(Scratch scratch)
    {
        lock (_busy)
        {
            _busy[scratch.Place]--;
            _free[scratch.Place].Push(scratch);
        }
    }

    public void Dispose()
    {
        foreach (Scratch scratch in _free.SelectMany(free => free))
            scratch.Dispose();
    }
}
