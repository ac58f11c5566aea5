namespace Denoise.Tests.Models;

/// <summary>How much brighter or darker a network makes a picture.</summary>
internal static class BrightnessShift
{
    private const int Tenths = 10, Side = 16, Enough = 8;

    /// <param name="denoiser">A colour network.</param>
    /// <param name="noise">Added to the picture; see docs/noise.md.</param>
    /// <param name="white">The picture's values are multiplied by it: 1, or less for a dark picture.</param>
    /// <returns>Mean of output minus input in levels of 255, for each tenth of the brightness range 0 to <paramref name="white"/> that
    /// has enough blocks. Of a block and not of a pixel, as whoever smooths a texture makes its darkest pixels brighter.</returns>
    internal static float[] Of(Denoiser denoiser, string noise, float white)
    {
        Picture picture = PictureFile.Read(Repository.File("docs", "still-life.jpg"));
        int area = picture.Width * picture.Height;
        float[] clean = [.. Enumerable.Range(0, 3 * area).Select(i => white * picture.Pixels[i % area * 3 + i / area] / 255f)];
        float[] noisy = [.. clean], denoised = new float[3 * area];
        Noise.Parse(noise).AddTo(noisy, new(3, picture.Height, picture.Width), seed: 1);
        denoiser.Denoise(noisy, denoised, picture.Height, picture.Width);
        return [.. Enumerable.Range(0, area).GroupBy(i => (i / picture.Width / Side, i % picture.Width / Side))
            .GroupBy(block => Math.Min((int)(block.Average(i => Mean(clean, i)) / white * Tenths), Tenths - 1))
            .Where(tenth => tenth.Count() >= Enough).OrderBy(tenth => tenth.Key)
            .Select(tenth => 255 * tenth.Average(block => block.Average(i => Mean(denoised, i) - Mean(noisy, i))))];

        float Mean(float[] planes, int i) => (planes[i] + planes[area + i] + planes[2 * area + i]) / 3;
    }
}
