namespace Denoise.Infer;

/// <summary>Counts the calls under way, so that what they use is released after the last of them.</summary>
internal sealed class CallGate
{
    private readonly object _lock = new();
    private int _calls;
    private bool _isClosed;

    /// <exception cref="ObjectDisposedException">The gate is closed.</exception>
    internal void Enter()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(Denoiser));
            _calls++;
        }
    }

    internal void Leave()
    {
        lock (_lock)
            if (--_calls == 0)
                Monitor.PulseAll(_lock);
    }

    /// <summary>Lets no more calls in and waits for those that are.</summary>
    /// <returns>Whether it was open.</returns>
    internal bool Close()
    {
        lock (_lock)
        {
            bool wasOpen = !_isClosed;
            _isClosed = true;
            while (_calls > 0)
                Monitor.Wait(_lock);
            return wasOpen;
        }
    }
}
