using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>A picture between its reading and its writing: the network may be given its pages at different times.</summary>
internal sealed class PictureJob(int item, PictureDocument document, double readSeconds)
{
    private readonly Raster[] _denoised = new Raster[document.Pages.Count];
    private int _left = document.Pages.Count;

    internal int Item => item;

    internal PictureDocument Document => document;

    internal double ReadSeconds => readSeconds;

    /// <summary>In the network, so far.</summary>
    internal double DenoiseSeconds { get; private set; }

    /// <summary>With <c>--noise</c>, the first page as the network was given it.</summary>
    internal Picture? Noisy { get; set; }

    /// <summary>The file's pages, denoised.</summary>
    internal PictureDocument Result => document with { Pages = _denoised };

    /// <summary>Whether it is written, or has failed: what becomes of it is said once, however many of its pages go wrong.</summary>
    internal bool IsOver { get; set; }

    /// <returns>Whether it was the last page.</returns>
    internal bool Complete(int page, Raster denoised, double seconds)
    {
        _denoised[page] = denoised;
        DenoiseSeconds += seconds;
        return --_left == 0;
    }
}
