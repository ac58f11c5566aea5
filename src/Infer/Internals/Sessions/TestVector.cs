using System.Buffers.Binary;
using System.Globalization;

namespace Denoise.Infer;

/// <summary>What a model's metadata say of its output for an input made by a formula; docs/export.md has the format.</summary>
/// <param name="Height">H of the picture.</param>
/// <param name="Width">W.</param>
/// <param name="Expected">Values of the output, C,H,W, evenly spread from the first to the last.</param>
/// <param name="Tolerance">How far each may be off; white is 1.</param>
internal sealed record TestVector(int Height, int Width, float[] Expected, double Tolerance)
{
    /// <summary>The noise level that a network which takes one is told.</summary>
    internal const float Sigma = 0.1f;

    /// <summary>Sides beyond this are taken for a mistake.</summary>
    private const int LargestSide = 1024;

    /// <returns>Null for a model without.</returns>
    /// <exception cref="InvalidDataException">The entries make no sense.</exception>
    internal static TestVector? Of(IReadOnlyDictionary<string, string> metadata, ModelInterface model)
    {
        if (!metadata.TryGetValue("verify_output", out string? output))
            return null;
        var vector = new TestVector(Side("verify_height", model.Height), Side("verify_width", model.Width), Floats(output), Number("verify_within"));
        return vector.Expected.Length > 1 ? vector : throw Senseless("verify_output", output);

        string Text(string key) => metadata.GetValueOrDefault(key, "");

        int Side(string key, SizeRule sizes) =>
            int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out int side) && side is > 0 and <= LargestSide
                && side <= sizes.Maximum && sizes.Next(side) == side ? side : throw Senseless(key, Text(key));

        double Number(string key) => double.TryParse(Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number is > 0 and < 1e6
            ? number
            : throw Senseless(key, Text(key));
    }

    /// <summary>The picture, C,H,W in [0,1]: value i is the highest byte of i·2654435761 mod 2³², over 255.</summary>
    internal float[] Input(int channels)
    {
        var picture = new float[channels * Height * Width];
        for (int i = 0; i < picture.Length; i++)
            picture[i] = unchecked((uint)i * 2654435761u >> 24) / 255f;
        return picture;
    }

    /// <summary>The largest absolute difference; not a number where one of the values is none.</summary>
    internal double Difference(float[] denoised)
    {
        double largest = 0;
        for (int k = 0; k < Expected.Length; k++)
            largest = Math.Max(largest, Math.Abs(denoised[(long)k * (denoised.Length - 1) / (Expected.Length - 1)] - (double)Expected[k]));
        return largest;
    }

    /// <summary>float32 in little-endian order, in base64.</summary>
    private static float[] Floats(string text)
    {
        byte[] bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out int length) || length % sizeof(float) != 0)
            throw Senseless("verify_output", text);
        var floats = new float[length / sizeof(float)];
        for (int i = 0; i < floats.Length; i++)
            floats[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        return floats;
    }

    private static InvalidDataException Senseless(string key, string text) =>
        new($"The model has metadata without sense: {key} is '{(text.Length > 40 ? text[..40] + "..." : text)}'.");
}
