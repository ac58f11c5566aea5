using Denoise.Metrics;

namespace Denoise.Infer.Tool;

/// <summary>The end of a picture: it is written, here or elsewhere, or it has failed.</summary>
internal abstract record Outcome;

/// <param name="Sentence">Names the picture and says why.</param>
internal sealed record Failure(string Sentence) : Outcome;

/// <summary>Another process has written it.</summary>
internal sealed record DoneElsewhere : Outcome;

/// <param name="Channels">1 or 3.</param>
/// <param name="HasColour">Whether there is any colour in the first page.</param>
/// <param name="Pages">How many the file has.</param>
internal sealed record Success(int Width, int Height, int Channels, bool HasColour, int Pages) : Outcome
{
    /// <summary>Seconds of reading and decoding.</summary>
    internal double ReadSeconds { get; init; }

    /// <summary>Seconds in the network; an equal share where several pages were given to it together.</summary>
    internal double DenoiseSeconds { get; init; }

    /// <summary>Seconds of encoding and writing.</summary>
    internal double WriteSeconds { get; init; }

    /// <summary>The noise level that the network was told for the first page; null for a network that takes none.</summary>
    internal NoiseCurve? Level { get; init; }

    /// <summary>How an earlier run has denoised it, as its file says; null where that says nothing.</summary>
    internal string? DenoisedBefore { get; init; }

    /// <summary>How close the first page is to the clean one, before and after; null where that is not known.</summary>
    internal (Score Noisy, Score Denoised)? Scores { get; init; }

    /// <summary>Sentences on what is left out.</summary>
    internal IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Noisy, denoised and, where it is known, clean; null where nobody wants to look at them.</summary>
    internal Picture[]? Column { get; init; }
}

/// <summary>How close a picture is to a clean one: PSNR in dB and SSIM.</summary>
internal readonly record struct Score(double Psnr, double Ssim)
{
    internal static Score Of(Picture picture, Picture clean) => new(Quality.Psnr(picture, clean), Quality.Ssim(picture, clean));
}
