using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Denoise.Infer.Tool;

/// <summary>One run with a loaded network, from the first picture to the exit status. Workers each take chunk after chunk of the pictures,
/// so no picture passes from one thread to another, and at most one batch for each worker is in memory.</summary>
internal sealed class DenoisingRun(InferRequest request, string model, PageDenoiser network, Comparison comparison, DoneList? done)
{
    private const int ChunksPerWorker = 4, LargestBatch = 16;
    private const string Advice = $"--model {ModelChoice.Photo} is for photographs of any size and noise.";
    private const long BytesToHold = 64 * 1024;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(200), LookInterval = TimeSpan.FromSeconds(1);

    private readonly List<PictureJob> _pictures = [];
    private readonly Stopwatch _clock = new();
    private string? _warning;

    internal PageDenoiser Network => network;

    internal Comparison Comparison => comparison;

    /// <summary>The list of the pictures that are written; null where none is kept.</summary>
    internal DoneList? Done => done;

    /// <summary>The list of the pictures that are begun; null where none is kept.</summary>
    internal BegunList? Begun { get; init; }

    /// <summary>Which pictures are this process's; null where all are.</summary>
    internal Claims? Claims { get; init; }

    /// <summary>The pictures that the network was trained on.</summary>
    internal required Training Training { get; init; }

    /// <summary>Files of the input that have no picture's name.</summary>
    internal int LeftOut { get; init; }

    internal long MaxPixels => request.MaxPixels;

    /// <summary>Added to the pictures; null for none.</summary>
    internal AddedNoise? Noise { get; init; }

    /// <summary>The white of the pictures.</summary>
    internal WhiteLevel White { get; init; }

    /// <summary>Denoises all pictures or, once <paramref name="stop"/> is cancelled, those that are begun.</summary>
    /// <param name="skipped">How many were there already.</param>
    internal int All(IReadOnlyList<PictureJob> pictures, int skipped, CancellationToken stop)
    {
        try
        {
            ProgressBar.Run("denoising", pictures.Count, bar =>
            {
                // A large picture may take minutes.
                using var said = stop.Register(() => bar.WriteLine("Finishing the pictures that are begun; Ctrl-C again ends at once."));
                Work(pictures, bar, stop);
                return 0;
            });
        }
        finally
        {
            foreach (string sentence in pictures.SelectMany(Sentences))
                Console.Error.WriteLine(sentence);
        }
        return Conclude(skipped, isComplete: Tally.Of(pictures).Over == pictures.Count);
    }

    private static IEnumerable<string> Sentences(PictureJob picture) => picture.Outcome switch
    {
        Failure failure => [failure.Sentence],
        Success success => success.Notes.Select(note => $"{picture.Input.Title}: {note}"),
        _ => [],
    };

    /// <summary>Denoises what the watch hands over, until it is told to stop.</summary>
    internal int Watch(FolderWatch watch, CancellationToken stop)
    {
        watch.Run(pictures => WorkOnMore(pictures, stop), stop);
        return Conclude(watch.Skipped, isComplete: true);
    }

    /// <summary>To be told of each picture that is over. In a watch there is no end to wait for.</summary>
    internal void Say(PictureJob picture, Outcome outcome)
    {
        if (!request.Watch)
            return;
        if (outcome is Success)
            Console.Error.WriteLine($"{picture.Input.Path} -> {picture.Output}");
        foreach (string sentence in Sentences(picture))
            Console.Error.WriteLine(sentence);
    }

    private void WorkOnMore(IReadOnlyList<PictureJob> pictures, CancellationToken stop)
    {
        try
        {
            PictureJob.CreateFolders(pictures);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Each picture that cannot be written will say so.
        }
        Work(pictures, null, stop);
        done!.Save();
    }

    private void Work(IReadOnlyList<PictureJob> pictures, ProgressBar? bar, CancellationToken stop)
    {
        _pictures.AddRange(pictures);
        comparison.Add(pictures);
        _clock.Start();
        if (Claims is null)
            Pass(pictures, pictures, bar, stop);
        else
            Share(Claims, pictures, bar, stop);
        _clock.Stop();
        WarnOnce();
    }

    /// <summary>Takes pictures through until each is done, here or elsewhere: those that others hold may be given up.</summary>
    private void Share(Claims claims, IReadOnlyList<PictureJob> pictures, ProgressBar? bar, CancellationToken stop)
    {
        PictureJob[] open = [.. pictures];
        Random.Shared.Shuffle(open); // those who begin at the same picture are in each other's way
        do
        {
            Pass(open, pictures, bar, stop);
            foreach (PictureJob picture in open.Where(picture => picture.Outcome is null && !claims.IsOpen(picture)))
                picture.End(new DoneElsewhere());
            open = [.. open.Where(picture => picture.Outcome is null)];
        }
        while (open.Length > 0 && !stop.WaitHandle.WaitOne(LookInterval));
    }

    /// <param name="all">Those that the bar is about.</param>
    private void Pass(IReadOnlyList<PictureJob> pictures, IReadOnlyList<PictureJob> all, ProgressBar? bar, CancellationToken stop)
    {
        using var fault = new CancellationTokenSource();
        int workers = Math.Min(request.Jobs, pictures.Count);
        // Small enough that every worker has something to do to the end, whatever the number of pictures.
        int chunk = Math.Clamp(pictures.Count / (workers * ChunksPerWorker), 1, Claims is null ? LargestBatch : MostToHold(pictures));
        var chunks = new ConcurrentQueue<PictureJob[]>(pictures.Chunk(chunk));
        Task work = Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Factory.StartNew(
            () => Work(chunks, stop, fault), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Follow(work, all, bar);
        if (work.Exception?.InnerExceptions is { } faults) // the others only stopped because of the one that is no cancellation
            ExceptionDispatchInfo.Throw(faults.FirstOrDefault(e => e is not OperationCanceledException) ?? faults[0]);
    }

    /// <summary>Large pictures are claimed one by one: nobody is to hold what others could begin.</summary>
    private static int MostToHold(IReadOnlyList<PictureJob> pictures) =>
        (int)Math.Clamp(BytesToHold * pictures.Count / Math.Max(1, pictures.Sum(picture => picture.Input.Bytes)), 1, LargestBatch);

    private void Work(ConcurrentQueue<PictureJob[]> chunks, CancellationToken stop, CancellationTokenSource fault)
    {
        var worker = new Worker(this, stop, fault.Token);
        try
        {
            while (!stop.IsCancellationRequested && chunks.TryDequeue(out PictureJob[]? pictures))
            {
                if (Claims is null)
                    worker.Process(pictures);
                else
                    Claims.Work(pictures, worker.Process);
            }
        }
        catch
        {
            fault.Cancel(); // a fault that is not one picture's ends them all
            throw;
        }
    }

    /// <summary>Shows the progress until all is done.</summary>
    private void Follow(Task work, IReadOnlyList<PictureJob> pictures, ProgressBar? bar)
    {
        double bytes = Math.Max(1, pictures.Sum(picture => picture.Input.Bytes));
        for (bool isOver = false; !isOver;)
        {
            isOver = Task.WaitAny([work], ReportInterval) == 0;
            Tally tally = Tally.Of(pictures);
            bar?.Report(tally.Over, tally.Speed(_clock.Elapsed), tally.Bytes / bytes);
        }
    }

    private void WarnOnce()
    {
        if (_warning is not null)
            return;
        string? unlike = request.Strength > 0 && Training.Warning(Seen()) is { } sentence ? $"{sentence} {Advice}" : null;
        string?[] warnings = [unlike, EarlierRuns.Warning(_pictures)];
        if (warnings.Any(warning => warning is not null))
            Console.Error.WriteLine(_warning = string.Join(' ', warnings.OfType<string>()));
    }

    private IEnumerable<SeenPicture> Seen() =>
        from picture in _pictures
        let done = picture.Outcome as Success
        where done is not null
        select new SeenPicture(picture.Input.Title, done.Width, done.Height, done.HasColour, done.Level);

    /// <summary>Says and writes the result.</summary>
    private int Conclude(int skipped, bool isComplete)
    {
        List<PictureJob> ours = _pictures.FindAll(picture => picture.Outcome is not DoneElsewhere);
        var summary = new Summary(ours, model, network.Provider, Noise)
        {
            Elapsed = _clock.Elapsed,
            Skipped = skipped + _pictures.Count - ours.Count,
            LeftOut = LeftOut,
            Warning = _warning,
        };
        if (summary.Left > 0)
            Console.Error.WriteLine($"Stopped: {summary.Tally.Denoised} images are done, {summary.Left} are left. "
                + $"Run the same command {(request.GoesOn ? "again" : "with --skip-existing")} to do these.");
        if (isComplete)
            WriteResult(summary);
        if (request.Report is { } path)
            ResultFile.Write(path, stream => Report.WriteJson(stream, summary, withPictures: true));
        if (request.Compare is { } file && comparison.Sheet() is { } sheet)
            PictureFile.Write(file, sheet);
        return isComplete ? StatusOf(summary) : ExitCode.Interrupted;
    }

    private void WriteResult(Summary summary)
    {
        if (!request.Json)
        {
            Report.WriteText(summary);
            return;
        }
        using Stream output = ResultFile.OpenStandardOutput();
        Report.WriteJson(output, summary, withPictures: false);
        output.WriteByte((byte)'\n');
    }

    private int StatusOf(Summary summary) => summary.Tally switch
    {
        { Failed: 0 } => ExitCode.Done,
        { Denoised: 0 } when !request.Watch => ExitCode.Failed,
        _ => ExitCode.Partial,
    };
}
