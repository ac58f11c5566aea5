namespace Denoise.Infer.Pages;

/// <summary>Whole pictures of one size that a network was trained on: it knows their subject, and nothing else.</summary>
/// <param name="Model">The network's file.</param>
/// <param name="Dataset">The name of the data set; may be empty.</param>
/// <param name="Height">The height of each, in pixels.</param>
/// <param name="Width">The width of each, in pixels.</param>
/// <param name="AreGrey">Whether they have no colours.</param>
internal sealed record TrainingPictures(string Model, string Dataset, int Height, int Width, bool AreGrey)
{
    /// <summary>A picture with a side more than so many times as long is of another kind.</summary>
    private const int MostTimes = 4;

    /// <summary>Sets of 28x28 pictures, for models from before exporters wrote the size down.</summary>
    private static readonly string[] KnownSets = ["mnist", "fashion-mnist", "synthetic"];

    /// <returns>Null where the network was trained on crops, which may come from any picture, or the model does not say on what.</returns>
    internal static TrainingPictures? Of(string model, Denoiser denoiser)
    {
        var metadata = denoiser.Metadata;
        string dataset = ModelContract.Dataset.Read(metadata, model, "");
        bool isKnown = KnownSets.Contains(dataset);
        var images = ModelContract.TrainedImages.Read(metadata, model,
            isKnown ? ModelContract.TrainingImages.WholePictures : ModelContract.TrainingImages.Crops);
        int height = ModelContract.TrainedHeight.Read(metadata, model, isKnown ? 28 : 0);
        int width = ModelContract.TrainedWidth.Read(metadata, model, isKnown ? 28 : 0);
        return images == ModelContract.TrainingImages.WholePictures && height > 0 && width > 0
            ? new(model, dataset, height, width, denoiser.Channels == 1)
            : null;
    }

    /// <inheritdoc cref="Training.Warning"/>
    internal string? Warning(IEnumerable<SeenPicture> pictures)
    {
        List<SeenPicture> done = [.. pictures], far = done.FindAll(IsFar);
        if (far is not [var first, ..])
            return null;
        string size = $"{first.Width}x{first.Height}{(first.HasColour ? " in colour" : "")}";
        string how = done.Count == 1
            ? $"{first.Title} is {size}"
            : $"{HowMany(far.Count, done.Count)} far from that, such as {first.Title}, {size}";
        string set = $"whole {(AreGrey ? "grey " : "")}pictures of {Width}x{Height}{(Dataset.Length > 0 ? $" ({Dataset})" : "")}";
        return $"{Path.GetFileName(Model)} was trained on {set}, and {how}: the result will be poor.";
    }

    private static string HowMany(int some, int all) =>
        some == all ? $"all {all} pictures are" : $"{some} of the {all} pictures {(some == 1 ? "is" : "are")}";

    private bool IsFar(SeenPicture picture) =>
        picture.Height > (long)MostTimes * Height || picture.Width > (long)MostTimes * Width || (AreGrey && picture.HasColour);
}
