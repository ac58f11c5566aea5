namespace Denoise.Noises;

/// <summary>Noise that has a draw of its own for each value, whatever its neighbours are.</summary>
internal static class ValueNoise
{
    public static void Gaussian(Span<float> image, float sigma, ref RandomStream random)
    {
        Span<float> normal = new float[image.Length];
        random.Normal(normal);
        for (int i = 0; i < image.Length; i++)
            image[i] += sigma * normal[i];
    }

    public static void Dropout(Span<float> image, double probability, ref RandomStream random)
    {
        float kept = (float)(1 / (1 - probability));
        foreach (ref float value in image)
            value = random.Uniform() < probability ? 0 : value * kept;
    }

    public static void SaltPepper(Span<float> image, double probability, ref RandomStream random)
    {
        foreach (ref float value in image)
        {
            float draw = random.Uniform();
            value = draw < probability / 2 ? 0 : draw < probability ? 1 : value;
        }
    }

    public static void Poisson(Span<float> image, double photons, ref RandomStream random)
    {
        foreach (ref float value in image)
            value = (float)(PoissonDistribution.Draw(photons * Math.Max(value, 0), ref random) / photons);
    }

    public static void Speckle(Span<float> image, float sigma, ref RandomStream random)
    {
        Span<float> normal = new float[image.Length];
        random.Normal(normal);
        for (int i = 0; i < image.Length; i++)
            image[i] += sigma * image[i] * normal[i];
    }
}
