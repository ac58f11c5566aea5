using Denoise.Infer;
using Denoise.Noises;
using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>A part of a scene.</summary>
internal readonly record struct ScenePart(Scene Scene, Area Area);

/// <summary>Square images cut from parts of scenes.</summary>
/// <param name="parts">None smaller than an image.</param>
/// <param name="channels">1 or 3.</param>
/// <param name="size">Side in pixels.</param>
internal abstract class SceneImages(IReadOnlyList<ScenePart> parts, int channels, int size) : IExamples
{
    private readonly ImageShape _shape = new(channels, size, size);

    /// <summary>The level's relative error, as in <see cref="NoisyImages.SigmaError"/>.</summary>
    public double SigmaError { get; init; }

    public abstract int Count { get; }

    public int Channels => _shape.Channels;

    public int Height => _shape.Height;

    public int Width => _shape.Width;

    public bool AreCrops => parts.Any(part => part.Area.Pixels > (long)size * size);

    protected IReadOnlyList<ScenePart> Parts => parts;

    public string Fingerprint() =>
        Convert.ToHexStringLower(Data.Fingerprint.Of(parts.SelectMany(part => part.Scene.Pictures).Select(picture => picture.Hash)));

    public void Read(Use use, Span<float> noisy, Span<float> target, Span<float> sigma = default)
    {
        var (scene, crop, draw) = Place(use);
        NoiseCurve level = scene.Cut(crop, Channels, draw, noisy, target);
        if (sigma.IsEmpty)
            return;
        NoiseLevel.BrightnessOf(noisy, _shape, sigma);
        var random = new RandomStream(Seeds.Of(draw >> 1, Seeds.Purpose.Variation));
        float factor = NoisyImages.Misjudgement(SigmaError, ref random);
        foreach (ref float value in sigma)
            value = level.At(value) * factor;
    }

    /// <summary>How often each place is drawn, one after the other.</summary>
    protected int Repeats { get; } = parts[0].Scene.Repeats;

    /// <summary>Where an image is cut, and the seed of all else that is random, which ends in an even number and then an odd one where
    /// places are drawn twice.</summary>
    protected abstract (Scene Scene, Crop Crop, long Draw) Place(Use use);
}

/// <summary>Images at random places, in one of eight orientations; larger parts have more of them.</summary>
/// <param name="parts">None smaller than an image.</param>
/// <param name="channels">1 or 3.</param>
/// <param name="size">Side in pixels.</param>
/// <param name="count">How many are one epoch.</param>
/// <param name="seed">Draws the places.</param>
internal sealed class RandomSceneImages(IReadOnlyList<ScenePart> parts, int channels, int size, int count, long seed)
    : SceneImages(parts, channels, size)
{
    private readonly long[] _ends = [.. Sums(parts.Select(part => part.Area.Pixels))];

    public override int Count => count;

    protected override (Scene Scene, Crop Crop, long Draw) Place(Use use)
    {
        var random = new RandomStream(Seeds.Of(seed, Seeds.Purpose.Crops, use.Number / Repeats));
        long pixel = (long)(random.Next() % (ulong)_ends[^1]);
        int found = Array.BinarySearch(_ends, pixel + 1);
        var (scene, area) = Parts[found < 0 ? ~found : found];
        var crop = new Crop(area.Top + random.Below(area.Height - Height + 1), area.Left + random.Below(area.Width - Width + 1), Height,
            random.Below(Crop.Orientations));
        return (scene, crop, (long)(random.Next() >> 2) * 2 + use.Number % Repeats);
    }

    private static IEnumerable<long> Sums(IEnumerable<long> values)
    {
        long sum = 0;
        foreach (long value in values)
            yield return sum += value;
    }
}

/// <summary>Images side by side, upright, always the same: to measure on.</summary>
internal sealed class SceneTiles : SceneImages
{
    /// <summary>Evenly spread over all tiles, where there are more.</summary>
    private const int Most = 32;

    private readonly (Scene Scene, Crop Crop)[] _tiles;

    /// <param name="odd">Every second tile: one set chooses the best epoch, the other one gives the figures. A single tile does both.
    /// </param>
    public SceneTiles(IReadOnlyList<ScenePart> parts, int channels, int size, bool odd)
        : base(parts, channels, size)
    {
        (Scene Scene, Crop Crop)[] all = [.. parts.SelectMany(part => Tiles(part.Area, size).Select(tile => (part.Scene, tile)))];
        var half = all.Length == 1 ? all : [.. all.Where((_, i) => i % 2 == 1 == odd)];
        _tiles = [.. Spread.Over(half.Length, Math.Min(Most, half.Length)).Select(i => half[i])];
    }

    public override int Count => _tiles.Length * Repeats;

    protected override (Scene Scene, Crop Crop, long Draw) Place(Use use)
    {
        var (tile, repeat) = Math.DivRem(use.Index, Repeats);
        var (scene, crop) = _tiles[tile];
        return (scene, crop, Seeds.Of(0, Seeds.Purpose.TestNoise, tile) / 2 * 2 + repeat);
    }

    private static IEnumerable<Crop> Tiles(Area area, int size)
    {
        int rows = area.Height / size, columns = area.Width / size;
        for (int i = 0; i < rows * columns; i++)
            yield return new(area.Top + i / columns * size, area.Left + i % columns * size, size, Orientation: 0);
    }
}
