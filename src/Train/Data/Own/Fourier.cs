using System.Numerics;

namespace Denoise.Data;

/// <summary>The Fourier transform of squares whose side is a power of two (Cooley and Tukey, 1965).</summary>
internal static class Fourier
{
    /// <summary>Transforms a square in place.</summary>
    /// <param name="square">side×side.</param>
    /// <param name="side">A power of two.</param>
    /// <param name="inverse">Back again, divided by the number of values.</param>
    public static void Transform(Complex[] square, int side, bool inverse)
    {
        var line = new Complex[side];
        for (int row = 0; row < side; row++)
            Line(square.AsSpan(row * side, side), inverse);
        for (int column = 0; column < side; column++)
        {
            for (int i = 0; i < side; i++)
                line[i] = square[i * side + column];
            Line(line, inverse);
            for (int i = 0; i < side; i++)
                square[i * side + column] = line[i];
        }
    }

    private static void Line(Span<Complex> line, bool inverse)
    {
        Swap(line);
        for (int length = 2; length <= line.Length; length *= 2)
        {
            Complex turn = Complex.FromPolarCoordinates(1, (inverse ? 2 : -2) * Math.PI / length);
            for (int begin = 0; begin < line.Length; begin += length)
                Join(line.Slice(begin, length), turn);
        }
        if (inverse)
            foreach (ref Complex value in line)
                value /= line.Length;
    }

    private static void Join(Span<Complex> halves, Complex turn)
    {
        int half = halves.Length / 2;
        Complex factor = 1;
        for (int i = 0; i < half; i++, factor *= turn)
        {
            Complex even = halves[i], odd = halves[i + half] * factor;
            (halves[i], halves[i + half]) = (even + odd, even - odd);
        }
    }

    /// <summary>Each value goes to the place whose bits are its own in reverse.</summary>
    private static void Swap(Span<Complex> line)
    {
        for (int i = 1, j = 0; i < line.Length; i++)
        {
            int bit = line.Length / 2;
            for (; (j & bit) != 0; bit /= 2)
                j ^= bit;
            j ^= bit;
            if (i < j)
                (line[i], line[j]) = (line[j], line[i]);
        }
    }
}
