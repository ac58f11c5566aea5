namespace Denoise.Noises;

/// <summary>Noise in words: a <see cref="NoiseModel"/>, or several joined by <c> or </c>, of which each image gets one, such as
/// <c>gaussian:0..0.2,clip=off or camera:0..0.15</c>.</summary>
public sealed class Noise
{
    private const string Or = " or ";

    private Noise(NoiseModel[] models) => Models = models;

    /// <summary>At least one, each as likely as the others; one that is there twice is twice as likely.</summary>
    public IReadOnlyList<NoiseModel> Models { get; }

    /// <summary>Whether each image keeps its noise and its model, instead of getting new ones each time it is used.</summary>
    public bool IsFixed => Models[0].IsFixed;

    /// <summary>Whether one of the models is Gaussian noise of all levels from none up to something.</summary>
    public bool HasGaussianFromNone => Models.Any(model => model is { Kind: NoiseKind.Gaussian, Low: 0, High: > 0 });

    /// <summary>Reads what <see cref="NoiseModel.Parse"/> reads, once or joined by <c> or </c>.</summary>
    /// <exception cref="FormatException">The words make no noise; the message says what was expected.</exception>
    public static Noise Parse(string text)
    {
        NoiseModel[] models = [.. text.Split(Or).Select(NoiseModel.Parse)];
        return models.All(model => model.IsFixed == models[0].IsFixed)
            ? new(models)
            : throw new FormatException($"'{text}' is not a noise: either each of its noises is fixed or none.");
    }

    /// <summary>Makes an image noisy in place.</summary>
    /// <param name="image">C×H×W values in [0,1].</param>
    /// <param name="shape">Of the image.</param>
    /// <param name="seed">The same seed draws the same of the models and the same noise.</param>
    public void AddTo(Span<float> image, ImageShape shape, long seed)
    {
        var (model, seedOfModel) = Choose(seed);
        model.AddTo(image, shape, seedOfModel);
    }

    /// <summary>The model that an image gets, and the seed of its noise.</summary>
    /// <param name="seed">As for <see cref="AddTo"/>.</param>
    public (NoiseModel Model, long Seed) Choose(long seed)
    {
        if (Models.Count == 1)
            return (Models[0], seed);
        var random = new RandomStream(seed);
        int drawn = random.Below(Models.Count);
        // A seed of its own: from this one the level would come of the same bits as the choice.
        return (Models[drawn], (long)random.Next());
    }

    /// <summary>In the words <see cref="Parse"/> reads, whatever is not the default said.</summary>
    public override string ToString() => string.Join(Or, Models);
}
