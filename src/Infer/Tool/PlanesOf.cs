using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>Between pictures, whose channels are interleaved, and planes of floats in [0,1], C x H x W.</summary>
internal static class PlanesOf
{
    internal static float[] Picture(Raster picture)
    {
        float[] pixels = picture.To<float>().Pixels, planes = new float[pixels.Length];
        int area = picture.Width * picture.Height, channels = picture.Channels;
        for (int i = 0; i < planes.Length; i++)
            planes[i] = pixels[i % area * channels + i / area];
        return planes;
    }

    /// <param name="planes">C x H x W values.</param>
    /// <param name="like">A picture of the same size.</param>
    internal static Raster<float> ToRaster(ReadOnlySpan<float> planes, Raster like)
    {
        int area = like.Width * like.Height;
        float[] pixels = new float[planes.Length];
        for (int i = 0; i < planes.Length; i++)
            pixels[i % area * like.Channels + i / area] = planes[i];
        return new(like.Width, like.Height, like.Channels, pixels);
    }
}
