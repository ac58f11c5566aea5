namespace Denoise.Infer.Tool;

/// <summary>How far a run is; may be counted at any time.</summary>
/// <param name="Denoised">Pictures that are written.</param>
/// <param name="Failed">Pictures that are not, and will not be.</param>
/// <param name="Elsewhere">Pictures that another process has written.</param>
/// <param name="Bytes">Those of the files of all three, for pictures may differ much in size.</param>
/// <param name="Pixels">Those of the pictures that are written.</param>
internal readonly record struct Tally(int Denoised, int Failed, int Elsewhere, long Bytes, long Pixels)
{
    internal int Over => Denoised + Failed + Elsewhere;

    internal static Tally Of(IReadOnlyList<PictureJob> pictures)
    {
        var (denoised, failed, elsewhere, bytes, pixels) = default(Tally);
        foreach (PictureJob picture in pictures)
        {
            if (picture.Outcome is not { } outcome)
                continue;
            bytes += picture.Input.Bytes;
            if (outcome is Success done)
                (denoised, pixels) = (denoised + 1, pixels + (long)done.Width * done.Height * done.Pages);
            else if (outcome is Failure)
                failed++;
            else
                elsewhere++;
        }
        return new(denoised, failed, elsewhere, bytes, pixels);
    }

    /// <summary>Such as "512 images/s, 0.40 megapixels/s".</summary>
    internal string Speed(TimeSpan elapsed)
    {
        // Before the first picture there is no speed, and perhaps no time either.
        double seconds = Denoised == 0 ? double.PositiveInfinity : elapsed.TotalSeconds, images = Denoised / seconds;
        string words = images.ToString(images < 10 ? "F2" : "F0", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{words} images/s, {Pixels / 1e6 / seconds:F2} megapixels/s");
    }
}

/// <summary>The result of a run.</summary>
/// <param name="Provider">The device that ran it.</param>
/// <param name="Noise">Added to the input; null for none.</param>
internal sealed record Summary(IReadOnlyList<PictureJob> Pictures, string Model, string Provider, AddedNoise? Noise)
{
    internal Tally Tally { get; } = Tally.Of(Pictures);

    /// <summary>At work.</summary>
    internal TimeSpan Elapsed { get; init; }

    /// <summary>Pictures that were there already.</summary>
    internal int Skipped { get; init; }

    /// <summary>Files of the input that have no picture's name.</summary>
    internal int LeftOut { get; init; }

    /// <summary>That the pictures are unlike those that the network was trained on; null where they are not, or nobody knows.</summary>
    internal string? Warning { get; init; }

    /// <summary>Pictures that were not begun.</summary>
    internal int Left => Pictures.Count - Tally.Over;

    internal IEnumerable<(PictureJob Picture, Failure Failure)> Failures =>
        Pictures.Where(picture => picture.Outcome is Failure).Select(picture => (picture, (Failure)picture.Outcome!));

    /// <summary>The mean noise level of each picture in levels of 255, the least first.</summary>
    internal List<float> Levels =>
        [.. Pictures.Select(picture => (picture.Outcome as Success)?.Level).OfType<NoiseCurve>()
            .Select(SigmaOption.Mean).Order()];

    internal List<(Score Noisy, Score Denoised)> Scores =>
        [.. Pictures.Select(picture => picture.Outcome).OfType<Success>()
            .Where(done => done.Scores is not null).Select(done => done.Scores!.Value)];
}
