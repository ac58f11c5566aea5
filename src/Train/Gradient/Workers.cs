using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>Threads that share numbered parts of some work. Each runs torch's operators by itself, on one core.</summary>
/// <remarks>Small networks gain little from several threads within an operator, and almost all from several parts at once.</remarks>
internal sealed class Workers : IDisposable
{
    private readonly Barrier _start;
    private readonly Barrier _end;
    private readonly Thread[] _threads;
    private readonly int _count;
    private Action<int> _work = _ => { };
    private int _parts;
    private Exception? _failure;

    /// <param name="count">The number of threads, the calling one included.</param>
    public Workers(int count)
    {
        _count = count;
        (_start, _end) = (new Barrier(count), new Barrier(count));
        _threads = [.. Enumerable.Range(1, count - 1).Select(i => new Thread(() => Serve(i)) { IsBackground = true })];
        foreach (Thread thread in _threads)
            thread.Start();
    }

    /// <summary>Runs the work for the parts 0 to <paramref name="parts"/> − 1 and waits for all of them.</summary>
    /// <exception cref="Exception">The exception that the work threw in one of the parts.</exception>
    public void Run(int parts, Action<int> work)
    {
        (_parts, _work, _failure) = (parts, work, null);
        _start.SignalAndWait();
        RunShare(0);
        _end.SignalAndWait();
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
    }

    private void Serve(int worker)
    {
        set_num_threads(1);
        while (true)
        {
            _start.SignalAndWait();
            if (_parts == 0)
                return;
            RunShare(worker);
            _end.SignalAndWait();
        }
    }

    private void RunShare(int worker)
    {
        try
        {
            for (int part = worker; part < _parts; part += _count)
                _work(part);
        }
        catch (Exception e)
        {
            _failure = e;
        }
    }

    public void Dispose()
    {
        _parts = 0;
        _start.SignalAndWait();
        foreach (Thread thread in _threads)
            thread.Join();
        _start.Dispose();
        _end.Dispose();
    }
}
