using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>Enlarges the middle of an image by cubic convolution.</summary>
/// <remarks>
/// Keys: Cubic convolution interpolation for digital image processing, IEEE Transactions on Acoustics, Speech, and Signal Processing 29,
/// 1981, with a = −1/2. A photograph at its full size is soft: lens, mosaic and the camera's own denoising leave little of the finest
/// detail. Training pictures are reduced ones, and sharp. Enlarged, they have the spectrum of photographs.
/// </remarks>
/// <param name="factor">At least 1.</param>
/// <param name="size">Height and width of the image.</param>
internal readonly struct Enlargement(float factor, int size)
{
    private const int Taps = 4;

    /// <summary>In place: the middle 1/factor of each row and column fills the whole.</summary>
    /// <param name="image">C×size×size values; those outside [0,1] after the interpolation are clamped.</param>
    public void Apply(Span<float> image)
    {
        var (first, weights) = Table();
        Span<float> rows = new float[size * size];
        for (int plane = 0; plane < image.Length; plane += rows.Length)
        {
            Span<float> pixels = image.Slice(plane, rows.Length);
            Turn(pixels, rows, first, weights);
            Turn(rows, pixels, first, weights);
        }
    }

    /// <summary>Interpolates along rows and swaps rows and columns.</summary>
    private void Turn(ReadOnlySpan<float> from, Span<float> to, int[] first, float[] weights)
    {
        for (int y = 0; y < size; y++)
            for (int x = 0; x < size; x++)
            {
                float sum = 0;
                for (int k = 0; k < Taps; k++)
                    sum += weights[Taps * x + k] * from[y * size + Math.Clamp(first[x] + k, 0, size - 1)];
                to[x * size + y] = Math.Clamp(sum, 0, 1);
            }
    }

    private (int[] First, float[] Weights) Table()
    {
        var (first, weights) = (new int[size], new float[Taps * size]);
        for (int i = 0; i < size; i++)
        {
            float place = (i + 0.5f - size / 2f) / factor + size / 2f - 0.5f;
            first[i] = (int)MathF.Floor(place) - 1;
            for (int k = 0; k < Taps; k++)
                weights[Taps * i + k] = Weight(MathF.Abs(place - first[i] - k));
        }
        return (first, weights);
    }

    private static float Weight(float distance) => distance switch
    {
        <= 1 => (1.5f * distance - 2.5f) * distance * distance + 1,
        < 2 => ((-0.5f * distance + 2.5f) * distance - 4) * distance + 2,
        _ => 0,
    };
}
