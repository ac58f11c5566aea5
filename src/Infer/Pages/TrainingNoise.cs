namespace Denoise.Infer.Pages;

/// <summary>The noise of a user's own pictures that a network was trained on: it knows no other.</summary>
/// <param name="Model">The network's file.</param>
/// <param name="Low">The least, in levels of 255.</param>
/// <param name="High">The largest.</param>
internal sealed record TrainingNoise(string Model, double Low, double High)
{
    /// <summary>Noise of so many times the largest, or a part of the least, is of another kind.</summary>
    private const double MostTimes = 2;

    /// <returns>Null where the network was trained on other pictures, or is not told the noise.</returns>
    internal static TrainingNoise? Of(string model, Denoiser denoiser)
    {
        double low = ModelContract.TrainedSigmaLow.Read(denoiser.Metadata, model, 0);
        double high = ModelContract.TrainedSigmaHigh.Read(denoiser.Metadata, model, 0);
        return denoiser.TakesSigma && high > 0 ? new(model, 255 * low, 255 * high) : null;
    }

    /// <inheritdoc cref="Training.Warning"/>
    internal string? Warning(IEnumerable<SeenPicture> pictures)
    {
        List<SeenPicture> far = [.. pictures.Where(picture => picture.Level is { } level && IsFar(SigmaOption.Mean(level)))];
        if (far is not [var first, ..])
            return null;
        string others = far.Count == 1 ? "" : $", and {far.Count - 1} more pictures are as far from that";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Path.GetFileName(Model)} was trained on noise of {Low:F1} to {High:F1} of 255, and {first.Title} has "
            + $"{SigmaOption.Mean(first.Level!):F1}{others}: the result may be poor.");
    }

    private bool IsFar(double level) => level > MostTimes * High || level < Low / MostTimes;
}
