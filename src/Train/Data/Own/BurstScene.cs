using Denoise.Infer;
using Denoise.Noises;
using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>Several noisy pictures of the same: each is learned from the mean of the others, whose noise is independent of its own
/// (Lehtinen et al.: Noise2Noise, 2018). Where they differ by more than noise does, something has moved, and nothing is learned.</summary>
internal sealed class BurstScene : Scene
{
    /// <summary>Differences beyond so many standard deviations are no noise.</summary>
    private const float Moved = 5;

    private const int Reach = 2, FullWindow = 2 * Reach + 1;

    private readonly (int Down, int Right)[] _shifts;

    /// <summary>The usual size of differences of smoothed shots, in units of the noise's level.</summary>
    private readonly float _usual;

    /// <param name="shots">At least two, of one size.</param>
    /// <param name="shifts">Where the first shot's first pixel is in each shot.</param>
    /// <param name="area">The part of the first shot that all show.</param>
    public BurstScene(IReadOnlyList<Shot> shots, (int Down, int Right)[] shifts, Area area)
        : base(shots, area)
    {
        _shifts = shifts;
        _usual = Usual();
    }

    public override NoiseCurve Cut(Crop crop, int channels, long draw, Span<float> noisy, Span<float> target)
    {
        int shown = new RandomStream(draw).Below(Shots.Count);
        float[] other = new float[target.Length];
        target.Clear();
        Write(shown, crop, channels, noisy);
        for (int i = 0; i < Shots.Count; i++)
            if (i != shown)
            {
                Write(i, crop, channels, other);
                for (int k = 0; k < other.Length; k++)
                    target[k] += other[k] / (Shots.Count - 1);
            }
        LeaveOut(noisy, target, new(channels, crop.Size, crop.Size), Shots[shown].Level);
        return Shots[shown].Level;
    }

    private void Write(int shot, Crop crop, int channels, Span<float> image) =>
        (crop with { Top = crop.Top + _shifts[shot].Down, Left = crop.Left + _shifts[shot].Right })
            .Write(Shots[shot].Picture.Read(), channels, image);

    private void LeaveOut(ReadOnlySpan<float> noisy, Span<float> target, ImageShape shape, NoiseCurve level)
    {
        float[] differences = Differences(noisy, target, shape, level);
        for (int i = 0; i < target.Length; i++)
            if (Math.Abs(differences[i % shape.Area]) > Moved * _usual)
                target[i] = float.NaN;
    }

    /// <summary>The differences of two images, as means over the channels and 5×5 pixels, in units of the level; 1×H×W.</summary>
    private static float[] Differences(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ImageShape shape, NoiseCurve level)
    {
        float[] first = new float[shape.Area], second = new float[shape.Area];
        NoiseLevel.BrightnessOf(a, shape, first);
        NoiseLevel.BrightnessOf(b, shape, second);
        for (int i = 0; i < first.Length; i++)
        {
            float fewer = MathF.Sqrt(Window(i / shape.Width, shape.Height) * Window(i % shape.Width, shape.Width)) / FullWindow;
            first[i] = fewer * (first[i] - second[i]) / Math.Max(level.At(first[i]), 0.5f / 255);
        }
        return first;
    }

    /// <summary>How many pixels of a row or column a mean is over: at borders there are fewer, so noise is stronger.</summary>
    private static int Window(int place, int length) => Math.Min(place, Reach) + Math.Min(length - 1 - place, Reach) + 1;

    /// <summary>Robust: 1.4826 times the median of the magnitudes, which is the deviation where they are normal.</summary>
    private float Usual()
    {
        var crop = new Crop(Area.Top, Area.Left, Area.ShorterSide, Orientation: 0);
        var shape = new ImageShape(1, crop.Size, crop.Size);
        float[][] shots = [.. Enumerable.Range(0, Shots.Count).Select(i => Grey(i, crop))];
        float[] mean = [.. Enumerable.Range(0, shape.Area).Select(k => shots.Skip(1).Average(shot => shot[k]))];
        float[] sizes = [.. Differences(shots[0], mean, shape, Shots[0].Level).Select(Math.Abs).Order()];
        return 1.4826f * sizes[sizes.Length / 2] + 1e-3f;
    }

    private float[] Grey(int shot, Crop crop)
    {
        float[] grey = OwnPlane.Grey(Shots[shot].Picture.Read()), image = new float[crop.Size * crop.Size];
        var picture = new Raster<float>(Shots[shot].Picture.Width, Shots[shot].Picture.Height, 1, grey);
        (crop with { Top = crop.Top + _shifts[shot].Down, Left = crop.Left + _shifts[shot].Right }).Write(picture, 1, image);
        return image;
    }
}
