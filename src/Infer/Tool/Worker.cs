namespace Denoise.Infer.Tool;

/// <summary>One thread's work: it reads pictures, gives pages of one shape to the network together, and writes what comes back.</summary>
internal sealed class Worker(DenoisingRun run, CancellationToken stop, CancellationToken cancellation)
{
    // Beyond this many values a larger batch gains nothing, and memory must not grow with the size of the pictures too.
    private const int EnoughValues = 1 << 18;

    private readonly List<PicturePage> _batch = [];
    private readonly int _slot = run.Begun?.NewSlot() ?? 0;

    /// <summary>Takes the pictures through, or those that were begun before the stop.</summary>
    internal void Process(IEnumerable<PictureJob> pictures)
    {
        foreach (PictureJob picture in pictures.TakeWhile(_ => !stop.IsCancellationRequested))
        {
            cancellation.ThrowIfCancellationRequested();
            run.Begun?.Note(_slot, picture.Name);
            Try(picture, () => picture.Read(run.MaxPixels, run.Noise, run.White, stop));
            foreach (PicturePage page in picture.Pages)
                Add(page);
        }
        Flush();
    }

    private void Add(PicturePage page)
    {
        if (_batch.Count > 0 && !page.IsLike(_batch[0]))
            Flush();
        _batch.Add(page);
        if ((long)_batch.Count * page.Raster.Width * page.Raster.Height * page.Raster.Channels >= EnoughValues)
            Flush();
    }

    /// <summary>Denoises the batch, and writes the pictures whose last pages these were.</summary>
    private void Flush()
    {
        // A picture whose other page has failed is over.
        PicturePage[] pages = [.. _batch.Where(page => page.Picture.Outcome is null)];
        _batch.Clear();
        if (pages.Length < 2 || !TryTogether(pages))
            foreach (PicturePage page in pages.Where(page => page.Denoised is null && page.Picture.Outcome is null))
                Try(page.Picture, () => run.Network.Denoise([page], cancellation));
        foreach (PictureJob picture in pages.Select(page => page.Picture).Distinct().Where(picture => picture.IsDenoised))
            Finish(picture);
    }

    /// <summary>Where a batch fails, one page may be the reason: each is then tried by itself.</summary>
    private bool TryTogether(PicturePage[] pages)
    {
        try
        {
            run.Network.Denoise(pages, cancellation);
            return true;
        }
        catch (Exception e) when (PictureJob.IsItsOwn(e))
        {
            return false;
        }
    }

    private void Finish(PictureJob picture) => Try(picture, () =>
    {
        Success success = picture.Write(run.Network.WordsOn, stop);
        run.Done?.Add(picture);
        picture.End(run.Comparison.Of(picture, success));
    });

    /// <summary>Takes one step; a picture that fails there is over.</summary>
    private void Try(PictureJob picture, Action step)
    {
        try
        {
            step();
        }
        catch (Exception e) when (PictureJob.IsItsOwn(e))
        {
            picture.Fail(e);
        }
        if (picture.Outcome is { } outcome)
            run.Say(picture, outcome);
    }
}
