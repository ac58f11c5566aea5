using System.Buffers;

namespace Denoise.Infer;

/// <summary>The noise level of a network's input, pixel by pixel.</summary>
internal static class SigmaPlane
{
    /// <param name="input">C×H×W, a picture or tile as the network gets it.</param>
    /// <param name="level">The noise's deviation over brightness.</param>
    /// <param name="sigma">Gets 1×H×W deviations.</param>
    internal static void Fill<M, MPixels>(
        ReadOnlySpan<M> input, int channels, int height, int width, NoiseCurve level, Span<float> sigma)
        where M : unmanaged where MPixels : IPixels<M>
    {
        if (level.IsConstant)
        {
            sigma.Fill(level.Sigmas[0]);
            return;
        }
        float[] rows = ArrayPool<float>.Shared.Rent(sigma.Length);
        Mean<M, MPixels>(input, channels, sigma);
        Brightness.Average(sigma, rows, height, width);
        ArrayPool<float>.Shared.Return(rows);
        foreach (ref float value in sigma)
            value = level.At(value);
    }

    private static void Mean<M, MPixels>(ReadOnlySpan<M> input, int channels, Span<float> mean)
        where M : unmanaged where MPixels : IPixels<M>
    {
        mean.Clear();
        for (int channel = 0; channel < channels; channel++)
        {
            ReadOnlySpan<M> plane = input.Slice(channel * mean.Length, mean.Length);
            for (int i = 0; i < mean.Length; i++)
                mean[i] += MPixels.ToUnit(plane[i]) / channels;
        }
    }
}
