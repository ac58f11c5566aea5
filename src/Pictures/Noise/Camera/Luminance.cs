namespace Denoise.Noises;

/// <summary>Red, green and blue as luma and what red and blue have beyond it, with the weights of ITU-R BT.601, as JFIF has them.</summary>
internal static class Luminance
{
    public const float Red = 0.299f, Green = 0.587f, Blue = 0.114f;

    /// <summary>From red, green, blue to luma, red − luma, blue − luma.</summary>
    /// <param name="planes">3×H×W.</param>
    public static void Separate(Span<float> planes)
    {
        int area = planes.Length / 3;
        Span<float> first = planes[..area], second = planes.Slice(area, area), third = planes.Slice(2 * area, area);
        for (int i = 0; i < area; i++)
        {
            float luma = Red * first[i] + Green * second[i] + Blue * third[i];
            (first[i], second[i], third[i]) = (luma, first[i] - luma, third[i] - luma);
        }
    }

    /// <summary>Back to red, green, blue.</summary>
    public static void Join(Span<float> planes)
    {
        int area = planes.Length / 3;
        Span<float> first = planes[..area], second = planes.Slice(area, area), third = planes.Slice(2 * area, area);
        for (int i = 0; i < area; i++)
        {
            float luma = first[i];
            (first[i], third[i]) = (luma + second[i], luma + third[i]);
            second[i] = (luma - Red * first[i] - Blue * third[i]) / Green;
        }
    }
}
