using System.Runtime.Intrinsics;

namespace Denoise.Noises;

/// <summary>The lossy part of JPEG: coefficients of the cosine transform of blocks of 8×8, rounded (ITU-T T.81, A.3).</summary>
internal static class JpegBlocks
{
    private const int Side = 8, Area = Side * Side;
    private const float Grey = 128; // A.3.1 takes it off before the transform

    /// <summary>T.81, table K.1: the steps for luminance, in rows, lowest frequency first.</summary>
    public static readonly byte[] Luminance =
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

    /// <summary>T.81, table K.2: those for chrominance.</summary>
    public static readonly byte[] Chrominance =
    [
        17, 18, 24, 47, 99, 99, 99, 99,
        18, 21, 26, 66, 99, 99, 99, 99,
        24, 26, 56, 99, 99, 99, 99, 99,
        47, 66, 99, 99, 99, 99, 99, 99,
        .. Enumerable.Repeat((byte)99, 32),
    ];

    /// <summary>T.81, A.3.3, but for its factors: row u has cos((2x + 1)uπ/16), or its signs where all are of one size. So coefficients
    /// that are whole but for a factor are exact, and halves of a step, which are common there, go to the side they should.</summary>
    private static readonly float[] Waves = [.. Enumerable.Range(0, Area).Select(i => Wave(i / Side, i % Side))];

    private static readonly float[] Transposed = [.. Enumerable.Range(0, Area).Select(i => Wave(i % Side, i / Side))];

    /// <summary>The squares of a row along columns and of one along rows add up to this.</summary>
    private static readonly float[] Norms = [.. Enumerable.Range(0, Area).Select(i => MathF.Sqrt(Square(i / Side) * Square(i % Side)))];

    /// <summary>Takes a plane through the rounded coefficients in place.</summary>
    /// <param name="plane">H×W whole numbers from 0 to 255; they stay such. H and W are multiples of 8.</param>
    /// <param name="table">The steps at a quality of 50.</param>
    /// <param name="quality">1 to 100, as libjpeg has it.</param>
    public static void Round(Span<float> plane, int width, ReadOnlySpan<byte> table, int quality)
    {
        Span<float> block = stackalloc float[Area], half = stackalloc float[Area], steps = stackalloc float[Area];
        PutSteps(table, quality, steps);
        for (int top = 0; top < plane.Length; top += Side * width)
            for (int corner = top; corner < top + width; corner += Side)
            {
                for (int y = 0; y < Side; y++)
                    (Vector256.Create<float>(plane[(corner + y * width)..]) - Vector256.Create(Grey)).CopyTo(block[(y * Side)..]);
                Multiply(Waves, block, half);
                Multiply(half, Transposed, block);
                Quantise(block, steps);
                Multiply(Transposed, block, half);
                Multiply(half, Waves, block);
                for (int y = 0; y < Side; y++)
                    Whole(Vector256.Create<float>(block[(y * Side)..]) + Vector256.Create(Grey)).CopyTo(plane[(corner + y * width)..]);
            }
    }

    /// <summary>To the nearest of 0 to 255.</summary>
    public static float Whole(float level) => Math.Clamp(MathF.Floor(level + 0.5f), 0, EightBits.Most);

    private static Vector256<float> Whole(Vector256<float> levels) =>
        Vector256.Clamp(Vector256.Floor(levels + Vector256.Create(0.5f)), Vector256<float>.Zero, Vector256.Create(EightBits.Most));

    /// <summary>A table scaled as the Independent JPEG Group's libjpeg does (jcparam.c): itself at a quality of 50, all 1 at 100.</summary>
    /// <param name="quality">1 to 100.</param>
    /// <param name="steps">Gets 64, in rows.</param>
    internal static void PutSteps(ReadOnlySpan<byte> table, int quality, Span<float> steps)
    {
        int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        for (int i = 0; i < Area; i++)
            steps[i] = Math.Clamp((table[i] * percent + 50) / 100, 1, 255);
    }

    /// <summary>From sums over waves to the nearest multiples of the steps, halves away from 0, and to the waves' heights.</summary>
    private static void Quantise(Span<float> block, ReadOnlySpan<float> steps)
    {
        for (int i = 0; i < Area; i += Side)
        {
            Vector256<float> step = Vector256.Create(steps[i..]), norm = Vector256.Create(Norms, i);
            Vector256<float> ratio = Vector256.Create<float>(block[i..]) / (step * norm);
            Vector256<float> whole = Vector256.Floor(Vector256.Abs(ratio) + Vector256.Create(0.5f));
            (Vector256.CopySign(whole, ratio) * step / norm).CopyTo(block[i..]);
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

    private static float Wave(int frequency, int place)
    {
        double wave = Math.Cos((2 * place + 1) * frequency * Math.PI / 16);
        return (float)(frequency % 4 == 0 ? Math.Sign(wave) : wave);
    }

    private static float Square(int frequency) => frequency % 4 == 0 ? 8 : 4;
}
