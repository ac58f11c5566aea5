using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Denoise.CommandLine;

namespace Denoise.Infer.Tool;

/// <summary>
/// Workers that each read, denoise and write chunk after chunk of the list: no picture passes from one thread to
/// another, and at most one batch for each worker is in memory.
/// </summary>
internal sealed class Pipeline(RunContext run, int batch)
{
    private const int ChunksPerWorker = 4;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(200);

    private int _nextChunk;

    /// <summary>Denoises the pictures from this one on or, once <paramref name="stop"/> is cancelled, those that are begun.</summary>
    /// <param name="from">The first.</param>
    /// <param name="jobs">How many are worked on at once.</param>
    /// <param name="bar">Null where the results themselves are shown.</param>
    /// <param name="stop">Leaves nothing half-done.</param>
    /// <returns>How many pictures were finished, well or not.</returns>
    internal int Run(int from, int jobs, ProgressBar? bar, CancellationToken stop)
    {
        using var fault = new CancellationTokenSource();
        int count = run.Work.Count - from, workers = Math.Min(jobs, count);
        long bytes = Enumerable.Range(from, count).Sum(item => run.Work.FileOf(item).Bytes);
        // Small enough that every worker has something to do to the end, whatever the number of pictures.
        int chunk = Math.Clamp(count / (workers * ChunksPerWorker), 1, batch);
        _nextChunk = -1;
        Task all = Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Factory.StartNew(
            () => Work(from, chunk, stop, fault), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        var watch = Stopwatch.StartNew();
        Report();
        while (!all.IsCompleted && !((IAsyncResult)all).AsyncWaitHandle.WaitOne(ReportInterval))
            Report();
        if (all.Exception?.InnerExceptions is { } faults) // the others only stopped because of the one that is no cancellation
            ExceptionDispatchInfo.Throw(faults.FirstOrDefault(e => e is not OperationCanceledException) ?? faults[0]);
        Report();
        return run.Results.Done;

        void Report() => bar?.Report(run.Results.Done, run.Results.Speed(watch.Elapsed), run.Results.DoneBytes / (double)Math.Max(1, bytes));
    }

    private void Work(int from, int chunk, CancellationToken stop, CancellationTokenSource fault)
    {
        var worker = new BatchWorker(run, fault.Token);
        try
        {
            for (long start; !stop.IsCancellationRequested && (start = from + (long)Interlocked.Increment(ref _nextChunk) * chunk) < run.Work.Count;)
                worker.Process((int)start, (int)Math.Min(start + chunk, run.Work.Count), stop);
        }
        catch
        {
            fault.Cancel(); // what one worker could not foresee ends them all
            throw;
        }
    }
}
