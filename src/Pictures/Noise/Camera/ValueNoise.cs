namespace Denoise.Noises;

/// <summary>Noise that has a draw of its own for each value, whatever its neighbours are.</summary>
internal static class ValueNoise
{
    public static void Gaussian(Span<float> image, float sigma, ref RandomStream random)
    {
        // A few at a time: an array for all would be a large object, and training on many cores makes thousands a second.
        Span<float> normal = stackalloc float[4 * RandomStream.Block];
        while (image.Length > 0)
        {
            Span<float> part = image[..Math.Min(normal.Length, image.Length)], drawn = normal[..part.Length];
            random.Normal(drawn);
            Smoothing.Add(part, drawn, sigma);
            image = image[part.Length..];
        }
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
