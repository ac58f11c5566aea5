using System.Runtime.Intrinsics;

namespace Denoise.Noises;

/// <summary>Sums of planes and of their shifted rows.</summary>
internal static class Smoothing
{
    /// <summary>(1 − share)·plane + share·(plane convolved along rows and columns); an edge's values go on beyond it.</summary>
    /// <param name="plane">H×W.</param>
    /// <param name="kernel">Of an odd length.</param>
    /// <param name="spare">At least as large as the plane.</param>
    public static void Convolve(Span<float> plane, int width, ReadOnlySpan<float> kernel, float share, Span<float> spare)
    {
        int reach = kernel.Length / 2, height = plane.Length / width;
        Span<float> columns = spare[..plane.Length], padded = new float[width + 2 * reach];
        columns.Clear();
        for (int y = 0; y < height; y++)
            for (int k = 0; k < kernel.Length; k++)
                Add(columns.Slice(y * width, width), plane.Slice(Math.Clamp(y + k - reach, 0, height - 1) * width, width), kernel[k]);
        for (int y = 0; y < height; y++)
        {
            Span<float> row = plane.Slice(y * width, width), smooth = columns.Slice(y * width, width);
            smooth.CopyTo(padded[reach..]);
            padded[..reach].Fill(smooth[0]);
            padded[(reach + width)..].Fill(smooth[^1]);
            Scale(row, 1 - share);
            for (int k = 0; k < kernel.Length; k++)
                Add(row, padded.Slice(k, width), share * kernel[k]);
        }
    }

    /// <summary>sum += factor·values.</summary>
    public static void Add(Span<float> sum, ReadOnlySpan<float> values, float factor)
    {
        int i = 0, wide = Vector256<float>.Count;
        for (; i <= sum.Length - wide; i += wide)
            (Vector256.Create<float>(sum[i..]) + factor * Vector256.Create(values[i..])).CopyTo(sum[i..]);
        for (; i < sum.Length; i++)
            sum[i] += factor * values[i];
    }

    public static void Scale(Span<float> values, float factor)
    {
        foreach (ref float value in values)
            value *= factor;
    }
}
