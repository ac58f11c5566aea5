namespace Denoise.Noises;

/// <summary>A Gaussian filter, in part: (1 − Share)·x + Share·(x smoothed). A share below 0 sharpens.</summary>
/// <param name="Sigma">In pixels, above 0.</param>
internal readonly record struct Filter(float Sigma, float Share)
{
    public static readonly Filter None = new(0, 0);

    /// <summary>How many pixels away a pixel counts.</summary>
    public int Reach => Share == 0 ? 0 : (int)MathF.Ceiling(2.5f * Sigma);

    /// <param name="spare">At least as large as the plane.</param>
    public void Apply(Span<float> plane, int width, Span<float> spare)
    {
        if (Share == 0)
            return;
        Span<float> kernel = stackalloc float[2 * Reach + 1];
        float sum = 0;
        for (int i = 0; i < kernel.Length; i++)
            sum += kernel[i] = MathF.Exp(-(i - Reach) * (i - Reach) / (2 * Sigma * Sigma));
        Smoothing.Scale(kernel, 1 / sum);
        Smoothing.Convolve(plane, width, kernel, Share, spare);
    }
}
