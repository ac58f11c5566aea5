namespace Denoise.Noises;

/// <summary>From light to the picture's values, both in [0,1]: light = ((y + Toe)/(1 + Toe))^Gamma, shifted and scaled to reach 0 and 1,
/// and then contrast: (1 − Contrast)·y + Contrast·(3y² − 2y³).</summary>
/// <remarks>A gamma of 2.4 and a toe of 0.055 are sRGB's (IEC 61966-2-1) but for its straight part below 0.04.</remarks>
/// <param name="Contrast">0 to below 1: the share of the S-shaped curve.</param>
internal readonly record struct ToneCurve(double Gamma, double Toe, double Contrast)
{
    public static ToneCurve Draw(ref RandomStream random) =>
        new(1.8 + 0.6 * random.Uniform(), 0.03 + 0.15 * random.Uniform(), 0.5 + 0.47 * random.Uniform());

    /// <summary>The light that gives a value, and the curve's slope there.</summary>
    public (double Light, double Slope) At(double value)
    {
        double y = BeforeContrast(value), black = Math.Pow(Toe / (1 + Toe), Gamma), range = 1 - black;
        double reach = (y + Toe) / (1 + Toe), power = Math.Pow(reach, Gamma);
        double lightPerValue = Gamma / (1 + Toe) * power / reach / range;
        return ((power - black) / range, (1 - Contrast + 6 * Contrast * y * (1 - y)) / lightPerValue);
    }

    /// <summary>By halving the interval: the cubic rises all the way.</summary>
    private double BeforeContrast(double value)
    {
        double low = 0, high = 1;
        for (int i = 0; i < 24; i++)
        {
            double y = (low + high) / 2;
            if ((1 - Contrast) * y + Contrast * y * y * (3 - 2 * y) < value)
                low = y;
            else
                high = y;
        }
        return (low + high) / 2;
    }
}
