using System.Numerics;
using Denoise.Noises;

namespace Denoise.Data;

/// <summary>By how many whole pixels one picture is shifted against another: phase correlation (Kuglin and Hines, 1975), of low
/// frequencies alone, as noise rules the high ones.</summary>
internal static class PictureShift
{
    /// <summary>The largest square that is compared.</summary>
    private const int MostSide = 512;

    /// <summary>A peak must stand out of the plane around it by so many standard deviations.</summary>
    private const double Distinct = 10;

    /// <summary>A shift leaves at most so much of the difference.</summary>
    private const double Worthwhile = 0.9;

    /// <summary>The share of the frequency axis that is kept, from 0 to 1, as the standard deviation of a Gaussian.</summary>
    private const double Passed = 0.2;

    /// <summary>The shift for which a(y, x) is like b(y + Down, x + Right); (0, 0) where none stands out.</summary>
    /// <param name="a">H×W.</param>
    /// <param name="b">H×W.</param>
    public static (int Down, int Right) Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int height, int width)
    {
        int side = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Math.Min(height, width), MostSide) / 2 + 1);
        Complex[] first = Windowed(a, height, width, side), second = Windowed(b, height, width, side);
        Fourier.Transform(first, side, inverse: false);
        Fourier.Transform(second, side, inverse: false);
        for (int i = 0; i < first.Length; i++)
        {
            Complex product = Complex.Conjugate(first[i]) * second[i];
            first[i] = product / (product.Magnitude + 1e-12) * Weight(i / side, side) * Weight(i % side, side);
        }
        Fourier.Transform(first, side, inverse: true);
        return Best(a.ToArray(), b.ToArray(), height, width, Peak(first, side));
    }

    /// <summary>The place around the peak where the smoothed pictures differ least; none where that is little less than at (0, 0), for
    /// noise moves a blunt peak.</summary>
    private static (int Down, int Right) Best(float[] a, float[] b, int height, int width, (int Down, int Right) peak)
    {
        if (peak == (0, 0))
            return peak;
        NoiseLevel.Smooth(a, height, width);
        NoiseLevel.Smooth(b, height, width);
        double Error((int Down, int Right) shift) => Difference(a, b, height, width, shift);
        var best = Enumerable.Range(0, 9).Select(i => (peak.Down + i / 3 - 1, peak.Right + i % 3 - 1)).MinBy(Error);
        return Error(best) < Worthwhile * Error((0, 0)) ? best : (0, 0);
    }

    /// <summary>The variance of the difference.</summary>
    private static double Difference(float[] a, float[] b, int height, int width, (int Down, int Right) shift)
    {
        Area area = PairFit.Overlap([shift], height, width);
        double sum = 0, squares = 0;
        for (int y = area.Top; y < area.Top + area.Height; y++)
            for (int x = area.Left; x < area.Left + area.Width; x++)
            {
                double difference = a[y * width + x] - b[(y + shift.Down) * width + x + shift.Right];
                (sum, squares) = (sum + difference, squares + difference * difference);
            }
        return squares / area.Pixels - Math.Pow(sum / area.Pixels, 2);
    }

    /// <summary>The middle, brought to a mean of 0, fading out to its borders (Hann).</summary>
    private static Complex[] Windowed(ReadOnlySpan<float> picture, int height, int width, int side)
    {
        var square = new Complex[side * side];
        int top = (height - side) / 2, left = (width - side) / 2;
        double mean = 0;
        for (int i = 0; i < square.Length; i++)
            mean += picture[(top + i / side) * width + left + i % side] / (double)square.Length;
        for (int i = 0; i < square.Length; i++)
            square[i] = (picture[(top + i / side) * width + left + i % side] - mean) * Hann(i / side, side) * Hann(i % side, side);
        return square;
    }

    private static double Hann(int i, int side) => 0.5 - 0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / side);

    private static double Weight(int i, int side)
    {
        double frequency = Math.Min(i, side - i) / (side / 2.0) / Passed;
        return Math.Exp(-frequency * frequency / 2);
    }

    private static (int Down, int Right) Peak(Complex[] plane, int side)
    {
        double mean = plane.Average(value => value.Real), power = plane.Average(value => value.Real * value.Real);
        int best = Enumerable.Range(0, plane.Length).MaxBy(i => plane[i].Real);
        if (plane[best].Real - mean < Distinct * Math.Sqrt(power - mean * mean))
            return (0, 0);
        return (Signed(best / side), Signed(best % side));

        int Signed(int place) => place < side / 2 ? place : place - side;
    }
}
