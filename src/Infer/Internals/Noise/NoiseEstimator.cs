namespace Denoise.Infer;

/// <summary>
/// Finds a picture's noise level by itself. Blocks are sorted by brightness; at each knot of <see cref="Brightness"/> a small regression
/// goes from how much the flatter ones vary, at four scales, in brightness and in colour, to the noise's power there. Where noise is
/// white all scales say the same, where it is coarse the finest has too little of it, and where there is detail the coarsest have too
/// much: the regression has learned which is which. See docs/infer.md.
/// </summary>
internal static class NoiseEstimator
{
    /// <summary>Knots without blocks take the level of their neighbours, and those with few are drawn to it: as if so many blocks said so.</summary>
    private const double Smoothness = 8;

    internal static NoiseCurve Estimate<T, TPixels>(ReadOnlySpan<T> pictures, ImageLayout layout, int picture) where T : unmanaged where TPixels : IPixels<T>
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

    /// <summary>Minimises Σ weight·(level − given)² + <see cref="Smoothness"/>·Σ (step from knot to knot)²: elimination in a matrix of three diagonals.</summary>
    private static void Smooth(Span<double> levels, ReadOnlySpan<double> weights)
    {
        Span<double> diagonal = stackalloc double[Brightness.Knots];
        for (int k = 0; k < Brightness.Knots; k++)
        {
            (diagonal[k], levels[k]) = (weights[k] + (k is 0 or Brightness.Knots - 1 ? 1 : 2) * Smoothness, weights[k] * levels[k]);
            if (k > 0)
                (diagonal[k], levels[k]) = (diagonal[k] - Smoothness * Smoothness / diagonal[k - 1], levels[k] + Smoothness * levels[k - 1] / diagonal[k - 1]);
        }
        for (int k = Brightness.Knots - 1; k >= 0; k--)
            levels[k] = (levels[k] + (k < Brightness.Knots - 1 ? Smoothness * levels[k + 1] : 0)) / diagonal[k];
    }
}
