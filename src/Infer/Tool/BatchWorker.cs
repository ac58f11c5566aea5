using System.Buffers;
using System.Diagnostics;
using System.Numerics;
using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>One worker's hands: reads pictures, gives those of one size to the network together, writes what comes back.</summary>
internal sealed class BatchWorker(RunContext run, CancellationToken cancellation)
{
    // Beyond this many values a larger batch gains nothing, and memory must not grow with the size of the pictures too.
    private const int EnoughValues = 1 << 18;

    private readonly List<(PictureJob Job, int Page)> _batch = [];
    private readonly int _slot = run.Begun?.NewSlot() ?? 0;

    /// <summary>The items from <paramref name="start"/> to before <paramref name="end"/>, or those that were begun before <paramref name="stop"/>.</summary>
    internal void Process(int start, int end, CancellationToken stop)
    {
        for (int item = start; item < end && !stop.IsCancellationRequested; item++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryRead(item) is { } job)
                for (int page = 0; page < job.Document.Pages.Count; page++)
                    Add(job, page);
        }
        if (_batch.Count > 0)
            Flush();
    }

    private PictureJob? TryRead(int item)
    {
        long began = Stopwatch.GetTimestamp();
        run.Begun?.Note(_slot, run.Work.NameOf(item));
        try
        {
            return new(item, PictureFile.DecodeDocument(run.Work.Read(item), run.Work.TitleOf(item), run.MaxPixels), Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        catch (Exception e) when (IsOneOnly(e))
        {
            Fail(item, e);
            return null;
        }
    }

    private void Add(PictureJob job, int page)
    {
        Raster raster = job.Document.Pages[page];
        if (_batch.Count > 0 && !SameShape(First, raster))
            Flush();
        _batch.Add((job, page));
        if ((long)_batch.Count * raster.Width * raster.Height * raster.Channels >= EnoughValues)
            Flush();
    }

    /// <summary>The page whose shape all of the batch have.</summary>
    private Raster First => _batch[0].Job.Document.Pages[_batch[0].Page];

    private static bool SameShape(Raster a, Raster b) => (a.GetType(), a.Width, a.Height, a.Channels) == (b.GetType(), b.Width, b.Height, b.Channels);

    private void Flush()
    {
        try
        {
            if (run.Noise is { } noise)
                DenoiseWithNoise(noise);
            else if (First is Raster<byte>)
                Denoise<byte>();
            else if (First is Raster<ushort>)
                Denoise<ushort>();
            else
                Denoise<float>();
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or OutOfMemoryException)
        {
            // The network's failure is that of all that were given to it together, and are not written yet.
            foreach (PictureJob job in _batch.Select(entry => entry.Job).Where(job => !job.IsOver))
            {
                job.IsOver = true;
                Fail(job.Item, e);
            }
        }
        _batch.Clear();
    }

    private static ImageLayout LayoutOf(Raster picture) => new(picture.Height, picture.Width) { Channels = picture.Channels, Interleaved = true };

    /// <summary>Pages of one size, one behind the other; one by itself, however large, without another copy of its pixels.</summary>
    private void Denoise<T>() where T : unmanaged, INumber<T>
    {
        long began = Stopwatch.GetTimestamp();
        ImageLayout layout = LayoutOf(First) with { Batch = _batch.Count };
        int total = checked((int)layout.Length), length = total / _batch.Count;
        T[]? together = _batch.Count > 1 ? ArrayPool<T>.Shared.Rent(total) : null;
        try
        {
            for (int i = 0; i < _batch.Count && together is not null; i++)
                Transparency.Filled(PageAt<T>(i)).CopyTo(together, i * length);
            ReadOnlySpan<T> noisy = together is null ? Transparency.Filled(PageAt<T>(0)) : together.AsSpan(0, total);
            Span<T> denoised = together is null ? new T[total] : together.AsSpan(0, total);
            Denoise(noisy, denoised, layout);
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds / _batch.Count;
            for (int i = 0; i < _batch.Count; i++)
                Complete(_batch[i].Job, _batch[i].Page, PageAt<T>(i), denoised.Slice(i * length, length).ToArray(), seconds);
        }
        finally
        {
            if (together is not null)
                ArrayPool<T>.Shared.Return(together);
        }
    }

    /// <summary>At strength 0 the picture stays as it was, and the network has nothing to do.</summary>
    private void Denoise<T>(ReadOnlySpan<T> noisy, Span<T> denoised, ImageLayout layout) where T : unmanaged
    {
        if (run.Strength == 0)
            noisy.CopyTo(denoised);
        else
            run.Denoiser.Denoise(noisy, denoised, layout, cancellation);
    }

    private Raster<T> PageAt<T>(int i) where T : unmanaged => (Raster<T>)_batch[i].Job.Document.Pages[_batch[i].Page];

    /// <summary>With noise that is rounded and clipped only where it says so: in floats, plane by plane.</summary>
    private void DenoiseWithNoise(AddedNoise added)
    {
        foreach (var (job, number) in _batch)
        {
            long began = Stopwatch.GetTimestamp();
            Raster page = job.Document.Pages[number];
            float[] noisy = PlanesOf.Picture(page), denoised = new float[noisy.Length];
            added.AddTo(noisy, new(page.Channels, page.Height, page.Width), run.Work.NameOf(job.Item), number);
            Denoise<float>(noisy, denoised, LayoutOf(page) with { Interleaved = false });
            Raster<float> given = PlanesOf.ToRaster(noisy, page);
            if (number == 0)
                job.Noisy = given.ToPicture();
            Complete(job, number, given, PlanesOf.ToRaster(denoised, page).Pixels, Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
    }

    private void Complete<T>(PictureJob job, int number, Raster<T> noisy, T[] denoised, double seconds) where T : unmanaged, INumber<T>
    {
        if (run.Strength > 0 && denoised is float[] values && Array.Exists(values, float.IsNaN)) // of levels the library makes sure
            throw new InvalidDataException("The network gave values that are not numbers.");
        if (run.Strength is > 0 and < 1)
            Blend(noisy.Pixels, denoised);
        Transparency.Restore(noisy, denoised);
        Raster result = noisy.With(denoised);
        if (job.Complete(number, run.Noise is null ? result : InDepthOf(job.Document.Pages[number], result), seconds))
            Finish(job);
    }

    /// <summary>(1 − strength)·noisy + strength·denoised, levels rounded.</summary>
    private void Blend<T>(T[] noisy, T[] denoised) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < denoised.Length; i++)
        {
            double before = double.CreateChecked(noisy[i]), blended = before + run.Strength * (double.CreateChecked(denoised[i]) - before);
            denoised[i] = T.CreateChecked(typeof(T) == typeof(float) ? blended : Math.Floor(blended + 0.5));
        }
    }

    private static Raster InDepthOf(Raster page, Raster picture) =>
        page is Raster<byte> ? picture.To<byte>() : page is Raster<ushort> ? picture.To<ushort>() : picture;

    /// <summary>Writes the result. What was made noisy here is measured against itself as it was; of several pages the first is measured.</summary>
    private void Finish(PictureJob job)
    {
        long began = Stopwatch.GetTimestamp();
        int item = job.Item;
        job.IsOver = true;
        try
        {
            Raster first = job.Document.Pages[0];
            run.Work.Write(item, job.Result);
            run.Done?.Add(run.Work, item);
            var facts = new ItemFacts(first.Width, first.Height, first.Channels, first.HasColour, job.Document.Pages.Count, job.ReadSeconds, job.DenoiseSeconds, Stopwatch.GetElapsedTime(began).TotalSeconds);
            run.Results.Succeed(item, facts, run.Results.Wants(item) ? Shown(job) : null);
        }
        catch (Exception e) when (IsOneOnly(e))
        {
            Fail(item, e);
        }
    }

    private ShownPicture Shown(PictureJob job)
    {
        Picture input = job.Document.Pages[0].ToPicture(), denoised = job.Result.Pages[0].ToPicture();
        return job.Noisy is { } noisy ? new(noisy, denoised, input) : new(input, denoised, run.References?.For(job.Item, input));
    }

    private void Fail(int item, Exception e)
    {
        string title = run.Work.TitleOf(item);
        run.Results.Fail(item, e.Message.Contains(title, StringComparison.Ordinal) ? e.Message : $"{title}: {e.Message}");
    }

    /// <summary>Trouble with one picture, which is no reason to give up the others.</summary>
    private static bool IsOneOnly(Exception e) => e is InvalidDataException or ArgumentException or IOException or UnauthorizedAccessException or OutOfMemoryException;
}
