namespace Denoise.Infer;

/// <summary>A model's output for an input made by a formula, as its metadata have it; docs/export.md has the format.</summary>
/// <param name="Height">H of the picture.</param>
/// <param name="Width">W.</param>
/// <param name="Expected">Values of the output, C,H,W, evenly spread from the first to the last.</param>
/// <param name="Tolerance">How far each may be off; white is 1.</param>
internal sealed record TestVector(int Height, int Width, float[] Expected, double Tolerance)
{
    private const string Model = "The model";

    /// <returns>Null for a model without.</returns>
    /// <exception cref="InvalidDataException">The entries make no sense.</exception>
    internal static TestVector? Of(IReadOnlyDictionary<string, string> metadata, ModelInterface model)
    {
        float[] expected = ModelContract.VerifyOutput.Read(metadata, Model, []);
        return expected.Length == 0 ? null : new(
            Side(ModelContract.VerifyHeight, model.Height), Side(ModelContract.VerifyWidth, model.Width), expected,
            ModelContract.VerifyWithin.Read(metadata, Model));

        int Side(ModelContract.Key<int> key, SizeRule sizes)
        {
            int side = key.Read(metadata, Model);
            return side <= sizes.Maximum && sizes.Next(side) == side ? side : throw key.Wrong(side, Model, "a size that the network takes");
        }
    }

    /// <summary>The picture, C,H,W in [0,1].</summary>
    internal float[] Input(int channels) => [.. Enumerable.Range(0, channels * Height * Width).Select(ModelContract.VerifyInput)];

    /// <summary>The largest absolute difference; not a number where one of the values is none.</summary>
    internal double Difference(float[] denoised)
    {
        double largest = 0;
        for (int k = 0; k < Expected.Length; k++)
        {
            int place = ModelContract.VerifyPlace(k, Expected.Length, denoised.Length);
            largest = Math.Max(largest, Math.Abs(denoised[place] - (double)Expected[k]));
        }
        return largest;
    }
}
