namespace Denoise.Export;

/// <summary>The entries of a model's metadata: how its input must be sized, and where its weights come from.</summary>
internal static class ModelMetadata
{
    public static SortedDictionary<string, string> Of(Checkpoint checkpoint, ExportOptions options)
    {
        Architecture architecture = checkpoint.Architecture;
        IEnumerable<KeyValuePair<string, string>> entries =
        [
            ModelContract.SizeMultiple.Of(architecture.Sizes.Multiple), ModelContract.SizeRemainder.Of(architecture.Sizes.Remainder),
            ModelContract.SizeMinimum.Of(architecture.Sizes.Minimum), .. Context(architecture), .. Colour(checkpoint),
            .. checkpoint.Info.Where(entry => ModelContract.FromTraining.Contains(entry.Key)), .. TestVectorWriter.Of(checkpoint, options),
        ];
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in entries)
            metadata[key] = value;
        return metadata;
    }

    /// <summary>None where the network takes one size only, as each pixel may then depend on all others.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Context(Architecture architecture) => architecture switch
    {
        { InputSize: not null } => [],
        { Context.IsWhole: true } => [ModelContract.Context.Of(ModelContract.Dependence.WholePicture)],
        { Context: var context } =>
        [
            ModelContract.ContextBefore.Of((int)Math.Ceiling(context.Before)),
            ModelContract.ContextAfter.Of((int)Math.Ceiling(context.After)),
        ],
    };

    /// <summary>For grey checkpoints from before `train` wrote down how they take colours: their noise says it.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Colour(Checkpoint checkpoint)
    {
        string[] noises = ModelContract.Noise.Read(checkpoint.Info, checkpoint.Architecture.Name, "").Split(" or ");
        return checkpoint.Architecture.Channels == 1 && noises.Any(noise => noise.StartsWith("gaussian:0..", StringComparison.Ordinal))
            ? [ModelContract.Colour.Of(ModelContract.ColourHandling.LuminanceChroma)]
            : [];
    }
}
