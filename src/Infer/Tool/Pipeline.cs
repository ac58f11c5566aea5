using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Denoise.CommandLine;

namespace Denoise.Infer.Tool;

/// <summary>
/// Workers that each read, denoise and write chunk after chunk of the list: no picture passes from one thread to
/// another, and at most one batch for each worker is in memory.
/// </summary>
internal sealed class Pipeline(Denoiser denoiser, WorkList work, ReferencePictures? references, AddedNoise? noise, double strength, long maxPixels, DoneList? doneList, Results results, int batch)
{
    private const int ChunksPerWorker = 4;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(200);

    private readonly long _bytes = Enumerable.Range(0, work.Count).Sum(item => work.FileOf(item).Bytes);
    private int _nextChunk = -1;

    /// <summary>Denoises all, or, once <paramref name="stop"/> is cancelled, what is begun.</summary>
    /// <returns>How many pictures were finished, well or not.</returns>
    internal int Run(int workers, ProgressBar bar, CancellationToken stop)
    {
        using var fault = new CancellationTokenSource();
        // Small enough that every worker has something to do to the end, whatever the number of pictures.
        int chunk = Math.Clamp(work.Count / (workers * ChunksPerWorker), 1, batch);
        Task all = Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Factory.StartNew(
            () => Work(chunk, stop, fault), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        var watch = Stopwatch.StartNew();
        Report();
        while (!all.IsCompleted && !((IAsyncResult)all).AsyncWaitHandle.WaitOne(ReportInterval))
            Report();
        if (all.Exception?.InnerExceptions is { } faults) // the others only stopped because of the one that is no cancellation
            ExceptionDispatchInfo.Throw(faults.FirstOrDefault(e => e is not OperationCanceledException) ?? faults[0]);
        Report();
        return results.Done;

        void Report() => bar.Report(results.Done, results.Speed(watch.Elapsed), results.DoneBytes / (double)Math.Max(1, _bytes));
    }

    private void Work(int chunk, CancellationToken stop, CancellationTokenSource fault)
    {
        var worker = new BatchWorker(denoiser, work, references, noise, strength, maxPixels, doneList, results, fault.Token);
        try
        {
            for (long start; !stop.IsCancellationRequested && (start = (long)Interlocked.Increment(ref _nextChunk) * chunk) < work.Count;)
                worker.Process((int)start, (int)Math.Min(start + chunk, work.Count), stop);
        }
        catch
        {
            fault.Cancel(); // what one worker could not foresee ends them all
            throw;
        }
    }
}
