namespace Denoise.Infer.Pages;

/// <summary>What a model says of the pictures that it was trained on.</summary>
/// <param name="model">Its file.</param>
internal sealed class Training(string model, Denoiser denoiser)
{
    private readonly TrainingPictures? _pictures = TrainingPictures.Of(model, denoiser);
    private readonly TrainingNoise? _noise = TrainingNoise.Of(model, denoiser);

    /// <summary>The white of those pictures.</summary>
    internal WhiteLevel White { get; } = new(ModelContract.White.Read(denoiser.Metadata, model, 0) is > 0 and var white ? white : null);

    /// <summary>One sentence where pictures that are done are far from those, else null.</summary>
    internal string? Warning(IEnumerable<SeenPicture> pictures) => _pictures?.Warning(pictures) ?? _noise?.Warning(pictures);
}

/// <summary>The first page of a picture that is done.</summary>
/// <param name="Title">Names it within a sentence.</param>
/// <param name="Level">The noise level that the network was told; null for a network that takes none.</param>
internal sealed record SeenPicture(string Title, int Width, int Height, bool HasColour, NoiseCurve? Level);
