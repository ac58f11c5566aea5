using System.Collections.Concurrent;
using Denoise.Infer;
using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>Puts a user's pictures together to scenes, by their names.</summary>
internal sealed class SceneFinder(OwnChoice choice, int channels, Loading loading)
{
    /// <summary>Smaller pictures are icons.</summary>
    private const int LeastSide = 16;

    /// <summary>In fewer pixels the noise is not found exactly, so all pictures of such a size count as one.</summary>
    private const int SmallPixels = 128 * 128;

    /// <summary>Each is measured once.</summary>
    private readonly ConcurrentDictionary<StoredPicture, Shot> _shots = [];

    /// <summary>The white of the pictures.</summary>
    public WhiteLevel White { get; private set; }

    public IReadOnlyList<Scene> Find()
    {
        Dictionary<string, StoredPicture>[] folders = [.. choice.Folders.Select(Scan)];
        Stretch([.. folders.SelectMany(folder => folder.Values)]);
        return choice.Kind switch
        {
            OwnKind.Pairs => Pairs(folders[0], folders[1]),
            OwnKind.Bursts => Bursts(choice.Burst is null ? ByName(folders) : ByFolder(folders[0])),
            _ => Alone(folders[0]),
        };
    }

    /// <summary>Dark pictures of a few bits in files of 16 would all be dark, and their noise none.</summary>
    private void Stretch(StoredPicture[] pictures)
    {
        White = choice.White is { } white ? new(white) : WhiteLevel.Holding(pictures.Max(picture => picture.Greatest));
        Parallel.ForEach(pictures, picture => picture.Stretch(White));
    }

    /// <summary>The good pictures of a folder by their names without extension.</summary>
    private Dictionary<string, StoredPicture> Scan(string folder)
    {
        (string, string)[] names = [.. PictureFolder.List(folder)];
        if (names.Length == 0)
            throw new InvalidDataException($"There is no picture in {folder}: the names of pictures end in {PictureFile.Extensions}.");
        var pictures = new Dictionary<string, StoredPicture>();
        foreach (StoredPicture picture in new PictureScan(channels, LeastSide, loading).Run(names))
            if (!pictures.TryAdd(Path.ChangeExtension(picture.Name, null), picture))
                loading.Note($"Passed over: {picture.Path} has the name of another picture there.");
        return pictures.Count > 0 ? pictures : throw new InvalidDataException(
            $"No picture in {folder} can be learned from: all {names.Length} are broken or smaller than {LeastSide}×{LeastSide}.");
    }

    private Scene[] Pairs(Dictionary<string, StoredPicture> noisy, Dictionary<string, StoredPicture> clean)
    {
        NoteMissing(noisy, clean, choice.Clean!);
        NoteMissing(clean, noisy, choice.Noisy[0]);
        string[] both = [.. noisy.Keys.Where(clean.ContainsKey)];
        if (both.Length == 0)
            throw new InvalidDataException($"No picture in {choice.Noisy[0]} has the name of one in {choice.Clean}: pairs are matched by "
                + "their names, whatever the extension.");
        var found = Look(both, name => Pair(noisy[name], clean[name]));
        CheckOrder(both, noisy, clean);
        return found;
    }

    private void NoteMissing(Dictionary<string, StoredPicture> pictures, Dictionary<string, StoredPicture> others, string folder)
    {
        if (!pictures.Keys.Any(others.ContainsKey))
            return;
        foreach (var (name, picture) in pictures)
            if (!others.ContainsKey(name))
                loading.Note($"Passed over: {picture.Path} has no picture of its name in {folder}.");
    }

    private (Scene? Scene, string? Complaint) Pair(StoredPicture noisy, StoredPicture clean)
    {
        string title = $"{noisy.Path} and {clean.Path}";
        if ((noisy.Height, noisy.Width) != (clean.Height, clean.Width))
            return (null, $"{title} differ in size, {noisy.Height}×{noisy.Width} and {clean.Height}×{clean.Width}");
        PairFit fit = PairFit.Of(noisy.Read(), clean.Read());
        return fit.Complaint(choice.Align, Math.Min(noisy.Height, noisy.Width)) is { } complaint
            ? (null, $"{title}: {complaint}")
            : (new PairScene(Look(noisy), clean, fit.Shift, PairFit.Overlap([fit.Shift], noisy.Height, noisy.Width)), null);
    }

    /// <summary>Shots of a scene have the same name, in several folders.</summary>
    private IEnumerable<(string Title, StoredPicture[] Shots)> ByName(Dictionary<string, StoredPicture>[] folders)
    {
        if (!folders[0].Keys.Any(name => folders.Skip(1).Any(folder => folder.ContainsKey(name))))
            throw new InvalidDataException($"No picture in {choice.Noisy[0]} has the name of one in "
                + $"{string.Join(" or ", choice.Noisy.Skip(1))}: "
                + "shots of the same scene are matched by their names, whatever the extension.");
        return folders.SelectMany(folder => folder.Keys).Distinct().Select(name =>
            (name, folders.Where(folder => folder.ContainsKey(name)).Select(folder => folder[name]).ToArray()));
    }

    /// <summary>Shots of a scene lie in one folder.</summary>
    private IEnumerable<(string Title, StoredPicture[] Shots)> ByFolder(Dictionary<string, StoredPicture> pictures) => pictures
        .GroupBy(picture => Path.GetDirectoryName(picture.Key)!, picture => picture.Value)
        .Select(scene => (Path.Combine(choice.Burst!, scene.Key), scene.ToArray()));

    private Scene[] Bursts(IEnumerable<(string Title, StoredPicture[] Shots)> bursts)
    {
        var all = bursts.ToDictionary(burst => burst.Title, burst => burst.Shots);
        return Look([.. all.Keys], title => Burst(title, all[title]));
    }

    private (Scene? Scene, string? Complaint) Burst(string title, StoredPicture[] shots)
    {
        if (shots.Length < 2)
            return (null, $"{title} has one shot, and at least two are needed");
        StoredPicture first = shots[0];
        if (shots.FirstOrDefault(shot => (shot.Height, shot.Width) != (first.Height, first.Width)) is { } odd)
            return (null, $"{first.Path} and {odd.Path} differ in size, {first.Height}×{first.Width} and {odd.Height}×{odd.Width}");
        PairFit[] fits = [.. shots.Skip(1).Select(shot => PairFit.Of(first.Read(), shot.Read()))];
        int shorterSide = Math.Min(first.Height, first.Width);
        for (int i = 0; i < fits.Length; i++)
            if (fits[i].Complaint(choice.Align, shorterSide) is { } complaint)
                return (null, $"{first.Path} and {shots[i + 1].Path}: {complaint}");
        return (new BurstScene([.. shots.Select(Shot.Of)], [(0, 0), .. fits.Select(fit => fit.Shift)],
            PairFit.Overlap(fits.Select(fit => fit.Shift), first.Height, first.Width)), null);
    }

    private Scene[] Alone(Dictionary<string, StoredPicture> pictures)
    {
        Shot[] shots = [.. pictures.Values.AsParallel().AsOrdered().WithCancellation(loading.Stop).Select(Shot.Of)];
        NoiseTexture texture = NoiseTexture.Of(shots, channels);
        return texture.IsWhite
            ? WithWhiteNoise(shots)
            : [.. shots.Select(shot => new GrainScene(shot, texture, Whole(shot.Picture)))];
    }

    /// <summary>Small pictures have too few blocks each.</summary>
    private static Scene[] WithWhiteNoise(Shot[] shots)
    {
        NoiseCurve? pooled = WhiteNoise.Fit(shots.Where(shot => IsSmall(shot.Picture)).SelectMany(Blocks));
        return [.. shots.Select(shot => new LoneScene(
            shot, (IsSmall(shot.Picture) ? pooled : WhiteNoise.Fit(Blocks(shot))) ?? shot.Level, Whole(shot.Picture)))];
    }

    private static IEnumerable<(float Brightness, float Power)> Blocks(Shot shot)
    {
        Raster picture = shot.Picture.Read();
        return WhiteNoise.Blocks(OwnPlane.Green(picture), picture.Height, picture.Width);
    }

    private static Area Whole(StoredPicture picture) => new(0, 0, picture.Height, picture.Width);

    private static bool IsSmall(StoredPicture picture) => (long)picture.Height * picture.Width < SmallPixels;

    private Shot Look(StoredPicture picture) => _shots.GetOrAdd(picture, Shot.Of);

    /// <summary>Makes a scene of each, on all cores.</summary>
    private Scene[] Look(string[] names, Func<string, (Scene? Scene, string? Complaint)> look)
    {
        var found = new (Scene? Scene, string? Complaint)[names.Length];
        Parallel.For(0, names.Length, new ParallelOptions { CancellationToken = loading.Stop }, i => found[i] = look(names[i]));
        string[] complaints = [.. found.Select(f => f.Complaint).OfType<string>()];
        Scene[] scenes = [.. found.Select(f => f.Scene).OfType<Scene>()];
        if (scenes.Length == 0)
            throw new InvalidDataException(
                names.Length == 1 ? $"{complaints[0]}." : $"None of {names.Length} can be learned from; the first: {complaints[0]}.");
        foreach (string complaint in complaints)
            loading.Note($"Passed over: {complaint}.");
        return scenes;
    }

    /// <exception cref="InvalidDataException">The clean pictures are the noisy ones.</exception>
    private void CheckOrder(string[] names, Dictionary<string, StoredPicture> noisy, Dictionary<string, StoredPicture> clean)
    {
        double[] more = [.. names.Select(name => Look(clean[name]).Deviation - Look(noisy[name]).Deviation).Order()];
        if (more[more.Length / 2] > 0)
            throw new InvalidDataException($"The pictures in {choice.Clean} are noisier than those in {choice.Noisy[0]}; "
                + "perhaps --noisy and --clean are the wrong way round.");
    }
}
