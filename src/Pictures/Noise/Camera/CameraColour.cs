namespace Denoise.Noises;

/// <summary>How a camera makes colours of its raw values: white balance, colour matrix and tone curve, and the way back.</summary>
/// <remarks>Brooks, Mildenhall, Xue, Chen, Sharlet, Barron: Unprocessing images for learned raw denoising, CVPR 2019.</remarks>
internal sealed class CameraColour
{
    private const int Levels = 256, Channels = 3;

    /// <summary>From CIE XYZ to a camera's red, green and blue, of four cameras, as Brooks et al. have them.</summary>
    private static readonly double[][] Cameras =
    [
        [1.0234, -0.2969, -0.2266, -0.5625, 1.6328, -0.0469, -0.0703, 0.2188, 0.6406],
        [0.4913, -0.0541, -0.0202, -0.6130, 1.3513, 0.2906, -0.1564, 0.2151, 0.7183],
        [0.8380, -0.2630, -0.0639, -0.2887, 1.0725, 0.2496, -0.0627, 0.1427, 0.5438],
        [0.6596, -0.2079, -0.0562, -0.4782, 1.3016, 0.1933, -0.0970, 0.1581, 0.5181],
    ];

    /// <summary>From linear sRGB to CIE XYZ (IEC 61966-2-1).</summary>
    private static readonly double[] Xyz =
        [0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522, 0.0721750, 0.0193339, 0.1191920, 0.9503041];

    private readonly float[] _light = new float[Levels], _slope = new float[Levels], _toRaw, _fromRaw;

    /// <param name="toCamera">From linear sRGB to the sensor's colours, 3×3 in rows that add up to 1.</param>
    /// <param name="red">The gain of the white balance, beside that of green.</param>
    /// <param name="blue">The gain.</param>
    public CameraColour(double[] toCamera, double red, double blue, ToneCurve curve)
    {
        double[] gains = [red, 1, blue], fromCamera = Inverse(toCamera);
        _toRaw = [.. toCamera.Select((m, i) => (float)(m / gains[i / Channels]))];
        _fromRaw = [.. fromCamera.Select((m, i) => (float)(m * gains[i % Channels]))];
        for (int i = 0; i < Levels; i++)
        {
            var (light, slope) = curve.At((double)i / (Levels - 1));
            (_light[i], _slope[i]) = ((float)light, (float)slope);
        }
    }

    /// <summary>A camera between the four, under a light of any usual colour.</summary>
    /// <param name="pure">0 to 1: how much purer than those cameras' its colours are; at 1 each is the picture's own.</param>
    public static CameraColour Draw(double pure, ref RandomStream random)
    {
        double[] toCamera = new double[Channels * Channels];
        foreach (double[] camera in Cameras)
            AddScaled(toCamera, Product(camera, Xyz), random.Uniform() + 1e-3);
        toCamera = [.. toCamera.Select((m, i) => (1 - pure) * m / toCamera.Skip(i / 3 * 3).Take(3).Sum() + (i % 4 == 0 ? pure : 0))];
        return new(toCamera, 1.2 + 1.2 * random.Uniform(), 1.3 + 1.2 * random.Uniform(), ToneCurve.Draw(ref random));
    }

    /// <summary>The raw value that a pixel's light gives in one of the sensor's colours, at least 0; white gives 1 in green.</summary>
    public float Raw(int channel, float red, float green, float blue)
    {
        ReadOnlySpan<float> row = _toRaw.AsSpan(Channels * channel, Channels);
        return Math.Max(row[0] * _light[Level(red)] + row[1] * _light[Level(green)] + row[2] * _light[Level(blue)], 0);
    }

    /// <summary>What a small change of a pixel's raw values does to one of its values in the picture.</summary>
    /// <param name="value">The pixel's, in that channel.</param>
    public float Develop(int channel, float value, float red, float green, float blue)
    {
        ReadOnlySpan<float> row = _fromRaw.AsSpan(Channels * channel, Channels);
        return _slope[Level(value)] * (row[0] * red + row[1] * green + row[2] * blue);
    }

    private static int Level(float value) => (int)(value > 0 ? Math.Min(value, 1) * (Levels - 1) + 0.5f : 0);

    private static void AddScaled(double[] sum, double[] matrix, double factor)
    {
        for (int i = 0; i < sum.Length; i++)
            sum[i] += factor * matrix[i];
    }

    private static double[] Product(double[] a, double[] b) =>
        [.. Enumerable.Range(0, 9).Select(i => Enumerable.Range(0, 3).Sum(k => a[i / 3 * 3 + k] * b[3 * k + i % 3]))];

    /// <summary>By cofactors, whose indices go round.</summary>
    private static double[] Inverse(double[] m)
    {
        double determinant = m[0] * Cofactor(0, 0) + m[1] * Cofactor(0, 1) + m[2] * Cofactor(0, 2);
        return [.. Enumerable.Range(0, 9).Select(i => Cofactor(i % 3, i / 3) / determinant)];

        double Cofactor(int row, int column) =>
            At(row + 1, column + 1) * At(row + 2, column + 2) - At(row + 1, column + 2) * At(row + 2, column + 1);

        double At(int row, int column) => m[row % 3 * 3 + column % 3];
    }
}
