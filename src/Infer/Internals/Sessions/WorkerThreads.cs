namespace Denoise.Infer;

/// <summary>Something for a thread of the denoiser's own to do.</summary>
internal abstract class WorkItem
{
    /// <param name="ticket">The one given to <see cref="WorkerThreads.Offer"/>.</param>
    internal abstract void Run(int ticket);
}

/// <summary>
/// Threads of the denoiser's own, started when there is something for them to do: a run takes long, and the thread pool
/// has others to serve.
/// </summary>
internal sealed class WorkerThreads(int count) : IDisposable
{
    private readonly Queue<(WorkItem Item, int Ticket)> _waiting = new();
    private readonly List<Thread> _threads = [];
    private int _idle;
    private bool _isStopping;

    internal int Count => count;

    /// <summary>Puts an item at the end of the queue.</summary>
    /// <param name="item">To be run by one thread for each time it is offered.</param>
    /// <param name="ticket">Given back to it.</param>
    /// <param name="times">How many threads are to run it.</param>
    internal void Offer(WorkItem item, int ticket, int times = 1)
    {
        lock (_waiting)
        {
            ObjectDisposedException.ThrowIf(_isStopping, typeof(Denoiser));
            for (int i = 0; i < times; i++)
                _waiting.Enqueue((item, ticket));
            for (int missing = Math.Min(_waiting.Count - _idle, count - _threads.Count); missing > 0; missing--)
                Start();
            Monitor.PulseAll(_waiting);
        }
    }

    /// <summary>Ends the threads when they have done what is waiting.</summary>
    public void Dispose()
    {
        Stop();
        foreach (Thread thread in _threads)
            thread.Join();
    }

    /// <summary>The same without waiting for them.</summary>
    internal void Stop()
    {
        lock (_waiting)
        {
            _isStopping = true;
            Monitor.PulseAll(_waiting);
        }
    }

    private void Start()
    {
        var thread = new Thread(Work) { IsBackground = true, Name = "denoiser" };
        _threads.Add(thread);
        thread.Start();
    }

    private void Work()
    {
        while (TryTake(out WorkItem? item, out int ticket))
            item.Run(ticket);
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out WorkItem? item, out int ticket)
    {
        lock (_waiting)
        {
            _idle++;
            while (_waiting.Count == 0 && !_isStopping)
                Monitor.Wait(_waiting);
            _idle--;
            (item, ticket) = _waiting.Count > 0 ? _waiting.Dequeue() : default;
            return item is not null;
        }
    }
}
