using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Denoise.CommandLine;

namespace Denoise.Infer.Tool;

/// <summary>
/// Workers that each read, denoise and write chunk after chunk of the list: no picture passes from one thread to
/// another, and at most one batch for each worker is in memory.
/// </summary>
internal sealed class Pipeline(Denoiser denoiser, WorkList work, ReferencePictures? references, AddedNoise? noise, double strength, DoneList? doneList, Results results, int batch)
{
    private const int ChunksPerWorker = 4;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(200);

    private int _nextChunk = -1;

    /// <returns>How many pictures were finished, well or not.</returns>
    internal int Run(int workers, ProgressBar bar, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Small enough that every worker has something to do to the end, whatever the number of pictures.
        int chunk = Math.Clamp(work.Count / (workers * ChunksPerWorker), 1, batch);
        Task all = Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Factory.StartNew(
            () => Work(chunk, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        var watch = Stopwatch.StartNew();
        while (!all.IsCompleted && !((IAsyncResult)all).AsyncWaitHandle.WaitOne(ReportInterval))
            Report();
        if (all.Exception?.InnerExceptions is { } faults) // the others only stopped because of the one that is no cancellation
            ExceptionDispatchInfo.Throw(faults.FirstOrDefault(e => e is not OperationCanceledException) ?? faults[0]);
        Report();
        return results.Done;

        void Report() => bar.Report(results.Done, $"{results.Done / watch.Elapsed.TotalSeconds:F0} images/s");
    }

    private void Work(int chunk, CancellationTokenSource stop)
    {
        var worker = new BatchWorker(denoiser, work, references, noise, strength, doneList, results, stop.Token);
        try
        {
            for (long start; (start = (long)Interlocked.Increment(ref _nextChunk) * chunk) < work.Count;)
                worker.Process((int)start, (int)Math.Min(start + chunk, work.Count));
        }
        catch
        {
            stop.Cancel(); // what one worker could not foresee ends them all
            throw;
        }
    }
}
