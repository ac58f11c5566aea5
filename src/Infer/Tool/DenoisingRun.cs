using System.Diagnostics;
using Denoise.CommandLine;
using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>One run with a loaded network, from the first picture to the exit status.</summary>
internal sealed class DenoisingRun
{
    private readonly InferRequest _request;
    private readonly WorkList _work;
    private readonly DoneList? _done;
    private readonly RunFacts _facts;
    private readonly Results _results;
    private readonly RunContext _context;
    private readonly Pipeline _pipeline;
    private readonly TrainingPictures? _known;
    private readonly Stopwatch _clock = new();
    private string? _warning;

    /// <param name="request">What the user asked for.</param>
    /// <param name="denoiser">The network.</param>
    /// <param name="work">The pictures.</param>
    /// <param name="references">What they are measured against, or null.</param>
    /// <param name="done">Where it is written down what has been written; null where it is not.</param>
    /// <param name="facts">What is known before the run.</param>
    internal DenoisingRun(InferRequest request, Denoiser denoiser, WorkList work, ReferencePictures? references, DoneList? done, RunFacts facts)
    {
        (_request, _work, _done, _facts) = (request, work, done, facts);
        _results = new(work, references is not null || facts.Noise is not null, request.Compare is not null) { Finished = request.Watch ? Say : null };
        _context = new(denoiser, work, _results) { References = references, Noise = facts.Noise, Strength = request.Strength, MaxPixels = request.MaxPixels, Done = done };
        _pipeline = new(_context, request.Batch);
        _known = TrainingPictures.Of(facts.Model, denoiser);
    }

    /// <summary>All of the list or, once <paramref name="stop"/> is cancelled, what is begun.</summary>
    internal int All(Shard? shard, CancellationToken stop)
    {
        _work.CreateOutputFolders(0);
        using BegunList? begun = _work.IntoFolder ? BegunList.Open(_work.OutputFolder, shard) : null;
        _context.Begun = begun;
        _clock.Start();
        try
        {
            ProgressBar.Run("denoising", _work.Count, bar =>
            {
                // A large picture may take minutes.
                using var said = stop.Register(() => bar.WriteLine("Finishing what is begun; Ctrl-C again ends at once."));
                return _pipeline.Run(0, _request.Jobs, bar, stop);
            });
        }
        finally
        {
            foreach (int i in _results.FailedItems)
                Console.Error.WriteLine(_results.FailureOf(i));
        }
        WarnOnce();
        RunFacts facts = _facts with { Elapsed = _clock.Elapsed, Warning = _warning };
        int left = SayWhatIsLeft();
        if (left == 0)
            WriteResult(facts);
        WriteFiles(facts);
        return left > 0 ? ExitCode.Interrupted : _results.Failed == 0 ? ExitCode.Done : _results.Denoised == 0 ? ExitCode.Failed : ExitCode.Partial;
    }

    /// <summary>What the watch hands over, until it is told to stop.</summary>
    internal int Watch(FolderWatch watch, CancellationToken stop)
    {
        watch.Run(more => Denoise(more, stop), stop);
        RunFacts facts = _facts with { Elapsed = _clock.Elapsed, Skipped = watch.Skipped, Warning = _known?.Warning(_work, _results) };
        SayWhatIsLeft();
        WriteResult(facts);
        WriteFiles(facts);
        return _results.Failed > 0 ? ExitCode.Partial : ExitCode.Done;
    }

    private void Denoise(WorkList more, CancellationToken stop)
    {
        int from = _work.Count;
        _work.Add(more);
        _results.Grow();
        _clock.Start();
        try
        {
            _work.CreateOutputFolders(from);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Each picture that cannot be written will say so.
        }
        _pipeline.Run(from, _request.Jobs, null, stop);
        _clock.Stop();
        _done!.Save();
        WarnOnce();
    }

    private void WarnOnce()
    {
        if (_warning is null && (_warning = _known?.Warning(_work, _results)) is { } warning)
            Console.Error.WriteLine(warning);
    }

    private void Say(int item) => Console.Error.WriteLine(_results.FailureOf(item) ?? $"{_work.InputOf(item)} -> {_work.OutputOf(item)}");

    private int SayWhatIsLeft()
    {
        int left = _work.Count - _results.Done;
        if (left > 0)
            Console.Error.WriteLine($"Stopped: {_results.Denoised} images are done, {left} are left. "
                + $"The same command {(_request.SkipExisting || _request.Watch ? "" : "with --skip-existing ")}goes on with these.");
        return left;
    }

    private void WriteResult(RunFacts facts)
    {
        if (_request.Json)
            Report.WriteJson(_work, _results, facts);
        else
            Report.WriteText(_results, facts);
    }

    private void WriteFiles(RunFacts facts)
    {
        if (_request.Report is { } path)
            ReportFile.Write(path, _work, _results, facts);
        if (_request.Compare is { } sheet && _results.Shown.Any())
            PictureFile.Write(sheet, _results.ComposeSheet());
    }
}
