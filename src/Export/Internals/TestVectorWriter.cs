namespace Denoise.Export;

/// <summary>Writes into a model's metadata what its network gives for one picture, so that whoever runs the model can compare. The
/// picture, <see cref="ModelContract.VerifyInput"/>, is rounded to the model's type of pixels.</summary>
internal static class TestVectorWriter
{
    /// <summary>Sides of the picture, or the next that the network takes.</summary>
    private const int Height = 28, Width = 36;

    /// <summary>The reference evaluator takes its time; pictures of a model of larger fixed sides are not tried.</summary>
    private const int LargestSide = 128;

    /// <summary>How many values of the output are kept, from the first to the last.</summary>
    private const int Count = 64;

    /// <summary>The entries of the metadata: none for a model of large fixed sides.</summary>
    /// <param name="checkpoint">As it was trained.</param>
    public static IEnumerable<KeyValuePair<string, string>> Of(Checkpoint checkpoint, ExportOptions options)
    {
        Architecture architecture = checkpoint.Architecture;
        InputShape shape = options.InputShape ?? InputShape.Of(architecture);
        int height = shape.H.Size ?? architecture.Sizes.Next(Height), width = shape.W.Size ?? architecture.Sizes.Next(Width);
        if (height > LargestSide || width > LargestSide)
            return [];
        float[] picture = [.. Enumerable.Range(0, architecture.Channels * height * width).Select(i => ValueAt(i, options.Pixels))];
        float[] sigma = [.. Enumerable.Repeat(ModelContract.VerifySigma, height * width)];
        double[] output = new ReferenceEvaluator(architecture, checkpoint.Parameters).Run(picture, 1, height, width, sigma);
        return
        [
            ModelContract.VerifyHeight.Of(height), ModelContract.VerifyWidth.Of(width),
            ModelContract.VerifyOutput.Of(Kept(output, options.Pixels)), ModelContract.VerifyWithin.Of(Allowed(output, options)),
        ];
    }

    private static float ValueAt(int i, PixelType pixels)
    {
        float value = ModelContract.VerifyInput(i);
        return pixels == PixelType.Float16 ? (float)(Half)value : value;
    }

    private static float[] Kept(double[] output, PixelType pixels)
    {
        var kept = new float[Count];
        for (int k = 0; k < Count; k++)
        {
            double value = output[ModelContract.VerifyPlace(k, Count, output.Length)];
            kept[k] = (float)(pixels == PixelType.UInt8 ? Math.Clamp(value, 0, 1) : value);
        }
        return kept;
    }

    /// <summary>Bytes may be half a level off beside.</summary>
    private static double Allowed(double[] output, ExportOptions options) =>
        options.Tolerance * Math.Max(1, output.Max(Math.Abs)) + (options.Pixels == PixelType.UInt8 ? 0.5 / 255 : 0);
}
