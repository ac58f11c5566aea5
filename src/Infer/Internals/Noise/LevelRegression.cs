namespace Denoise.Infer;

/// <summary>The regression from what blocks of a picture measure to the power of its noise: twelve units of max(0, ·) and a
/// line. It was fitted on pictures whose noise is known, where too low a level counted 2.2 times as much as one too high.
/// bench/noise-level fits such tables; see docs/infer.md.</summary>
internal static class LevelRegression
{
    /// <summary>Powers are added to these before the logarithm is taken: below, there is only the rounding to 8 bits.</summary>
    internal const float InputFloor = 0.25f * 0.25f / (255 * 255), LevelFloor = 0.7f * 0.7f / (255 * 255);

    /// <summary>Brings the logarithms of energies near 0.</summary>
    internal const float Shift = 8;

    /// <summary>Of each unit a weight for each number, a threshold, and the weight of its result.</summary>
    private static ReadOnlySpan<float> Units =>
    [
        .1864f, .2693f, -.0034f, .1243f, -.0682f, -.2019f, .0264f, .1261f, .014f, -.0333f, .0202f, -.0711f, -.0401f, -.0669f, -.0866f,
        -.1631f, .0334f, -.0973f, .093f, -.8343f, .1461f, .07f, .0796f, .1977f, .0384f, -.0534f, .0252f, -.0226f, .0027f, .0518f,
        .017f, .0058f, -1.034f, -1.0884f, .4113f,
        .2232f, .3202f, -.0419f, -.1838f, .0408f, -.1036f, -.117f, .0026f, .0242f, .016f, .0378f, .0314f, .02f, .0453f, -.0016f,
        .0428f, .1993f, .4916f, -.022f, -1.2554f, .0767f, .1406f, .0262f, -.034f, .0265f, .0035f, .0027f, -.0766f, .0299f, -.0213f,
        .0039f, -.0596f, 10.8768f, 2.7388f, -.6867f,
        .6069f, -.4029f, .192f, -.6942f, -.0814f, .0911f, .1f, .2858f, -.1046f, .0282f, .0132f, -.0345f, .0022f, .0328f, .0073f,
        -.0964f, .3184f, .1843f, -.0265f, -.1046f, -.1589f, -.1328f, -.1321f, .1679f, -.0657f, .04f, .014f, .0602f, .0178f, -.0009f,
        .0502f, -.047f, .1275f, -.1768f, -.6194f,
        .1798f, .0862f, -.0559f, .0525f, -.06f, -.1066f, -.0415f, .0001f, -.0606f, -.2685f, .0753f, -.1081f, .0863f, .0263f, .122f,
        .202f, -.0318f, -.0608f, .0249f, -.1429f, .0287f, .0076f, .0892f, -.0914f, -.0406f, -.0856f, -.0691f, .1022f, -.0729f, .0823f,
        -.1279f, .253f, .7398f, -.2688f, .9597f,
        -.1882f, -.488f, .2034f, .2406f, .0406f, .2544f, -.0297f, -.0879f, -.1425f, -.0434f, -.1246f, -.0135f, -.0714f, -.0498f,
        -.0781f, -.1834f, -.3218f, .6381f, -.0305f, .469f, -.0145f, -.1696f, .027f, -.0382f, .056f, .0233f, .0382f, .0633f, .0744f,
        .0638f, .0669f, -.0601f, -12.1694f, -.3812f, -.6763f,
        -.2878f, .0604f, .1352f, -.0408f, -.0776f, .5242f, -.1831f, -.0024f, -.007f, -.0874f, -.0409f, -.1185f, -.0354f, -.2118f,
        .0727f, -.051f, .1239f, .0745f, -.1268f, .0743f, -.0867f, .06f, -.0295f, -.1705f, .0195f, .0576f, .0492f, .0197f, .0563f,
        -.0383f, .0699f, .033f, 2.3179f, .1587f, .648f,
        .7482f, .6775f, .0266f, 1.0723f, -.0313f, .0978f, .0141f, .0266f, .0428f, .0432f, -.0427f, -.0519f, .0207f, -.0826f, .0578f,
        .0234f, -.4831f, -.6953f, -.1697f, -.9441f, .0272f, .1053f, -.0026f, -.0256f, -.0275f, -.0069f, -.0498f, -.0088f, -.0473f,
        -.0862f, .0024f, -.0001f, -3.8729f, .1747f, .8368f,
        -.1699f, -.7865f, .1291f, .2957f, .0166f, .1467f, -.0623f, -.0053f, .0608f, -.0818f, .044f, -.1565f, .0604f, -.0689f, .0156f,
        .1638f, -.0373f, .5876f, .0058f, -.0973f, -.004f, -.0824f, .0409f, -.0002f, .0445f, .0509f, -.0579f, -.068f, -.1134f, .0258f,
        -.1475f, .1592f, 1.5802f, -.7982f, .7923f,
        .0655f, -.2624f, -.0634f, .0552f, .0275f, .0886f, -.0256f, .0666f, .018f, .0217f, -.0246f, -.0809f, -.0276f, -.2259f, .0336f,
        -.2041f, -.0836f, -.0945f, .0245f, .3056f, .0023f, -.0847f, .0466f, .0699f, .0091f, .0224f, .0352f, -.0595f, .0502f, -.0435f,
        .0381f, -.011f, -1.821f, -2.4183f, .7557f,
        .1923f, -.3094f, -.0817f, -.2306f, .0528f, .0888f, .0201f, .0037f, -.0094f, -.0952f, .0115f, -.2917f, -.0267f, -.2101f, .01f,
        -.1331f, -.0185f, .3345f, -.0752f, .2397f, -.0466f, -.1099f, .049f, -.0008f, .0733f, -.0219f, .0752f, -.1152f, .0855f, .0324f,
        .0289f, .0858f, -1.7919f, -2.1961f, .8478f,
        .0193f, -.1497f, -.0654f, .1574f, -.0148f, .2936f, -.0043f, -.1198f, .0532f, .0271f, -.0375f, .0308f, -.0627f, -.0977f,
        -.0749f, -.1846f, .127f, -.1069f, -.0575f, .2799f, .0173f, -.1007f, -.0348f, -.094f, .01f, .067f, .0184f, -.0492f, -.003f,
        -.0642f, .0194f, -.1226f, -.5167f, -.7908f, .7613f,
        .0562f, -.1521f, .0437f, -.4031f, .0252f, .2722f, -.1146f, -.0121f, .1682f, .0547f, .0661f, .2143f, -.0497f, -.0008f, -.0221f,
        -.1312f, -.328f, .0446f, .0178f, .1027f, .0504f, .0019f, .0451f, -.107f, .0808f, .052f, -.0265f, .0525f, -.0011f, -.0358f,
        .0347f, -.04f, .6773f, 1.1872f, .6313f,
    ];

    /// <summary>A weight for each number, and a constant.</summary>
    private static ReadOnlySpan<float> Line =>
    [
        .4171f, .2782f, -.0246f, -.0992f, -.0074f, -.0504f, -.0465f, .023f, .1149f, .0403f, .0651f, .0407f, .0184f, .0187f, .0307f,
        .0658f, .1843f, .3798f, -.0946f, -.5087f, .0198f, -.0257f, .0643f, -.027f, .0639f, .0805f, -.0209f, .0364f, -.0498f, .0064f,
        -.0538f, .0455f, 6.7849f, -6.1484f,
    ];

    /// <summary>The level near a brightness, on a scale on which levels may be averaged: the logarithm of the power.</summary>
    /// <param name="numbers">As <see cref="BlockSample.At"/> gives them; afterwards the logarithms of the energies.</param>
    internal static float Of(Span<float> numbers)
    {
        TakeLogarithms(numbers);
        float level = Weighted(Line, numbers);
        for (int at = 0; at < Units.Length; at += numbers.Length + 2)
            level += Math.Max(0, Weighted(Units[at..], numbers)) * Units[at + numbers.Length + 1];
        return level;
    }

    /// <summary>Of the energies, in place; the share of black and white stays.</summary>
    internal static void TakeLogarithms(Span<float> numbers)
    {
        foreach (ref float energy in numbers[..^1])
            energy = MathF.Log(energy + InputFloor) + Shift;
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
