namespace Denoise.Infer;

/// <summary>The noise's standard deviation at each brightness of a picture, both in units of the range from black to white: a line
/// between the values at 0, 1/8, … 1.</summary>
public sealed class NoiseCurve
{
    private readonly float[] _sigmas;

    /// <param name="sigmas">The deviations at 0, 1/8, … 1, nine of at least 0.</param>
    /// <exception cref="ArgumentException">Not nine, or one is negative or no number.</exception>
    public NoiseCurve(IReadOnlyList<float> sigmas)
    {
        if (sigmas.Count != Brightness.Knots || !sigmas.All(sigma => sigma is >= 0 and <= 100))
            throw new ArgumentException($"A noise curve is {Brightness.Knots} deviations of at least 0.", nameof(sigmas));
        _sigmas = [.. sigmas];
    }

    /// <summary>The deviations at 0, 1/8, … 1.</summary>
    public IReadOnlyList<float> Sigmas => _sigmas;

    internal bool IsConstant => _sigmas.All(sigma => sigma == _sigmas[0]);

    /// <summary>The same at every brightness.</summary>
    /// <param name="sigma">At least 0, such as 25 / 255f.</param>
    public static NoiseCurve Constant(float sigma) => new([.. Enumerable.Repeat(sigma, Brightness.Knots)]);

    /// <summary>The deviation at a brightness.</summary>
    /// <param name="brightness">0 black to 1 white.</param>
    public float At(float brightness)
    {
        var (knot, part) = Brightness.Place(Math.Clamp(brightness, 0, 1));
        return _sigmas[knot] + part * (_sigmas[knot + 1] - _sigmas[knot]);
    }

    /// <summary>All deviations times a factor.</summary>
    public NoiseCurve Times(float factor) => new([.. _sigmas.Select(sigma => sigma * factor)]);
}
