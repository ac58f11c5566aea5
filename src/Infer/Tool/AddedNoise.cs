namespace Denoise.Infer.Tool;

/// <summary>Noise for clean pictures, to measure how much of it the network takes away again.</summary>
internal sealed class AddedNoise(Noise noise, long seed)
{
    internal long Seed => seed;

    /// <exception cref="ToolException">The words make no noise.</exception>
    internal static AddedNoise Parse(string words, long seed) => new(OptionValue.Read("--noise", () => Noise.Parse(words)), seed);

    /// <summary>A page with noise in each of its channels, rounded and clipped only where the noise says so. The draw follows from the
    /// picture's name relative to the input folder, the page and the seed, whatever other pictures there are.</summary>
    internal Raster<float> AddedTo(PicturePage page)
    {
        Raster<float> clean = page.Raster.To<float>();
        float[] planes = Transposed(clean.Pixels, clean.Channels);
        noise.AddTo(planes, new(clean.Channels, clean.Height, clean.Width), SeedOf(page.Picture.Name, page.Number));
        return clean.With(Transposed(planes, planes.Length / clean.Channels));
    }

    /// <summary>In the words of <c>--noise</c>.</summary>
    public override string ToString() => noise.ToString();

    /// <summary>From interleaved channels to planes, and back: both are matrices, row by row.</summary>
    private static float[] Transposed(float[] values, int columns)
    {
        int rows = values.Length / columns;
        var transposed = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
            transposed[i % columns * rows + i / columns] = values[i];
        return transposed;
    }

    private long SeedOf(string name, int page)
    {
        ulong own = RandomStream.Mix((ulong)seed);
        foreach (char letter in name)
            own = RandomStream.Mix(own ^ (letter == Path.DirectorySeparatorChar ? '/' : letter));
        // A file of one page gets what a picture of its name gets.
        return (long)(page == 0 ? own : RandomStream.Mix(own ^ (ulong)page));
    }
}
