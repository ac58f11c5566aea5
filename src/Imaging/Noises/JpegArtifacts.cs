using System.Runtime.Intrinsics;

namespace Denoise.Imaging.Noises;

/// <summary>What JPEG leaves of a grey picture, without the file: all that it loses, it loses by rounding the coefficients of the
/// discrete cosine transform of blocks of 8×8 (ITU-T T.81, https://www.w3.org/Graphics/JPEG/itu-t81.pdf, A.3).</summary>
internal static class JpegArtifacts
{
    private const int Side = 8, Area = Side * Side;
    private const float Grey = 128; // A.3.1 takes it off before the transform

    /// <summary>T.81, table K.1: the steps for luminance, in rows, lowest frequency first.</summary>
    private static readonly byte[] Luminance =
    [
        16, 11, 10, 16, 24, 40, 51, 61,
        12, 12, 14, 19, 26, 58, 60, 55,
        14, 13, 16, 24, 40, 57, 69, 56,
        14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77,
        24, 35, 55, 64, 81, 104, 113, 92,
        49, 64, 78, 87, 103, 121, 120, 101,
        72, 92, 95, 98, 112, 100, 103, 99,
    ];

    /// <summary>T.81, A.3.3: row u has c(u)/2 · cos((2x + 1)uπ/16), where c(0) is sqrt(1/2) and the others 1; its inverse is its transpose.</summary>
    private static readonly float[] Cosines = [.. Enumerable.Range(0, Area).Select(i => Cosine(i / Side, i % Side))];

    private static readonly float[] Transposed = [.. Enumerable.Range(0, Area).Select(i => Cosine(i % Side, i / Side))];

    /// <summary>Compresses a plane and restores it in place; a block that reaches beyond an edge has the edge's values there.</summary>
    /// <param name="plane">H×W values n/255; they stay such.</param>
    /// <param name="quality">1 to 100, as libjpeg has it.</param>
    public static void AddTo(Span<float> plane, int height, int width, int quality)
    {
        Span<float> block = stackalloc float[Area], half = stackalloc float[Area], steps = stackalloc float[Area];
        PutSteps(quality, steps);
        for (int y = 0; y < height; y += Side)
            for (int x = 0; x < width; x += Side)
            {
                Load(plane, height, width, y, x, block);
                Multiply(Cosines, block, half);
                Multiply(half, Transposed, block);
                Quantise(block, steps);
                Multiply(Transposed, block, half);
                Multiply(half, Cosines, block);
                Store(block, plane, height, width, y, x);
            }
    }

    /// <summary>The luminance table scaled as the Independent JPEG Group's libjpeg does (jcparam.c): as it is at a quality of 50, all 1 at 100.</summary>
    /// <param name="quality">1 to 100.</param>
    /// <param name="steps">Gets 64, in rows.</param>
    internal static void PutSteps(int quality, Span<float> steps)
    {
        int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        for (int i = 0; i < Area; i++)
            steps[i] = Math.Clamp((Luminance[i] * percent + 50) / 100, 1, 255);
    }

    private static void Load(ReadOnlySpan<float> plane, int height, int width, int top, int left, Span<float> block)
    {
        for (int y = 0; y < Side; y++)
        {
            ReadOnlySpan<float> row = plane.Slice(Math.Min(top + y, height - 1) * width, width);
            for (int x = 0; x < Side; x++)
                block[y * Side + x] = row[Math.Min(left + x, width - 1)] * EightBits.Most - Grey;
        }
    }

    private static void Store(ReadOnlySpan<float> block, Span<float> plane, int height, int width, int top, int left)
    {
        int rows = Math.Min(Side, height - top), columns = Math.Min(Side, width - left);
        for (int y = 0; y < rows; y++)
        {
            Span<float> row = plane.Slice((top + y) * width + left, columns);
            for (int x = 0; x < row.Length; x++)
                row[x] = EightBits.OfLevel(block[y * Side + x] + Grey);
        }
    }

    /// <summary>To the nearest multiples of the steps, halves away from 0.</summary>
    private static void Quantise(Span<float> block, ReadOnlySpan<float> steps)
    {
        for (int i = 0; i < Area; i += Side)
        {
            Vector256<float> step = Vector256.Create(steps[i..]), ratio = Vector256.Create<float>(block[i..]) / step;
            Vector256<float> whole = Vector256.Floor(Vector256.Abs(ratio) + Vector256.Create(0.5f));
            (Vector256.CopySign(whole, ratio) * step).CopyTo(block[i..]);
        }
    }

    /// <summary>The product of two matrices of 8×8, in rows.</summary>
    private static void Multiply(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> product)
    {
        for (int row = 0; row < Area; row += Side)
        {
            Vector256<float> sum = Vector256<float>.Zero;
            for (int k = 0; k < Side; k++)
                sum += left[row + k] * Vector256.Create(right[(k * Side)..]);
            sum.CopyTo(product[row..]);
        }
    }

    private static float Cosine(int frequency, int place) =>
        (float)(Math.Sqrt(frequency == 0 ? 1.0 / 8 : 1.0 / 4) * Math.Cos((2 * place + 1) * frequency * Math.PI / 16));
}
