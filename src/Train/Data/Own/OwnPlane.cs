using System.Numerics;
using Denoise.Infer;
using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>Whole pictures, looked at before training.</summary>
internal static class OwnPlane
{
    /// <summary>The mean over the channels, H×W, 0 black to 1 white.</summary>
    public static float[] Grey(Raster picture) => picture switch
    {
        Raster<byte> bytes => Grey(bytes, byte.MaxValue),
        Raster<ushort> words => Grey(words, ushort.MaxValue),
        _ => Grey(picture.To<float>(), 1),
    };

    /// <summary>The second channel, or the only one, H×W: the noise of one channel, which a mean would make weaker.</summary>
    public static float[] Green(Raster picture)
    {
        float[] pixels = picture.To<float>().Pixels;
        return picture.Channels == 1 ? pixels : [.. Enumerable.Range(0, pixels.Length / 3).Select(i => pixels[3 * i + 1])];
    }

    private static float[] Grey<T>(Raster<T> picture, float white) where T : unmanaged, INumberBase<T>
    {
        float[] grey = new float[picture.Height * picture.Width];
        for (int i = 0; i < picture.Pixels.Length; i++)
            grey[i / picture.Channels] += float.CreateTruncating(picture.Pixels[i]) / (white * picture.Channels);
        return grey;
    }

    /// <summary>The noise that <c>infer</c> finds in a picture.</summary>
    public static NoiseCurve Level(Raster picture)
    {
        var layout = new ImageLayout(picture.Height, picture.Width) { Channels = picture.Channels, Interleaved = true };
        return picture switch
        {
            Raster<byte> bytes => NoiseCurve.Estimate<byte>(bytes.Pixels, layout),
            Raster<ushort> words => NoiseCurve.Estimate<ushort>(words.Pixels, layout),
            _ => NoiseCurve.Estimate<float>(picture.To<float>().Pixels, layout),
        };
    }

    /// <summary>The mean deviation over a picture's brightnesses.</summary>
    /// <param name="curve">The picture's noise.</param>
    /// <param name="grey">H×W, from <see cref="Grey(Raster)"/>.</param>
    public static double Deviation(NoiseCurve curve, ReadOnlySpan<float> grey)
    {
        double power = 0;
        foreach (float value in grey)
            power += Math.Pow(curve.At(value), 2);
        return Math.Sqrt(power / grey.Length);
    }
}
