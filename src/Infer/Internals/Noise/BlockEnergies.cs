namespace Denoise.Infer;

/// <summary>How much a block of 16×16 pixels varies at four scales, from neighbours to 8 pixels: the mean squares of its Haar wavelets,
/// which are the variance at every scale where noise is white. First of the mean of the channels, then of what the channels differ
/// from it; at each scale first of changes along rows and columns, then along both.</summary>
internal static class BlockEnergies
{
    internal const int Side = 16, Area = Side * Side, Scales = 4, PerSignal = 2 * Scales, Count = 2 * PerSignal;

    /// <param name="planes">C×16×16; afterwards the mean of the channels and what they differ from it.</param>
    /// <param name="channels">C, 1 or 3.</param>
    /// <param name="energies">Gets <see cref="Count"/> values; a grey picture has none in its colours.</param>
    internal static void Of(Span<float> planes, int channels, Span<float> energies)
    {
        energies.Clear();
        if (channels == 3)
            ToOpponents(planes);
        for (int channel = 0; channel < channels; channel++)
            Add(planes.Slice(channel * Area, Area), energies.Slice(channel == 0 ? 0 : PerSignal, PerSignal));
    }

    /// <summary>The mean, and two differences whose squares sum to the mean square of what the channels differ from it.</summary>
    private static void ToOpponents(Span<float> planes)
    {
        const float first = 0.40824829f, second = 0.23570226f; // sqrt(1/6), sqrt(1/18)
        for (int i = 0; i < Area; i++)
        {
            float red = planes[i], green = planes[Area + i], blue = planes[2 * Area + i];
            planes[i] = (red + green + blue) / 3;
            planes[Area + i] = first * (red - blue);
            planes[2 * Area + i] = second * (red - 2 * green + blue);
        }
    }

    /// <summary>Adds the energies of a plane, and puts sums over ever larger squares into its place.</summary>
    private static void Add(Span<float> plane, Span<float> energies)
    {
        for (int scale = 0, half = Side / 2; scale < Scales; scale++, half /= 2)
        {
            float straight = 0, diagonal = 0;
            for (int y = 0; y < half; y++)
                for (int x = 0; x < half; x++)
                {
                    int at = 4 * y * half + 2 * x;
                    float a = plane[at], b = plane[at + 1], c = plane[at + 2 * half], d = plane[at + 2 * half + 1];
                    float top = a - b, bottom = c - d, sum = a + b, below = c + d;
                    straight += (top + bottom) * (top + bottom) + (sum - below) * (sum - below);
                    diagonal += (top - bottom) * (top - bottom);
                    plane[y * half + x] = (sum + below) / 2;
                }
            energies[2 * scale] += straight / (8 * half * half);
            energies[2 * scale + 1] += diagonal / (4 * half * half);
        }
    }
}
