using System.Globalization;
using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>How close a picture is to its reference: PSNR in dB and SSIM.</summary>
internal readonly record struct Score(double Psnr, double Ssim)
{
    internal static Score Of(Picture picture, Picture reference) => new(Quality.Psnr(picture, reference), Quality.Ssim(picture, reference));
}

/// <summary>A picture to be measured or looked at, in 8 bits: before, after, and as it should be where that is known.</summary>
internal sealed record ShownPicture(Picture Noisy, Picture Denoised, Picture? Reference);

/// <summary>
/// What became of each picture. Each item is written by the one worker that has it and read when all are done, so the
/// outcome does not depend on which worker was faster.
/// </summary>
internal sealed class Results
{
    private const int SheetColumns = 10;
    private const int SmallSide = 256;

    private readonly WorkList _work;
    private readonly bool _scored, _sheet;
    private string?[] _failures = [];
    private (Score Noisy, Score Denoised)?[] _scores = [];
    private ItemFacts[] _facts = [];
    private Picture[]?[] _columns = [];
    private int _done, _failed;
    private long _doneBytes, _pixels;

    internal Results(WorkList work, bool scored, bool sheet)
    {
        (_work, _scored, _sheet) = (work, scored, sheet);
        Grow();
    }

    /// <summary>Called with each item that is finished, by the worker that had it.</summary>
    internal Action<int>? Finished { get; init; }

    /// <summary>To be called when pictures have been added to the work, while no worker is at it.</summary>
    internal void Grow()
    {
        Array.Resize(ref _failures, _work.Count);
        Array.Resize(ref _facts, _work.Count);
        Array.Resize(ref _scores, _scored ? _work.Count : 0);
        Array.Resize(ref _columns, _sheet ? Math.Min(_work.Count, SheetColumns) : 0);
    }

    /// <summary>Items that are finished, well or not; may be read at any time.</summary>
    internal int Done => Volatile.Read(ref _done);

    internal int Failed => Volatile.Read(ref _failed);

    internal int Denoised => Done - Failed;

    /// <summary>Of the files of the items that are finished, for pictures may differ much in size.</summary>
    internal long DoneBytes => Volatile.Read(ref _doneBytes);

    /// <summary>Of the pictures that are denoised.</summary>
    internal long Pixels => Volatile.Read(ref _pixels);

    internal IEnumerable<int> FailedItems => Enumerable.Range(0, _failures.Length).Where(i => _failures[i] is not null);

    /// <summary>Noisy, denoised and, where there is one, reference, for the first pictures.</summary>
    internal IEnumerable<Picture[]> Shown => _columns.OfType<Picture[]>();

    internal IReadOnlyList<(Score Noisy, Score Denoised)> Scores => [.. _scores.Where(s => s.HasValue).Select(s => s!.Value)];

    /// <summary>Null, or one sentence that names the file.</summary>
    internal string? FailureOf(int item) => _failures[item];

    /// <summary>Null as long as the item is not done.</summary>
    internal ItemFacts? FactsOf(int item) => _facts[item] is { Width: > 0 } facts ? facts : null;

    /// <summary>Null where there is no reference.</summary>
    internal (Score Noisy, Score Denoised)? ScoreOf(int item) => item < _scores.Length ? _scores[item] : null;

    internal void Fail(int item, string sentence)
    {
        _failures[item] = sentence;
        Interlocked.Increment(ref _failed);
        Finish(item);
    }

    /// <summary>Whether a picture is to be measured or looked at.</summary>
    internal bool Wants(int item) => item < _scores.Length || item < _columns.Length;

    /// <param name="item">Which.</param>
    /// <param name="facts">On it.</param>
    /// <param name="shown">Where it is wanted.</param>
    internal void Succeed(int item, ItemFacts facts, ShownPicture? shown)
    {
        _facts[item] = facts;
        if (shown is { Reference: { } reference })
            _scores[item] = (Score.Of(shown.Noisy, reference), Score.Of(shown.Denoised, reference));
        if (shown is not null && item < _columns.Length)
            _columns[item] = shown.Reference is null ? [shown.Noisy, shown.Denoised] : [shown.Noisy, shown.Denoised, shown.Reference];
        Interlocked.Add(ref _pixels, (long)facts.Width * facts.Height * facts.Pages);
        Finish(item);
    }

    /// <summary>Such as "512 images/s, 0.40 megapixels/s".</summary>
    internal string Speed(TimeSpan elapsed)
    {
        // Before the first picture there is no speed, nor may there be any time.
        double seconds = Denoised == 0 ? double.PositiveInfinity : elapsed.TotalSeconds, images = Denoised / seconds;
        return string.Create(CultureInfo.InvariantCulture, $"{images.ToString(images < 10 ? "F2" : "F0", CultureInfo.InvariantCulture)} images/s, {Pixels / 1e6 / seconds:F2} megapixels/s");
    }

    /// <summary>Small pictures are shown at twice their size.</summary>
    internal Picture ComposeSheet()
    {
        Picture[][] columns = [.. Shown];
        var rows = Enumerable.Range(0, columns.Max(c => c.Length)).Select(row => columns.Where(c => c.Length > row).Select(c => c[row]).ToArray());
        bool small = columns.All(c => c[0].Width <= SmallSide && c[0].Height <= SmallSide);
        return ContactSheet.Compose([.. rows], scale: small ? 2 : 1);
    }

    private void Finish(int item)
    {
        Interlocked.Add(ref _doneBytes, _work.FileOf(item).Bytes);
        Interlocked.Increment(ref _done);
        Finished?.Invoke(item);
    }
}
