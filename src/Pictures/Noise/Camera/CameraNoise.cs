using System.Buffers;

namespace Denoise.Noises;

/// <summary>Noise as photographs have it: a sensor's, taken through all that a camera does; then 8 bits, then perhaps JPEG.</summary>
/// <remarks>
/// The camera is not applied to the picture but, as its derivative at the clean picture, to the noise: to the first order that is the
/// difference of a noisy photograph and a clean one. So the picture itself stays sharp, the noise's mean is 0, and its level is exact.
/// </remarks>
internal sealed record CameraNoise
{
    private const int Colours = 3;

    /// <summary>Root mean square over all values of an image, before it is clamped and rounded.</summary>
    public required float Level { get; init; }

    public required Sensor Sensor { get; init; }

    public required CameraColour Colour { get; init; }

    /// <summary>The camera's own denoising.</summary>
    public required Filter Luma { get; init; }

    /// <summary>In most cameras more than that of luma.</summary>
    public required Filter Chroma { get; init; }

    /// <summary>Of luma, with a share below 0.</summary>
    public required Filter Sharpening { get; init; }

    /// <summary>Where the picture's local contrast is c, the noise's variance is 1 + Detail·c/Level times that of flat areas: cameras
    /// smooth these and keep details, with the noise on them.</summary>
    public required float Detail { get; init; }

    /// <summary>The camera's pixels for a pixel of the picture along rows and columns: other than 1 the picture was resized.</summary>
    public required float Scale { get; init; }

    public required JpegArtifacts? Jpeg { get; init; }

    /// <summary>A camera for an image: one in eight does little to its noise, the others do as most do.</summary>
    public static CameraNoise Draw(double level, ref RandomStream random) =>
        random.Uniform() < 0.12f ? DrawPlain((float)level, ref random) : DrawUsual((float)level, ref random);

    private static CameraNoise DrawUsual(float level, ref RandomStream random) => new()
    {
        Level = level,
        Sensor = new(DrawShot(ref random), DrawMosaic(random.Below(4) > 0, random.Below(4) > 0 ? 1 : random.Uniform(), ref random)),
        Colour = CameraColour.Draw(0.7 * random.Uniform(), ref random),
        Luma = new(0.9f + 1.1f * random.Uniform(), 0.2f + 0.7f * random.Uniform()),
        Chroma = new(1.5f + 2.5f * random.Uniform(), 1 - 0.5f * MathF.Pow(random.Uniform(), 2)),
        Sharpening = random.Below(4) == 0 ? new(0.7f + 0.6f * random.Uniform(), -random.Uniform()) : Filter.None,
        Detail = LocalContrast.MostDetail * random.Uniform(),
        Scale = random.Below(4) == 0 ? 0.6f + random.Uniform() : 1,
        Jpeg = random.Uniform() < 0.75f ? DrawJpeg(70, ref random) : null,
    };

    private static CameraNoise DrawPlain(float level, ref RandomStream random) => new()
    {
        Level = level,
        Sensor = new(DrawShot(ref random), random.Below(4) > 0 ? DrawMosaic(false, 0, ref random) : null),
        Colour = CameraColour.Draw(0.4 + 0.6 * random.Uniform(), ref random),
        Luma = Filter.None,
        Chroma = Filter.None,
        Sharpening = Filter.None,
        Detail = 0,
        Scale = 1,
        Jpeg = random.Below(3) == 0 ? DrawJpeg(90, ref random) : null,
    };

    private static Mosaic DrawMosaic(bool directed, float differences, ref RandomStream random) =>
        new(random.Below(2), random.Below(2), directed, differences);

    private static float DrawShot(ref RandomStream random) => 1 - 0.3f * MathF.Pow(random.Uniform(), 3);

    private static JpegArtifacts DrawJpeg(int lowestQuality, ref RandomStream random) =>
        new(lowestQuality + random.Below(99 - lowestQuality), random.Below(2) == 0, random.Below(16), random.Below(16));

    /// <summary>Makes an image noisy in place. Three channels are red, green and blue; of another number each is a grey picture.</summary>
    /// <param name="image">C×H×W values in [0,1].</param>
    public void AddTo(Span<float> image, ImageShape shape, ref RandomStream random)
    {
        ImageShape part = shape with { Channels = shape.Channels == Colours ? Colours : 1 };
        for (int i = 0; i < image.Length; i += part.Values)
        {
            Span<float> picture = image.Slice(i, part.Values);
            AddNoise(picture, part, ref random);
            EightBits.Round(picture);
            Jpeg?.AddTo(picture, part);
        }
    }

    /// <summary>All but 8 bits and JPEG.</summary>
    /// <param name="picture">1×H×W or 3×H×W.</param>
    internal void AddNoise(Span<float> picture, ImageShape shape, ref RandomStream random)
    {
        int margin = Mosaic.Border + Math.Max(Luma.Reach + Sharpening.Reach, Chroma.Reach);
        Resampling rows = new(shape.Height, Scale, margin, ref random), columns = new(shape.Width, Scale, margin, ref random);
        int area = rows.Length * columns.Length;
        float[] buffer = ArrayPool<float>.Shared.Rent((Colours + 2) * area), noise = ArrayPool<float>.Shared.Rent(shape.Values);
        Span<float> field = buffer.AsSpan(0, Colours * area), spare = buffer.AsSpan(Colours * area, 2 * area);
        MakeField(new(picture, shape, rows, columns, Colour), field, spare, ref random);
        for (int channel = 0; channel < shape.Channels; channel++)
            Resampling.Resample(field.Slice(channel * area, area), rows, columns, noise.AsSpan(channel * shape.Area, shape.Area), spare);
        if (Detail > 0 && Level > 0)
            LocalContrast.Strengthen(picture, shape, noise.AsSpan(0, shape.Values), Detail, Level);
        Smoothing.Add(picture, noise.AsSpan(0, shape.Values), Factor(noise.AsSpan(0, shape.Values)));
        ArrayPool<float>.Shared.Return(buffer);
        ArrayPool<float>.Shared.Return(noise);
    }

    /// <summary>Noise in red, green and blue at the camera's pixels; for a grey picture the first plane is its noise.</summary>
    private void MakeField(Scene scene, Span<float> field, Span<float> spare, ref RandomStream random)
    {
        Sensor.Expose(scene, Level, field, spare, ref random);
        scene.Develop(field);
        int area = field.Length / Colours, width = scene.Width;
        Span<float> luma = field[..area], red = field.Slice(area, area), blue = field.Slice(2 * area, area);
        Luminance.Separate(field);
        Luma.Apply(luma, width, spare);
        Sharpening.Apply(luma, width, spare);
        if (scene.IsGrey)
            return;
        Chroma.Apply(red, width, spare);
        Chroma.Apply(blue, width, spare);
        Luminance.Join(field);
    }

    /// <summary>To have the level; a picture without noise stays without.</summary>
    private float Factor(ReadOnlySpan<float> noise)
    {
        double sum = 0;
        foreach (float value in noise)
            sum += (double)value * value;
        return sum > 0 ? (float)(Level / Math.Sqrt(sum / noise.Length)) : 0;
    }
}
