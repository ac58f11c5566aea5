namespace Denoise.Noises;

/// <summary>Rows or columns of a picture and those of the camera it comes from: more or fewer, and some beyond both ends.</summary>
internal sealed class Resampling
{
    private readonly int[] _first;
    private readonly float[][] _weights;

    /// <param name="length">The picture's, at least 1.</param>
    /// <param name="scale">The camera's rows for a row of the picture.</param>
    /// <param name="margin">So many of the camera's rows are needed beyond each end of the picture.</param>
    public Resampling(int length, float scale, int margin, ref RandomStream random)
    {
        float phase = scale == 1 ? 0 : random.Uniform(), reach = Math.Max(1, scale);
        margin += (int)MathF.Ceiling(reach);
        Nearest = new int[(int)MathF.Ceiling(length * scale + phase) + 2 * margin];
        for (int i = 0; i < Nearest.Length; i++)
            Nearest[i] = Math.Clamp((int)MathF.Floor((i - margin + 0.5f - phase) / scale), 0, length - 1);
        (_first, _weights) = (new int[length], new float[length][]);
        for (int i = 0; i < length; i++)
            (_first[i], _weights[i]) = Triangle((i + 0.5f) * scale + margin + phase - 0.5f, reach);
    }

    /// <summary>Of the camera.</summary>
    public int Length => Nearest.Length;

    /// <summary>For each of the camera's rows that of the picture; beyond an end the last.</summary>
    public int[] Nearest { get; }

    /// <summary>From the camera's pixels to the picture's: linear, over as many pixels as the picture's have room for.</summary>
    /// <param name="spare">At least as large as the camera's plane.</param>
    public static void Resample(ReadOnlySpan<float> camera, Resampling rows, Resampling columns, Span<float> picture, Span<float> spare)
    {
        int width = columns._first.Length;
        for (int y = 0; y < rows.Length; y++)
            columns.Gather(camera.Slice(y * columns.Length, columns.Length), spare.Slice(y * width, width));
        picture.Clear();
        for (int y = 0; y < rows._first.Length; y++)
            for (int k = 0; k < rows._weights[y].Length; k++)
                Smoothing.Add(picture.Slice(y * width, width), spare.Slice((rows._first[y] + k) * width, width), rows._weights[y][k]);
    }

    private void Gather(ReadOnlySpan<float> camera, Span<float> picture)
    {
        for (int x = 0; x < picture.Length; x++)
        {
            float[] weights = _weights[x];
            float sum = 0;
            for (int k = 0; k < weights.Length; k++)
                sum += weights[k] * camera[_first[x] + k];
            picture[x] = sum;
        }
    }

    private static (int First, float[] Weights) Triangle(float centre, float reach)
    {
        int first = (int)MathF.Floor(centre - reach) + 1, last = (int)MathF.Ceiling(centre + reach) - 1;
        float[] weights = [.. Enumerable.Range(first, last - first + 1).Select(i => 1 - Math.Abs(i - centre) / reach)];
        float sum = weights.Sum();
        return (first, [.. weights.Select(w => w / sum)]);
    }
}
