namespace Denoise.Train;

/// <summary>What a checkpoint says of where its weights come from, whatever epoch they are of.</summary>
internal static class Origin
{
    public static IEnumerable<KeyValuePair<string, string>> Of(TrainOptions options, Architecture architecture, Examples data) =>
    [
        ModelContract.Recipe.Of(options.Recipe), ModelContract.Dataset.Of(DataSets.WithoutPath(options.Dataset)),
        .. Noise(options, data), .. White(data), .. Colour(options, architecture), ModelContract.Seed.Of(options.Seed),
        ModelContract.ToolVersion.Of(RunJson.ToolVersion),
        ModelContract.TrainedHeight.Of(data.Training.Height), ModelContract.TrainedWidth.Of(data.Training.Width),
        ModelContract.TrainedImages.Of(
            data.Training.AreCrops ? ModelContract.TrainingImages.Crops : ModelContract.TrainingImages.WholePictures),
    ];

    /// <summary>The noise that was added, or the range of that which was there.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Noise(TrainOptions options, Examples data) => data.Sigma is var (low, high)
        ? [ModelContract.TrainedSigmaLow.Of(low), ModelContract.TrainedSigmaHigh.Of(high)]
        : [ModelContract.Noise.Of(options.Noise)];

    private static IEnumerable<KeyValuePair<string, string>> White(Examples data) =>
        data.White is { } white ? [ModelContract.White.Of(white)] : [];

    /// <summary>How a grey network is best given colours: in luminance there is less noise, so it must know less noise too.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Colour(TrainOptions options, Architecture architecture) =>
        architecture.Channels != 1 ? [] :
        [
            ModelContract.Colour.Of(Noises.Noise.Parse(options.Noise).HasGaussianFromNone
                ? ModelContract.ColourHandling.LuminanceChroma : ModelContract.ColourHandling.Channels),
        ];
}
