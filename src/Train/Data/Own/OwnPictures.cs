using System.Globalization;
using Denoise.Network;
using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>A user's own pictures, checked, and what was found in them.</summary>
/// <param name="choice">Where they are.</param>
/// <param name="scenes">At least one.</param>
/// <param name="channels">1 or 3, as the network takes them.</param>
internal sealed class OwnPictures(OwnChoice choice, IReadOnlyList<Scene> scenes, int channels)
{
    /// <summary>With fewer scenes a part of each is held back, instead of whole ones.</summary>
    private const int FewScenes = 8;

    private const double HeldShare = 0.125;

    /// <summary>Larger images to measure on lose less at their borders.</summary>
    private const int MostMeasured = 256;

    /// <summary>The least that can be learned from.</summary>
    private const int LeastPixels = 1 << 15;

    /// <summary>Below it a picture of 8 bits is as good as clean.</summary>
    private const double CleanDeviation = 1.2 / 255;

    public OwnChoice Choice => choice;

    /// <summary>The white of the pictures.</summary>
    public WhiteLevel White { get; private init; }

    public IReadOnlyList<Scene> Scenes => scenes;

    private string Location => string.Join(" and ", choice.Folders);

    /// <summary>Reads every picture once. Those that are broken or do not fit are noted and passed over.</summary>
    /// <exception cref="DirectoryNotFoundException">A folder is missing.</exception>
    /// <exception cref="InvalidDataException">There is nothing that can be learned from; one sentence that says why.</exception>
    public static OwnPictures Load(OwnChoice choice, int channels, Loading loading)
    {
        if (channels is not (1 or 3))
            throw new InvalidDataException($"Pictures are learned from with 1 or 3 channels, and the network takes {channels}.");
        var finder = new SceneFinder(choice, channels, loading);
        var own = new OwnPictures(choice, finder.Find(), channels) { White = finder.White };
        own.Check();
        return own;
    }

    private void Check()
    {
        long pixels = scenes.Sum(scene => scene.Area.Pixels);
        if (pixels < LeastPixels)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{Location}: {scenes.Count} "
                + $"{(scenes.Count == 1 ? "picture" : "pictures")} with {pixels:N0} pixels in all {(scenes.Count == 1 ? "is" : "are")} "
                + $"too little to learn from; {LeastPixels:N0} pixels are the least."));
        if (Deviations()[scenes.Count / 2] < CleanDeviation)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{Location}: these pictures are clean already, "
                + $"their noise is {255 * Deviations()[scenes.Count / 2]:F1} of 255; there is nothing to train for."));
    }

    /// <summary>The noise of each scene's first shot, in ascending order.</summary>
    public double[] Deviations() => [.. scenes.Select(scene => scene.Shots[0].Deviation).Order()];

    /// <summary>Sentences on what was found.</summary>
    public IEnumerable<string> Findings()
    {
        double[] deviations = Deviations();
        StoredPicture[] all = [.. scenes.SelectMany(scene => scene.Shots).Select(shot => shot.Picture)];
        string bits = string.Join(", ", all.Select(p => p.Bits).Distinct().Order().Select(b => b == 32 ? "floats" : $"{b} bits"));
        string[] sizes = [.. all.OrderBy(p => (long)p.Width * p.Height).Select(p => $"{p.Width}×{p.Height}")];
        string size = sizes[0] == sizes[^1] ? sizes[0] : $"{sizes[0]} to {sizes[^1]}";
        yield return $"{scenes.Count} {Words}: {size}, {bits}, {(all.Any(p => p.IsColour) ? "in colour" : "grey")}.";
        if (White.Value is { } white)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"White is {white} in files of 16 bits and of floats; --white N says another.");
        yield return string.Create(CultureInfo.InvariantCulture,
            $"Noise: {255 * deviations[deviations.Length / 2]:F1} of 255, from {255 * deviations[0]:F1} to {255 * deviations[^1]:F1}.");
        if (scenes[0] is GrainScene grain)
            yield return string.Create(CultureInfo.InvariantCulture, $"The noise is correlated between neighbours, by "
                + $"{grain.Correlation:F2}: more like it is drawn, and put onto pictures that the network has denoised.");
    }

    /// <summary>Whether there is only one noisy picture of each scene, with noise that is correlated between neighbours.</summary>
    public bool NeedTeacher => scenes[0] is GrainScene;

    private string Words => choice.Kind switch
    {
        OwnKind.Pairs => "pairs of a noisy and a clean picture",
        OwnKind.Bursts => "scenes with several noisy shots",
        _ => "noisy pictures without clean ones",
    };

    /// <summary>The images to learn from and those to measure on, which are of pictures, or of parts of them, that are held back.</summary>
    /// <param name="sizes">The sizes that the network takes.</param>
    /// <param name="crop">Side of the training images, if the pictures are that large.</param>
    /// <param name="count">Training images in an epoch.</param>
    /// <param name="seed">Draws the places.</param>
    /// <param name="sigmaError">The error of the levels, in training.</param>
    /// <exception cref="InvalidDataException">The pictures are too small for the network.</exception>
    public Examples Split(ValidSizes sizes, int crop, int count, long seed, double sigmaError)
    {
        var (kept, held) = HoldBack();
        int size = SizeFor(kept, sizes, crop), measured = SizeFor(held, sizes, MostMeasured);
        var training = new RandomSceneImages(Large(kept, size), channels, size, count, seed) { SigmaError = sigmaError };
        ScenePart[] parts = [.. Large(held, measured)];
        return new(choice.Name, training, new SceneTiles(parts, channels, measured, odd: false),
            new SceneTiles(parts, channels, measured, odd: true))
        {
            Targets = choice.Kind == OwnKind.Pairs ? null : "noisy targets",
            Sigma = (scenes.Min(MeanLevel), scenes.Max(MeanLevel)),
            White = White.Value,
        };
    }

    private static double MeanLevel(Scene scene) => scene.Shots[0].Level.Sigmas.Average();

    private (List<ScenePart> Kept, List<ScenePart> Held) HoldBack()
    {
        if (scenes.Count < FewScenes)
        {
            var halves = scenes.Select(scene => (Scene: scene, Parts: scene.Area.Split())).ToList();
            return ([.. halves.Select(half => new ScenePart(half.Scene, half.Parts.First))],
                [.. halves.Select(half => new ScenePart(half.Scene, half.Parts.Last))]);
        }
        HashSet<int> held = PictureFolder.HeldPlaces(scenes.Count, HeldShare);
        List<ScenePart> all = [.. scenes.Select(scene => new ScenePart(scene, scene.Area))];
        return ([.. all.Where((_, i) => !held.Contains(i))], [.. all.Where((_, i) => held.Contains(i))]);
    }

    /// <summary>The largest valid size up to one that nine parts of ten have room for.</summary>
    private int SizeFor(List<ScenePart> parts, ValidSizes sizes, int most)
    {
        int room = parts.Select(part => part.Area.ShorterSide).Order().ElementAt(parts.Count / 10);
        int size = sizes.Previous(Math.Min(most, room));
        return size > 0 ? size : throw new InvalidDataException($"{Location}: the pictures, or the parts that are held back to measure on, "
            + $"are {room} pixels high or wide, and the network takes {sizes.Next(1)} at least.");
    }

    private static List<ScenePart> Large(List<ScenePart> parts, int size) => parts.FindAll(part => part.Area.ShorterSide >= size);
}
