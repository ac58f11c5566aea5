namespace Denoise.Pictures;

/// <summary>Keeps what is beneath transparent pixels, which nobody sees and which may be anything, out of the pixels beside them.</summary>
public static class Transparency
{
    /// <summary>The pixels with those of alpha 0 replaced by the mean of the nearest visible ones: of the smallest square around them, of
    /// 2, 4, 8 … pixels a side, that holds any (the pull and push of Gortler, Grzeszczuk, Szeliski, Cohen: The lumigraph, SIGGRAPH 1996,
    /// section 3.5). The same array where there is nothing to replace.</summary>
    /// <param name="picture">With or without alpha.</param>
    /// <returns>Height x Width x Channels values.</returns>
    public static T[] Filled<T>(Raster<T> picture) where T : unmanaged
    {
        if (picture.Alpha is not { } alpha || Array.TrueForAll(alpha, IsVisible))
            return picture.Pixels;
        float[] pixels = picture.To<float>().Pixels;
        Fill(pixels, Array.ConvertAll(alpha, IsVisible), picture.Width, picture.Height, picture.Channels);
        T[] filled = new Raster<float>(picture.Width, picture.Height, picture.Channels, pixels).To<T>().Pixels;
        Copy(picture.Pixels, filled, alpha, picture.Channels, visible: true);
        return filled;
    }

    /// <summary>Puts what was beneath transparent pixels back.</summary>
    /// <param name="original">As the file has it.</param>
    /// <param name="pixels">Made from it; Height x Width x Channels values.</param>
    public static void Restore<T>(Raster<T> original, T[] pixels) where T : unmanaged
    {
        if (original.Alpha is { } alpha)
            Copy(original.Pixels, pixels, alpha, original.Channels, visible: false);
    }

    private static bool IsVisible<T>(T alpha) where T : unmanaged => !EqualityComparer<T>.Default.Equals(alpha, default);

    private static void Copy<T>(T[] from, T[] to, T[] alpha, int channels, bool visible) where T : unmanaged
    {
        for (int i = 0; i < alpha.Length; i++)
            if (IsVisible(alpha[i]) == visible)
                from.AsSpan(i * channels, channels).CopyTo(to.AsSpan(i * channels));
    }

    /// <summary>Fills a level from the next coarser one, which is the mean of what is known in each square of 2 x 2, and is filled
    /// first.</summary>
    private static void Fill(float[] pixels, bool[] known, int width, int height, int channels)
    {
        if (!Array.Exists(known, k => k) || Array.TrueForAll(known, k => k))
            return;
        int halfWidth = (width + 1) / 2, halfHeight = (height + 1) / 2;
        var (coarse, count) = (new float[halfWidth * halfHeight * channels], new int[halfWidth * halfHeight]);
        for (int i = 0; i < known.Length; i++)
            if (known[i])
            {
                int parent = i / width / 2 * halfWidth + i % width / 2;
                count[parent]++;
                for (int channel = 0; channel < channels; channel++)
                {
                    ref float mean = ref coarse[parent * channels + channel];
                    mean += (pixels[i * channels + channel] - mean) / count[parent];
                }
            }
        Fill(coarse, Array.ConvertAll(count, c => c > 0), halfWidth, halfHeight, channels);
        for (int i = 0; i < known.Length; i++)
            if (!known[i])
                coarse.AsSpan((i / width / 2 * halfWidth + i % width / 2) * channels, channels).CopyTo(pixels.AsSpan(i * channels));
    }
}
