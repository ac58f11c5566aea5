namespace Denoise.Infer.Tool;

/// <summary>Whole pictures of one size that a network was trained on: it knows what is to be seen in them, and nothing else.</summary>
/// <param name="Model">The network's file.</param>
/// <param name="Dataset">What the pictures are called; may be empty.</param>
/// <param name="Height">Of each, in pixels.</param>
/// <param name="Width">Of each, in pixels.</param>
/// <param name="AreGrey">Whether they have no colours.</param>
internal sealed record TrainingPictures(string Model, string Dataset, int Height, int Width, bool AreGrey)
{
    /// <summary>Sides of more than so many times as many pixels are those of another kind of picture.</summary>
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

    /// <summary>What to say where pictures that are done are far from these, or null.</summary>
    internal string? Warning(WorkList work, Results results)
    {
        int[] far = [.. Enumerable.Range(0, work.Count).Where(item => results.FactsOf(item) is { } facts && IsFar(facts))];
        if (far.Length == 0)
            return null;
        string picture = work.TitleOf(far[0]), size = Describe(results.FactsOf(far[0])!.Value);
        string how = results.Denoised == 1 ? $"{picture} is {size}" : $"{HowMany(far.Length, results.Denoised)} far from that, such as {picture}, {size}";
        return $"{Path.GetFileName(Model)} was trained on whole {(AreGrey ? "grey " : "")}pictures of {Width}x{Height}{(Dataset.Length > 0 ? $" ({Dataset})" : "")}, "
            + $"and {how}: expect no good of it. --model {ModelFile.Photo} is for photographs.";
    }

    private static string HowMany(int some, int all) => some == all ? $"all {all} pictures are" : $"{some} of the {all} pictures {(some == 1 ? "is" : "are")}";

    private bool IsFar(ItemFacts picture) =>
        picture.Height > (long)MostTimes * Height || picture.Width > (long)MostTimes * Width || (AreGrey && picture.HasColour);

    private static string Describe(ItemFacts picture) => $"{picture.Width}x{picture.Height}{(picture.HasColour ? " in colour" : "")}";
}
