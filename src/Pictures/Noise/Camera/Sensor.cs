namespace Denoise.Noises;

/// <summary>What makes the noise: photons and electronics.</summary>
/// <remarks>Foi, Trimeche, Katkovnik, Egiazarian: Practical Poissonian-Gaussian noise modeling and fitting for single-image raw-data, IEEE
/// Transactions on Image Processing 17, 2008, in their normal approximation: the raw variance is a·raw + b.</remarks>
/// <param name="Shot">The share of shot noise, a·raw, in the variance at mid-grey, 0 to 1.</param>
/// <param name="Mosaic">None where each pixel sees all three colours.</param>
internal readonly record struct Sensor(float Shot, Mosaic? Mosaic)
{
    /// <summary>The raw value of mid-grey in green.</summary>
    private const float MidGrey = 0.2f;

    /// <summary>Raw noise in three colours.</summary>
    /// <param name="level">Its standard deviation at mid-grey.</param>
    /// <param name="field">Gets 3×H×W.</param>
    /// <param name="spare">2×H×W.</param>
    public void Expose(Scene scene, float level, Span<float> field, Span<float> spare, ref RandomStream random)
    {
        int area = scene.Height * scene.Width;
        Span<float> noise = spare[..area], raw = spare.Slice(area, area);
        if (Mosaic is { } mosaic)
        {
            Expose(scene, mosaic.ColourAt, level, noise, raw, ref random);
            mosaic.Interpolate(noise, raw, field, scene.Width);
        }
        else
            for (int channel = 0; channel < 3; channel++)
            {
                int colour = channel;
                Expose(scene, (_, _) => colour, level, field.Slice(channel * area, area), raw, ref random);
            }
    }

    private void Expose(Scene scene, Func<int, int, int> colourAt, float level, Span<float> noise, Span<float> raw, ref RandomStream random)
    {
        random.Normal(noise);
        float constant = level * level * (1 - Shot), perLight = level * level * Shot / MidGrey;
        for (int y = 0, i = 0; y < scene.Height; y++)
            for (int x = 0; x < scene.Width; x++, i++)
            {
                raw[i] = scene.Raw(colourAt(y, x), y, x);
                noise[i] *= MathF.Sqrt(constant + perLight * raw[i]);
            }
    }
}
