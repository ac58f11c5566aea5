using Denoise.Metrics;
using System.Buffers;

namespace Denoise.Noises;

/// <summary>What JPEG loses of a picture, without the file: luma and chroma (JFIF) in 8 bits, chroma perhaps of half the size, and the
/// coefficients of the cosine transform rounded (ITU-T T.81, https://www.w3.org/Graphics/JPEG/itu-t81.pdf), as libjpeg does it.</summary>
/// <param name="Quality">1 to 100, as libjpeg has it.</param>
/// <param name="Halved">Chroma has half as many rows and columns (4:2:0); otherwise as many as luma (4:4:4).</param>
/// <param name="Top">The rows of the file above the picture, which may be cut from anywhere: 0 to 15.</param>
/// <param name="Left">The columns of the file left of the picture.</param>
internal readonly record struct JpegArtifacts(int Quality, bool Halved, int Top, int Left)
{
    private const float Grey = 128;

    /// <summary>Compresses a picture and restores it in place; what a block has beyond an edge are the edge's values.</summary>
    /// <param name="picture">1×H×W or 3×H×W values n/255; they stay such.</param>
    public void AddTo(Span<float> picture, ImageShape shape)
    {
        int height = Whole(Top + shape.Height), width = Whole(Left + shape.Width), area = height * width;
        float[] buffer = ArrayPool<float>.Shared.Rent(shape.Channels * area);
        Span<float> planes = buffer.AsSpan(0, shape.Channels * area);
        for (int channel = 0; channel < shape.Channels; channel++)
            Load(picture.Slice(channel * shape.Area, shape.Area), shape, planes.Slice(channel * area, area), width);
        if (shape.Channels > 1)
            ToLumaAndChroma(planes);
        JpegBlocks.Round(planes[..area], width, JpegBlocks.Luminance, Quality);
        for (int channel = 1; channel < shape.Channels; channel++)
            RoundChroma(planes.Slice(channel * area, area), width);
        if (shape.Channels > 1)
            ToColours(planes);
        for (int channel = 0; channel < shape.Channels; channel++)
            Store(planes.Slice(channel * area, area), width, picture.Slice(channel * shape.Area, shape.Area), shape);
        ArrayPool<float>.Shared.Return(buffer);
    }

    /// <summary>So many rows or columns have whole blocks of chroma.</summary>
    private static int Whole(int length) => (length + 15) / 16 * 16;

    private void Load(ReadOnlySpan<float> picture, ImageShape shape, Span<float> plane, int width)
    {
        for (int i = 0, y = 0; i < plane.Length; y++)
        {
            ReadOnlySpan<float> row = picture.Slice(Math.Clamp(y - Top, 0, shape.Height - 1) * shape.Width, shape.Width);
            for (int x = 0; x < width; x++, i++)
                plane[i] = MathF.Round(row[Math.Clamp(x - Left, 0, shape.Width - 1)] * EightBits.Most);
        }
    }

    private void Store(ReadOnlySpan<float> plane, int width, Span<float> picture, ImageShape shape)
    {
        for (int y = 0; y < shape.Height; y++)
        {
            ReadOnlySpan<float> from = plane.Slice((Top + y) * width + Left, shape.Width);
            Span<float> to = picture.Slice(y * shape.Width, shape.Width);
            for (int x = 0; x < to.Length; x++)
                to[x] = EightBits.OfLevel(from[x]);
        }
    }

    /// <summary>JFIF 1.02, in whole numbers.</summary>
    private static void ToLumaAndChroma(Span<float> planes)
    {
        Luminance.Separate(planes);
        int area = planes.Length / 3;
        Span<float> luma = planes[..area], red = planes.Slice(area, area), blue = planes.Slice(2 * area, area);
        for (int i = 0; i < area; i++)
        {
            luma[i] = JpegBlocks.Whole(luma[i]);
            red[i] = JpegBlocks.Whole(red[i] * (0.5f / (1 - Luminance.Red)) + Grey);
            blue[i] = JpegBlocks.Whole(blue[i] * (0.5f / (1 - Luminance.Blue)) + Grey);
        }
    }

    private static void ToColours(Span<float> planes)
    {
        int area = planes.Length / 3;
        Span<float> red = planes.Slice(area, area), blue = planes.Slice(2 * area, area);
        for (int i = 0; i < area; i++)
        {
            red[i] = (red[i] - Grey) * (2 * (1 - Luminance.Red));
            blue[i] = (blue[i] - Grey) * (2 * (1 - Luminance.Blue));
        }
        Luminance.Join(planes);
    }

    private void RoundChroma(Span<float> plane, int width)
    {
        if (!Halved)
        {
            JpegBlocks.Round(plane, width, JpegBlocks.Chrominance, Quality);
            return;
        }
        float[] half = ArrayPool<float>.Shared.Rent(plane.Length / 4);
        Span<float> small = half.AsSpan(0, plane.Length / 4);
        ChromaSampling.Halve(plane, width, small);
        JpegBlocks.Round(small, width / 2, JpegBlocks.Chrominance, Quality);
        ChromaSampling.Double(small, width / 2, plane);
        ArrayPool<float>.Shared.Return(half);
    }
}
