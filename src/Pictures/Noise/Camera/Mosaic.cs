namespace Denoise.Noises;

/// <summary>A sensor that sees one colour at each pixel, in squares of red and green, green and blue (Bayer, US patent 3971065), and the
/// way in which a camera finds the other two (demosaicking).</summary>
/// <param name="Row">0 or 1, added to a pixel's row: where the squares begin.</param>
/// <param name="Column">0 or 1, added to a pixel's column.</param>
/// <param name="Directed">Green is found along rows or columns, whichever change less; otherwise it is the mean of four neighbours.</param>
/// <param name="Differences">The share of green that is taken off red and blue before they are interpolated, and put back afterwards:
/// 0 is bilinear interpolation, 1 that of colour differences.</param>
internal readonly record struct Mosaic(int Row, int Column, bool Directed, float Differences)
{
    /// <summary>Rows and columns at an edge that are not right.</summary>
    public const int Border = 3;

    private static readonly float[] Halves = [0.5f, 1, 0.5f];

    /// <summary>0 red, 1 green, 2 blue.</summary>
    public int ColourAt(int y, int x) => ((y + Row) & 1) + ((x + Column) & 1);

    /// <summary>From a mosaic of noise to noise in three colours: what the camera does to the picture, done to the noise alone. Directions
    /// follow the picture and the size of the noise, not its sign; the rest is linear. So the noise's mean stays 0.</summary>
    /// <param name="noise">H×W; is used up.</param>
    /// <param name="picture">H×W raw values without noise; are used up.</param>
    /// <param name="colours">Gets 3×H×W.</param>
    public void Interpolate(Span<float> noise, Span<float> picture, Span<float> colours, int width)
    {
        int area = noise.Length;
        Span<float> red = colours[..area], green = colours.Slice(area, area), blue = colours.Slice(2 * area, area);
        FindGreen(noise, picture, green, width);
        Smoothing.Add(noise, green, -Differences);
        FindOther(0, noise, red, green, width, picture);
        FindOther(2, noise, blue, green, width, picture);
    }


    /// <summary>Hamilton and Adams (US patent 5629734): along the direction of less change, corrected by the other's curvature.</summary>
    private void FindGreen(ReadOnlySpan<float> noise, ReadOnlySpan<float> picture, Span<float> green, int width)
    {
        noise.CopyTo(green);
        int height = noise.Length / width;
        for (int y = 2; y < height - 2; y++)
            for (int x = 2 + (ColourAt(y, 2) & 1); x < width - 2; x += 2)
            {
                int i = y * width + x;
                green[i] = Directed
                    ? Along(noise, i, Change(noise, picture, i, 1) < Change(noise, picture, i, width) ? 1 : width)
                    : (noise[i - 1] + noise[i + 1] + noise[i - width] + noise[i + width]) / 4;
            }
    }

    private static float Along(ReadOnlySpan<float> noise, int i, int step) =>
        (noise[i - step] + noise[i + step]) / 2 + Curvature(noise, i, step) / 4;

    private static float Change(ReadOnlySpan<float> noise, ReadOnlySpan<float> picture, int i, int step) =>
        Change(noise, i, step) + Change(picture, i, step);

    private static float Change(ReadOnlySpan<float> values, int i, int step) =>
        Math.Abs(values[i - step] - values[i + step]) + Math.Abs(Curvature(values, i, step));

    private static float Curvature(ReadOnlySpan<float> values, int i, int step) =>
        2 * values[i] - values[i - 2 * step] - values[i + 2 * step];

    /// <summary>Means of the nearest pixels that saw the colour.</summary>
    /// <param name="noise">Less its share of green.</param>
    private void FindOther(
        int colour, ReadOnlySpan<float> noise, Span<float> found, ReadOnlySpan<float> green, int width, Span<float> spare)
    {
        found.Clear();
        for (int i = 0, y = 0; i < found.Length; y++)
            for (int x = 0; x < width; x++, i++)
                if (ColourAt(y, x) == colour)
                    found[i] = noise[i];
        Smoothing.Convolve(found, width, Halves, 1, spare);
        Smoothing.Add(found, green, Differences);
    }
}
