namespace Denoise.Infer.Tool;

/// <summary>A picture on its way: it is listed, read, denoised page by page and written, and ends as an <see cref="Outcome"/>.</summary>
internal sealed class PictureJob(InputFile input, Destination destination)
{
    private PictureDocument? _document;
    private IReadOnlyList<string> _notes = [];
    private double _readSeconds;

    internal InputFile Input => input;

    /// <summary>Relative to the input folder.</summary>
    internal string Name => input.Name;

    /// <summary>Where it is to be written.</summary>
    internal string Output => destination.PathOf(input);

    internal WhiteLevel White { get; private set; }

    /// <summary>From reading to the end; else none.</summary>
    internal IReadOnlyList<PicturePage> Pages { get; private set; } = [];

    internal bool IsDenoised => _document is not null && Pages.All(page => page.Denoised is not null);

    /// <summary>Null as long as it is waiting or under way.</summary>
    internal Outcome? Outcome { get; private set; }

    internal static void CreateFolders(IEnumerable<PictureJob> pictures)
    {
        foreach (string name in pictures.Select(picture => Path.GetDirectoryName(picture.Output)!).Distinct())
        {
            string folder = Path.Combine(".", name);
            Directory.CreateDirectory(folder);
            AtomicFile.CleanUp(folder);
        }
    }

    /// <param name="maxPixels">A file of more is refused.</param>
    /// <param name="noise">Added to the pages; null for none.</param>
    /// <param name="white">Its white.</param>
    /// <param name="stop">Ends the waiting for a pipe.</param>
    internal void Read(long maxPixels, AddedNoise? noise, WhiteLevel white, CancellationToken stop)
    {
        long began = Stopwatch.GetTimestamp();
        byte[] file = input.Read(stop);
        _document = PictureFile.DecodeDocument(file, input.Title, maxPixels);
        if (_document.Warning is { } warning)
            _notes = [warning];
        if (input.IsStandardInput && PictureFile.IsFollowed(file))
            _notes = [.. _notes, "Another picture follows the first one and is left out."];
        White = white;
        Pages = [.. _document.Pages.Select((raster, number) => new PicturePage(this, number, white.Stretch(raster)))];
        if (noise is not null)
            foreach (PicturePage page in Pages)
                page.Shown = noise.AddedTo(page);
        _readSeconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Writes the denoised pages; to standard output in the format that the picture came in.</summary>
    /// <param name="how">What the file is to say of the denoising of a page.</param>
    /// <param name="stop">Ends the waiting for a pipe.</param>
    internal Success Write(Func<Page, string?> how, CancellationToken stop)
    {
        long began = Stopwatch.GetTimestamp();
        Raster[] denoised = [.. Pages.Select(page => White.Restore(page.Denoised!))];
        PictureDocument result = _document!.Denoised(denoised, [.. Pages.Select(how)]);
        string path = Output;
        if (path == StandardStreams.Name)
        {
            using Stream output = ResultFile.OpenStandardOutput();
            output.Write(PictureFile.Encode(result, result.Format));
        }
        else
            PictureFile.WriteDocument(path, result, stop);
        Raster first = Pages[0].Raster;
        return new(first.Width, first.Height, first.Channels, first.HasColour, Pages.Count)
        {
            ReadSeconds = _readSeconds,
            Notes = [.. _notes, .. PictureFile.LossesIn(path, result)],
            DenoiseSeconds = Pages.Sum(page => page.Seconds),
            Level = Pages[0].Level,
            DenoisedBefore = _document.Metadata.Denoised is [.., var last] ? last : null,
            WriteSeconds = Stopwatch.GetElapsedTime(began).TotalSeconds,
        };
    }

    /// <summary>Its last word; the pixels are let go.</summary>
    internal void End(Outcome outcome)
    {
        (_document, Pages) = (null, []);
        Outcome = outcome;
    }

    internal void Fail(Exception e) =>
        End(new Failure(e.Message.Contains(input.Title, StringComparison.Ordinal) ? e.Message : $"{input.Title}: {e.Message}"));

    /// <summary>Trouble with one picture, which is no reason to give up the others.</summary>
    internal static bool IsItsOwn(Exception e) =>
        e is InvalidDataException or ArgumentException or IOException or UnauthorizedAccessException or OutOfMemoryException;
}

/// <summary>A page that knows its picture.</summary>
internal sealed class PicturePage(PictureJob picture, int number, Raster raster) : Page(raster)
{
    internal PictureJob Picture => picture;

    /// <summary>Its place in the file, from 0.</summary>
    internal int Number => number;

    /// <summary>Pages of one shape and depth can go to the network together.</summary>
    internal bool IsLike(Page other) => (Shown.GetType(), Shown.Width, Shown.Height, Shown.Channels)
        == (other.Shown.GetType(), other.Shown.Width, other.Shown.Height, other.Shown.Channels);
}
