namespace Denoise.Infer;

/// <summary>The regression from what blocks of a picture measure to the power of its noise: eight units of max(0, ·) and a line.
/// It was fitted on pictures whose noise is known, where too low a level counted 2.2 times as much as one too high; see docs/infer.md.</summary>
internal static class LevelRegression
{
    /// <summary>Powers are added to these before the logarithm is taken: below, there is only the rounding to 8 bits.</summary>
    private const float InputFloor = 0.25f * 0.25f / (255 * 255), LevelFloor = 0.7f * 0.7f / (255 * 255);

    /// <summary>Brings the logarithms of energies near 0.</summary>
    private const float Shift = 8;

    /// <summary>Of each unit a weight for each number, a threshold, and the weight of its result.</summary>
    private static ReadOnlySpan<float> Units =>
    [
        -.2603f, -.4633f, .1031f, .0295f, -.0334f, .2577f, .0293f, .0259f, -.1322f, .0692f, -.0169f, .0448f, .0032f, .0591f, -.0005f,
        -.1152f, -.1443f, .2447f, -.0503f, .4341f, -.063f, -.1481f, -.0161f, .0139f, -.0138f, .0007f, .0232f, .0226f, .0724f, .0334f,
        .0999f, -.0243f, -6.735f, -27.5203f, 1.1521f, -.8579f,
        .075f, -.2424f, .1505f, .0751f, -.0732f, .2326f, .0279f, .0081f, -.1224f, .0335f, -.0854f, .033f, -.0674f, -.1375f, -.0711f,
        -.218f, .1038f, -.1932f, -.0763f, .3057f, -.0632f, -.0606f, -.0649f, .1024f, -.0017f, .1079f, .0715f, .0539f, .0794f, .0601f,
        .0264f, -.0964f, -.8574f, -17.6608f, -.1326f, -.7315f,
        -.2753f, -.2545f, -.0016f, .1898f, -.0807f, .1037f, -.0329f, -.0096f, .1043f, -.042f, .0359f, .1604f, .0052f, .1631f, .1121f,
        .2019f, .1065f, -.1467f, -.0941f, .4993f, -.1132f, -.0652f, -.0324f, -.1427f, .0734f, .0456f, -.112f, .1219f, -.1333f,
        -.0355f, -.057f, .0407f, -.5951f, -8.1167f, 2.329f, .7115f,
        -.7194f, -.9448f, .0413f, -.3425f, .0566f, .3277f, -.1125f, -.0433f, .105f, -.0624f, .0404f, -.0551f, -.0108f, -.0264f,
        -.0199f, .1006f, .1919f, 1.1296f, .0708f, .4515f, .0768f, -.1843f, .0605f, -.2378f, .0299f, .019f, -.0069f, -.0217f, -.0117f,
        .0168f, -.0774f, .07f, 3.7606f, .5376f, -.5971f, .5529f,
        .0427f, -.111f, -.3275f, 1.34f, -.0452f, .1982f, -.0384f, -.041f, -.0364f, .0341f, -.0524f, -.0224f, -.0647f, -.0012f, -.09f,
        -.0421f, .3726f, -.0932f, -.1371f, -.5092f, .0818f, -.0233f, .0091f, -.0714f, -.0075f, -.0058f, -.0397f, -.0057f, -.0841f,
        -.1161f, -.0755f, -.1307f, 1.8911f, -15.3578f, -1.3061f, .7455f,
        -.0535f, .4421f, .1582f, -.4329f, .0887f, -.3126f, .0658f, .025f, .1821f, .0632f, .1088f, .0527f, -.0106f, -.0095f, -.045f,
        -.1169f, -.0895f, -.4881f, .1364f, -.118f, .0702f, -.0614f, .0171f, .1516f, .0308f, -.1059f, .0452f, -.0199f, .0479f, .0605f,
        .0408f, .1095f, -5.9492f, 2.168f, .1312f, .4135f,
        .2208f, -.0324f, -.1823f, .2372f, -.0695f, -.1768f, -.0145f, -.0278f, -.1259f, -.2312f, -.0063f, -.1704f, .0929f, .091f,
        .1292f, .3363f, -.064f, .2672f, .008f, -.1931f, .029f, -.04f, .1071f, -.0192f, .0048f, -.1086f, -.0669f, .0305f, -.0733f,
        .0521f, -.1026f, .2007f, -.6025f, -6.6229f, -.737f, .9134f,
        -.0111f, -.3174f, .0535f, .2555f, -.0339f, .4326f, -.1529f, -.0281f, -.0524f, -.052f, -.1269f, -.2795f, -.0063f, -.2435f,
        .0893f, .071f, .0879f, .3234f, -.0481f, -.3119f, -.0414f, .0027f, .0267f, -.1252f, .048f, .0149f, .0607f, -.12f, .0864f,
        -.0106f, .0749f, .1306f, 4.5272f, 4.5259f, -1.4371f, .6216f,
    ];

    /// <summary>A weight for each number, and a constant.</summary>
    private static ReadOnlySpan<float> Line =>
    [
        .254f, .1851f, .0336f, .3331f, -.0189f, .2328f, -.0086f, .0229f, .0908f, .0782f, -.0042f, .0312f, -.0576f, -.0541f, -.038f,
        -.0367f, -.2317f, -.333f, -.0841f, .162f, -.0044f, .0397f, .0784f, -.0192f, .0625f, .0789f, .0051f, .0245f, -.0092f, -.0205f,
        -.0089f, .0185f, -2.3036f, -3.3675f, -7.5604f,
    ];

    /// <summary>The level near a brightness, on a scale on which levels may be averaged: the logarithm of the power.</summary>
    /// <param name="numbers">As <see cref="BlockSample.At"/> gives them; afterwards the logarithms of the energies.</param>
    internal static float Of(Span<float> numbers)
    {
        foreach (ref float energy in numbers[..^2])
            energy = MathF.Log(energy + InputFloor) + Shift;
        float level = Weighted(Line, numbers);
        for (int at = 0; at < Units.Length; at += numbers.Length + 2)
            level += Math.Max(0, Weighted(Units[at..], numbers)) * Units[at + numbers.Length + 1];
        return level;
    }

    /// <summary>The standard deviation of a level, at most 1.</summary>
    internal static float Sigma(double level) => MathF.Sqrt(Math.Clamp((float)Math.Exp(level) - LevelFloor, 0, 1));

    private static float Weighted(ReadOnlySpan<float> weights, ReadOnlySpan<float> numbers)
    {
        float sum = weights[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
            sum += weights[i] * numbers[i];
        return sum;
    }
}
