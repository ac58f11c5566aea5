using System.Runtime.InteropServices;

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

    /// <summary>Finds the noise of a picture when the picture is all there is. Exact to a few percent where the noise is independent from
    /// pixel to pixel, to about a fifth where it is a camera's; detail as fine as noise is taken for noise of 1 to 4 of 255. Takes about
    /// 20 ms for a picture of any size.</summary>
    /// <typeparam name="T">float or Half, 0 black to 1 white; byte or ushort.</typeparam>
    /// <param name="pixels">The picture; of several, the first.</param>
    /// <param name="layout">Of the pixels.</param>
    /// <returns>The root mean square of the noise over the channels, at each brightness.</returns>
    /// <exception cref="ArgumentException">A size is out of range, or the span's length is not N x C x H x W.</exception>
    /// <exception cref="NotSupportedException">Another pixel type.</exception>
    public static NoiseCurve Estimate<T>(ReadOnlySpan<T> pixels, ImageLayout layout) where T : unmanaged
    {
        layout.Check(pixels.Length, pixels.Length);
        return typeof(T) == typeof(float) ? NoiseEstimator.Estimate<float, FloatPixels>(MemoryMarshal.Cast<T, float>(pixels), layout, 0)
            : typeof(T) == typeof(byte) ? NoiseEstimator.Estimate<byte, BytePixels>(MemoryMarshal.Cast<T, byte>(pixels), layout, 0)
            : typeof(T) == typeof(ushort) ? NoiseEstimator.Estimate<ushort, UShortPixels>(MemoryMarshal.Cast<T, ushort>(pixels), layout, 0)
            : typeof(T) == typeof(Half) ? NoiseEstimator.Estimate<Half, HalfPixels>(MemoryMarshal.Cast<T, Half>(pixels), layout, 0)
            : throw new NotSupportedException($"Pixels are float, Half, byte or ushort, not {typeof(T).Name}.");
    }

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
