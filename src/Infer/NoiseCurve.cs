using System.Runtime.InteropServices;

namespace Denoise.Infer;

/// <summary>The noise's standard deviation at each brightness of a picture; 1 is the range from black to white for both. It is known
/// at the brightnesses 0, 1/8, … 1. Between them its square is a line, as it is where a sensor counts light.</summary>
public sealed class NoiseCurve
{
    private readonly float[] _sigmas, _powers;

    /// <summary>A curve through nine points.</summary>
    /// <param name="sigmas">The deviations at 0, 1/8, … 1, each from 0 to 100.</param>
    /// <exception cref="ArgumentException">Not nine, or one of them is out of range or not a number.</exception>
    public NoiseCurve(IReadOnlyList<float> sigmas)
    {
        ArgumentNullException.ThrowIfNull(sigmas);
        if (sigmas.Count != Brightness.Knots || !sigmas.All(sigma => sigma is >= 0 and <= 100))
            throw new ArgumentException($"A noise curve has {Brightness.Knots} deviations, each from 0 to 100.", nameof(sigmas));
        _sigmas = [.. sigmas];
        _powers = [.. sigmas.Select(sigma => sigma * sigma)];
    }

    /// <summary>The deviations at 0, 1/8, … 1.</summary>
    public IReadOnlyList<float> Sigmas => _sigmas;

    internal bool IsConstant => _sigmas.All(sigma => sigma == _sigmas[0]);

    /// <summary>The same deviation at every brightness.</summary>
    /// <param name="sigma">From 0 to 100, such as 25 / 255f.</param>
    /// <exception cref="ArgumentException">It is out of range or not a number.</exception>
    public static NoiseCurve Constant(float sigma) => new([.. Enumerable.Repeat(sigma, Brightness.Knots)]);

    /// <summary>Finds the noise of a picture from the picture alone. Noise that is independent from pixel to pixel comes out a few percent
    /// off, noise of a camera about a fifth. Very fine detail counts as noise of 1 to 5 of 255. Takes about 10 ms of one processor,
    /// whatever the size.</summary>
    /// <typeparam name="T">float or Half, 0 black to 1 white, beyond which noise may reach; byte; or ushort.</typeparam>
    /// <param name="pixels">One picture.</param>
    /// <param name="layout">Its size and order, for a batch of one.</param>
    /// <returns>The root mean square of the noise over the channels, at each brightness.</returns>
    /// <exception cref="ArgumentException">A size is out of range, or the span's length is not C x H x W.</exception>
    /// <exception cref="NotSupportedException">Another pixel type.</exception>
    public static NoiseCurve Estimate<T>(ReadOnlySpan<T> pixels, ImageLayout layout) where T : unmanaged
    {
        layout.Check(pixels.Length, pixels.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(layout.Batch, 1);
        return typeof(T) == typeof(float) ? Estimate<T, float, FloatPixels>(pixels, layout)
            : typeof(T) == typeof(byte) ? Estimate<T, byte, BytePixels>(pixels, layout)
            : typeof(T) == typeof(ushort) ? Estimate<T, ushort, UShortPixels>(pixels, layout)
            : typeof(T) == typeof(Half) ? Estimate<T, Half, HalfPixels>(pixels, layout)
            : throw new NotSupportedException($"Pixels are float, Half, byte or ushort, not {typeof(T).Name}.");
    }

    private static NoiseCurve Estimate<TGiven, T, TPixels>(ReadOnlySpan<TGiven> pixels, ImageLayout layout)
        where TGiven : unmanaged where T : unmanaged where TPixels : IPixels<T> =>
        NoiseEstimator.Estimate<T, TPixels>(MemoryMarshal.Cast<TGiven, T>(pixels), layout, 0);

    /// <summary>The deviation at a brightness.</summary>
    /// <param name="brightness">0 black to 1 white; beyond these the curve goes on level.</param>
    public float At(float brightness) => Brightness.Deviation(_powers, Math.Clamp(brightness, 0, 1));

    /// <summary>A curve with every deviation times a factor.</summary>
    /// <param name="factor">At least 0.</param>
    /// <exception cref="ArgumentException">A deviation would be out of range.</exception>
    public NoiseCurve Times(float factor) => new([.. _sigmas.Select(sigma => sigma * factor)]);
}
