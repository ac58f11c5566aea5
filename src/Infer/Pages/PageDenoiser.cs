using System.Buffers;
using System.Drawing;

namespace Denoise.Infer.Pages;

/// <summary>Gives pages to the network, and takes as much of its result as is asked for.</summary>
/// <param name="model">Its name.</param>
/// <param name="denoiser">The network.</param>
/// <param name="level">The noise level that it is told; null for a network that takes none.</param>
/// <param name="strength">From 0, the page as it was, to 1, the network's result.</param>
internal sealed class PageDenoiser(string model, Denoiser denoiser, SigmaOption? level, double strength)
{
    internal string Provider => denoiser.Provider;

    /// <summary>What a page's file is to say, so that nobody denoises it twice; null where the network has not run.</summary>
    internal string? WordsOn(Page page) => strength == 0 ? null : string.Create(CultureInfo.InvariantCulture,
        $"{model}{(page.Level is { } curve ? $", noise level {SigmaOption.Mean(curve):F1} of 255" : "")}"
        + $"{(strength < 1 ? $", strength {strength}" : "")}");

    /// <summary>Denoises pages of one shape and depth together.</summary>
    /// <exception cref="InvalidDataException">A page holds values that are not finite, or the network failed.</exception>
    /// <exception cref="ArgumentException">The network does not take this size.</exception>
    internal void Denoise(IReadOnlyList<Page> pages, CancellationToken cancellation)
    {
        // A blend of the page and the result is not rounded before the end.
        if (strength < 1)
            Denoise<float>(pages, cancellation);
        else if (pages[0].Shown is Raster<byte>)
            Denoise<byte>(pages, cancellation);
        else if (pages[0].Shown is Raster<ushort>)
            Denoise<ushort>(pages, cancellation);
        else
            Denoise<float>(pages, cancellation);
    }

    /// <summary>Denoises one part of a page. It comes out as in the whole: the noise level is the whole's, and the network sees as much
    /// around the part as it looks at.</summary>
    /// <exception cref="ArgumentException">The page has no such part.</exception>
    /// <inheritdoc cref="Denoise(IReadOnlyList{Page}, CancellationToken)"/>
    internal Page DenoisePart(Raster whole, Rectangle part, CancellationToken cancellation)
    {
        var asked = new Page(whole.Cut(part)) { Level = LevelOf(whole) };
        Rectangle around = Around(part, whole);
        var page = new Page(whole.Cut(around)) { Level = asked.Level };
        Denoise([page], cancellation);
        part.Offset(-around.X, -around.Y);
        asked.Complete(page.Denoised!.Cut(part), page.Seconds);
        return asked;
    }

    private Rectangle Around(Rectangle part, Raster whole)
    {
        var all = new Rectangle(0, 0, whole.Width, whole.Height);
        if (denoiser.Overlap is not { } overlap)
            return all;
        int left = Aligned(part.Left - overlap), top = Aligned(part.Top - overlap);
        return Rectangle.Intersect(all, Rectangle.FromLTRB(left, top, part.Right + overlap, part.Bottom + overlap));
    }

    private int Aligned(int place) => Math.Max(0, place) / denoiser.SizeMultiple * denoiser.SizeMultiple;

    private NoiseCurve? LevelOf(Raster page) => page switch
    {
        Raster<byte> bytes => LevelOf(bytes),
        Raster<ushort> words => LevelOf(words),
        _ => LevelOf(page.To<float>()),
    };

    private NoiseCurve? LevelOf<T>(Raster<T> page) where T : unmanaged => level?.Of<T>(Transparency.Filled(page), LayoutOf(page));

    private static ImageLayout LayoutOf(Raster page) => new(page.Height, page.Width) { Channels = page.Channels, Interleaved = true };

    private void Denoise<T>(IReadOnlyList<Page> pages, CancellationToken cancellation) where T : unmanaged
    {
        long began = Stopwatch.GetTimestamp();
        T[][] given = [.. pages.Select(Given<T>)];
        T[][] denoised = strength > 0 ? Run(pages, given, cancellation) : given;
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds / pages.Count;
        for (int i = 0; i < given.Length; i++)
            pages[i].Complete(Result(pages[i].Raster, given[i], denoised[i]), seconds);
    }

    /// <summary>The pixels of a page that the network is given.</summary>
    private static T[] Given<T>(Page page) where T : unmanaged
    {
        T[] pixels = Transparency.Filled(page.Shown.To<T>());
        return pixels is float[] values && !Array.TrueForAll(values, float.IsFinite)
            ? throw new InvalidDataException("The picture holds values that are infinite or not numbers.")
            : pixels;
    }

    /// <summary>Pages whose level is to be found have one each, and are run one by one.</summary>
    private T[][] Run<T>(IReadOnlyList<Page> pages, T[][] given, CancellationToken cancellation) where T : unmanaged
    {
        ImageLayout layout = LayoutOf(pages[0].Raster);
        for (int i = 0; i < given.Length; i++)
            pages[i].Level ??= level?.Of<T>(given[i], layout);
        return level is { Sigma: null } || given.Length == 1
            ? [.. pages.Select((page, i) => RunOne(given[i], layout, page.Level, cancellation))]
            : RunTogether(given, layout with { Batch = given.Length }, pages[0].Level, cancellation);
    }

    /// <summary>A page by itself, however large, is not copied.</summary>
    private T[] RunOne<T>(T[] given, ImageLayout layout, NoiseCurve? curve, CancellationToken cancellation) where T : unmanaged
    {
        T[] denoised = new T[given.Length];
        denoiser.Denoise<T>(given, denoised, layout, curve, cancellation);
        return denoised;
    }

    private T[][] RunTogether<T>(T[][] given, ImageLayout layout, NoiseCurve? curve, CancellationToken cancellation) where T : unmanaged
    {
        int length = given[0].Length;
        T[] rented = ArrayPool<T>.Shared.Rent(checked((int)layout.Length));
        try
        {
            Span<T> together = rented.AsSpan(0, (int)layout.Length);
            for (int i = 0; i < given.Length; i++)
                given[i].CopyTo(together[(i * length)..]);
            denoiser.Denoise(together, together, layout, curve, cancellation);
            return [.. Enumerable.Range(0, given.Length).Select(i => rented.AsSpan(i * length, length).ToArray())];
        }
        finally
        {
            ArrayPool<T>.Shared.Return(rented);
        }
    }

    private Raster Result<T>(Raster page, T[] given, T[] denoised) where T : unmanaged
    {
        if (denoised is float[] values && given is float[] before)
            Blend(before, values);
        if (page.HasAlpha)
            Transparency.Restore(page.To<T>(), denoised);
        Raster<T> result = page.To<T>().With(denoised);
        return page is Raster<byte> ? result.To<byte>() : page is Raster<ushort> ? result.To<ushort>() : result;
    }

    /// <summary>(1 − strength)·before + strength·values.</summary>
    private void Blend(float[] before, float[] values)
    {
        if (Array.Exists(values, float.IsNaN)) // of levels the library makes sure
            throw new InvalidDataException("The network gave values that are not numbers.");
        for (int i = 0; i < values.Length && strength < 1; i++)
            values[i] = (float)(before[i] + strength * (values[i] - before[i]));
    }
}
