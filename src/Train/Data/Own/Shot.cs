using Denoise.Infer;
using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>A noisy picture of the user's.</summary>
/// <param name="Picture">Its file.</param>
/// <param name="Level">The noise that <c>infer</c> finds in all of it, which a network is told.</param>
/// <param name="Deviation">The mean of that level, 1 the range from black to white.</param>
internal sealed record Shot(StoredPicture Picture, NoiseCurve Level, double Deviation)
{
    public static Shot Of(StoredPicture picture)
    {
        Raster pixels = picture.Read();
        NoiseCurve level = OwnPlane.Level(pixels);
        return new(picture, level, OwnPlane.Deviation(level, OwnPlane.Grey(pixels)));
    }
}

/// <summary>A rectangle of a picture, in pixels.</summary>
internal readonly record struct Area(int Top, int Left, int Height, int Width)
{
    public long Pixels => (long)Height * Width;

    public int ShorterSide => Math.Min(Height, Width);

    /// <summary>The last fifth of the longer side, to be held back, and the rest.</summary>
    public (Area First, Area Last) Split()
    {
        bool isTall = Height > Width;
        int last = Math.Max(Height, Width) / 5, rest = Math.Max(Height, Width) - last;
        return isTall
            ? (this with { Height = rest }, this with { Top = Top + rest, Height = last })
            : (this with { Width = rest }, this with { Left = Left + rest, Width = last });
    }
}

/// <summary>Something that is learned from: one or more pictures of the same.</summary>
/// <param name="shots">The noisy pictures, all of one size.</param>
/// <param name="area">The part of the first shot that the others show too.</param>
internal abstract class Scene(IReadOnlyList<Shot> shots, Area area)
{
    public string Name => Shots[0].Picture.Name;

    public IReadOnlyList<Shot> Shots { get; } = shots;

    public Area Area { get; } = area;

    /// <summary>How often each crop is learned from, one time after the other: 2 where that cancels what is random.</summary>
    public virtual int Repeats => 1;

    /// <summary>All pictures, for the fingerprint.</summary>
    public virtual IEnumerable<StoredPicture> Pictures => Shots.Select(shot => shot.Picture);

    /// <summary>Cuts a noisy image and its target.</summary>
    /// <param name="crop">Where, in the first shot.</param>
    /// <param name="channels">C.</param>
    /// <param name="draw">Seeds all that is random.</param>
    /// <param name="noisy">Receives C×H×W values.</param>
    /// <param name="target">Receives C×H×W values; those that are not to be learned from are not numbers.</param>
    /// <returns>The noisy image's level.</returns>
    public abstract NoiseCurve Cut(Crop crop, int channels, long draw, Span<float> noisy, Span<float> target);
}

/// <summary>A noisy picture and the clean one.</summary>
/// <param name="noisy">The noisy picture.</param>
/// <param name="clean">The same without noise.</param>
/// <param name="shift">Where the first pixel of the noisy picture is in the clean one.</param>
/// <param name="area">The part of the noisy picture that the clean one shows too.</param>
internal sealed class PairScene(Shot noisy, StoredPicture clean, (int Down, int Right) shift, Area area) : Scene([noisy], area)
{
    public override IEnumerable<StoredPicture> Pictures => [Shots[0].Picture, clean];

    public override NoiseCurve Cut(Crop crop, int channels, long draw, Span<float> noisy, Span<float> target)
    {
        crop.Write(Shots[0].Picture.Read(), channels, noisy);
        (crop with { Top = crop.Top + shift.Down, Left = crop.Left + shift.Right }).Write(clean.Read(), channels, target);
        return Shots[0].Level;
    }
}
