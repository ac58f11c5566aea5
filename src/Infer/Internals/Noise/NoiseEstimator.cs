namespace Denoise.Infer;

/// <summary>
/// Finds the noise level of a picture from the picture alone. At each brightness it measures how much blocks vary at four scales, in
/// brightness and in colour, and a small regression goes from there to the power of the noise. White noise is the same at all
/// scales. Coarse noise is weaker at the finest, and detail is strongest at the coarsest: the regression has learned to tell them
/// apart. See docs/infer.md.
/// </summary>
internal static class NoiseEstimator
{
    /// <summary>Weighs the step from knot to knot against the blocks at a knot. A knot without blocks takes the level of its
    /// neighbours.</summary>
    private const double Smoothness = 8;

    /// <param name="pictures">As <paramref name="layout"/> says.</param>
    /// <param name="layout">Of all of them.</param>
    /// <param name="picture">Which of them.</param>
    internal static NoiseCurve Estimate<T, TPixels>(ReadOnlySpan<T> pictures, ImageLayout layout, int picture)
        where T : unmanaged where TPixels : IPixels<T>
    {
        var sample = BlockSample.Of<T, TPixels>(pictures, layout, picture);
        Span<double> levels = stackalloc double[Brightness.Knots], weights = stackalloc double[Brightness.Knots];
        Span<float> numbers = stackalloc float[BlockSample.Count];
        double total = 0;
        for (int k = 0; k < Brightness.Knots; k++)
            if (sample.At(k, numbers) is > 0 and var blocks)
                (levels[k], weights[k], total) = (LevelRegression.Of(numbers), blocks * sample.Independent, total + blocks);
        if (total == 0)
            return NoiseCurve.Constant(0);
        Smooth(levels, weights);
        return new([.. levels.ToArray().Select(LevelRegression.Sigma)]);
    }

    /// <summary>Minimises Σ weight·(level − given)² + <see cref="Smoothness"/>·Σ (step from knot to knot)², by elimination in a
    /// matrix of three diagonals.</summary>
    private static void Smooth(Span<double> levels, ReadOnlySpan<double> weights)
    {
        const int last = Brightness.Knots - 1;
        Span<double> diagonal = stackalloc double[Brightness.Knots];
        for (int k = 0; k <= last; k++)
        {
            double before = k > 0 ? Smoothness / diagonal[k - 1] : 0;
            diagonal[k] = weights[k] + (k is 0 or last ? 1 : 2) * Smoothness - before * Smoothness;
            levels[k] = weights[k] * levels[k] + (k > 0 ? before * levels[k - 1] : 0);
        }
        for (int k = last; k >= 0; k--)
            levels[k] = (levels[k] + (k < last ? Smoothness * levels[k + 1] : 0)) / diagonal[k];
    }
}
