using System.Buffers.Binary;
using System.Globalization;
using Denoise.Network;

namespace Denoise.Export;

/// <summary>What a network gives for an input made by a formula, in the model's metadata: whoever runs the model can see whether
/// it gives the same there. The input is one picture, C×H×W, whose value i, row by row, is floor(i·2654435761 mod 2³² / 2²⁴) / 255,
/// rounded to the model's type of pixels. A network that takes a noise level is told 0.1.</summary>
internal static class TestVector
{
    /// <summary>Sides of the picture, or the next that the network takes.</summary>
    private const int Height = 28, Width = 36;

    /// <summary>The reference evaluator takes its time; pictures of a model of larger fixed sides are not tried.</summary>
    private const int LargestSide = 128;

    /// <summary>The noise level that a network is told, where it takes one.</summary>
    private const float Sigma = 0.1f;

    /// <summary>How many values of the output are kept, from the first to the last.</summary>
    private const int Count = 64;

    /// <summary>The entries of the metadata: none for a model of large fixed sides.</summary>
    /// <param name="checkpoint">As it was trained.</param>
    /// <param name="options">How it is exported.</param>
    public static IEnumerable<KeyValuePair<string, string>> Of(Checkpoint checkpoint, ExportOptions options)
    {
        Architecture architecture = checkpoint.Architecture;
        InputShape shape = options.InputShape ?? InputShape.Of(architecture);
        int height = shape.H.Size ?? architecture.Sizes.Next(Height), width = shape.W.Size ?? architecture.Sizes.Next(Width);
        if (height > LargestSide || width > LargestSide)
            return [];
        float[] picture = [.. Enumerable.Range(0, architecture.Channels * height * width).Select(i => ValueAt(i, options.Pixels))];
        float[] sigma = [.. Enumerable.Repeat(Sigma, height * width)];
        double[] output = new ReferenceEvaluator(architecture, checkpoint.Parameters).Run(picture, 1, height, width, sigma);
        return
        [
            new(ModelMetadata.VerifyHeight, Text(height)),
            new(ModelMetadata.VerifyWidth, Text(width)),
            new(ModelMetadata.VerifyOutput, Text(Kept(output, options.Pixels))),
            new(ModelMetadata.VerifyWithin, Allowed(output, options).ToString("R", CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>The largest difference allowed, in units of the output: white is 1. Where outputs reach beyond 1 it grows with the largest.</summary>
    /// <remarks>float16 has steps of 5e-4 at 1 and of 8e-3 at 16, as values before a sigmoid may be, and each layer rounds;
    /// float32 differs from double by about 1e-7 a layer.</remarks>
    public static double ToleranceOf(ExportOptions options) =>
        options.Precision == Precision.Float16 || options.Pixels == PixelType.Float16 ? 1e-2 : 1e-5;

    private static float ValueAt(int i, PixelType pixels)
    {
        float value = unchecked((uint)i * 2654435761u >> 24) / 255f;
        return pixels == PixelType.Float16 ? (float)(Half)value : value;
    }

    private static float[] Kept(double[] output, PixelType pixels)
    {
        var kept = new float[Count];
        for (int k = 0; k < Count; k++)
        {
            double value = output[(long)k * (output.Length - 1) / (Count - 1)];
            kept[k] = (float)(pixels == PixelType.UInt8 ? Math.Clamp(value, 0, 1) : value);
        }
        return kept;
    }

    /// <summary>Bytes may be half a level off beside.</summary>
    private static double Allowed(double[] output, ExportOptions options) =>
        ToleranceOf(options) * Math.Max(1, output.Max(Math.Abs)) + (options.Pixels == PixelType.UInt8 ? 0.5 / 255 : 0);

    /// <summary>float32 in little-endian order, in base64.</summary>
    private static string Text(float[] values)
    {
        byte[] bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return Convert.ToBase64String(bytes);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
