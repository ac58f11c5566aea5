namespace Denoise.Infer;

/// <summary>Colours as three grey pictures: the luminance (R + G + B) / 3 and the differences (R - B) / 2 + 1/2 and (R - 2G + B) / 4 + 1/2,
/// each in [0,1] where the colours are. The rows are orthogonal, so noise that is independent in red, green and blue is independent in the
/// three.</summary>
internal static class LuminanceChroma
{
    /// <summary>How many grey pictures a colour picture makes.</summary>
    internal const int Components = 3;

    /// <summary>The noise's standard deviation in each component where it is 1 in red, green and blue: √1/3, √1/2 and √3/8.</summary>
    internal static ReadOnlySpan<float> Deviations => [0.57735027f, 0.70710678f, 0.61237244f];

    /// <summary>Component 0, 1 or 2 of a colour.</summary>
    internal static float Of(int component, float red, float green, float blue) => component switch
    {
        0 => red + (green - red + (blue - red)) / 3, // of grey exactly that
        1 => (red - blue) / 2 + 0.5f,
        _ => (red - 2 * green + blue) / 4 + 0.5f,
    };

    /// <summary>The colour of the three.</summary>
    internal static (float Red, float Green, float Blue) ToColour(float luminance, float first, float second)
    {
        float a = first - 0.5f, b = (second - 0.5f) * (2f / 3);
        return (luminance + b + a, luminance - 2 * b, luminance + b - a);
    }
}
