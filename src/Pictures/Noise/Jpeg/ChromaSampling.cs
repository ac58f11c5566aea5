namespace Denoise.Noises;

/// <summary>Chroma in half as many rows and columns, and back, in whole numbers, as libjpeg does it (jcsample.c, jdsample.c).</summary>
internal static class ChromaSampling
{
    /// <summary>Means of two by two; halves go down and up in turns.</summary>
    /// <param name="plane">H×W, both even.</param>
    /// <param name="half">Gets H/2×W/2.</param>
    public static void Halve(ReadOnlySpan<float> plane, int width, Span<float> half)
    {
        for (int i = 0, y = 0; i < half.Length; y += 2)
        {
            ReadOnlySpan<float> upper = plane.Slice(y * width, width), lower = plane.Slice((y + 1) * width, width);
            for (int x = 0; x < width; x += 2, i++)
                half[i] = MathF.Floor((upper[x] + upper[x + 1] + lower[x] + lower[x + 1] + 1 + (x / 2 & 1)) / 4);
        }
    }

    /// <summary>Three quarters of the nearer and a quarter of the farther, along columns and along rows.</summary>
    /// <param name="half">H×W.</param>
    /// <param name="plane">Gets 2H×2W.</param>
    public static void Double(ReadOnlySpan<float> half, int width, Span<float> plane)
    {
        int height = half.Length / width;
        Span<float> sums = new float[width];
        for (int y = 0; y < 2 * height; y++)
        {
            int near = y / 2, far = Math.Clamp(y % 2 == 0 ? near - 1 : near + 1, 0, height - 1);
            for (int x = 0; x < width; x++)
                sums[x] = 3 * half[near * width + x] + half[far * width + x];
            Span<float> row = plane.Slice(2 * y * width, 2 * width);
            for (int x = 0; x < width; x++)
            {
                row[2 * x] = MathF.Floor((3 * sums[x] + sums[Math.Max(x - 1, 0)] + 8) / 16);
                row[2 * x + 1] = MathF.Floor((3 * sums[x] + sums[Math.Min(x + 1, width - 1)] + 7) / 16);
            }
        }
    }
}
