namespace Denoise.Tests.Pictures;

public class QualityTests
{
    private static Picture Flat(int size, byte value) => new(size, size, 1, [.. Enumerable.Repeat(value, size * size)]);

    [Fact]
    public void MseAndPsnrAreAsComputedByHand()
    {
        Picture a = new(2, 1, 1, [10, 20]), b = new(2, 1, 1, [13, 16]);
        Assert.Equal(12.5, Quality.Mse(a, b)); // (9 + 16) / 2
        Assert.Equal(10 * Math.Log10(65025 / 12.5), Quality.Psnr(a, b), 12); // 37.16 dB
        Assert.Equal(0, Quality.Psnr(Flat(3, 0), Flat(3, 255)));
        Assert.Equal(double.PositiveInfinity, Quality.Psnr(a, a));
    }

    [Fact]
    public void SsimOfFlatPicturesIsItsLuminanceTerm()
    {
        // Without variance only (2 a b + C1) / (a^2 + b^2 + C1) is left.
        double c1 = Math.Pow(0.01 * 255, 2), expected = (2 * 100 * 150 + c1) / (100 * 100 + 150 * 150 + c1);
        Assert.Equal(expected, Quality.Ssim(Flat(20, 100), Flat(20, 150)), 9);
    }

    [Theory]
    [InlineData(16, 13)]
    [InlineData(11, 11)]
    [InlineData(30, 5)]
    [InlineData(1, 1)]
    public void SsimAgreesWithTheFormulaWrittenOut(int width, int height)
    {
        Picture a = Samples.Picture(width, height, 1), b = Samples.Picture(width, height, seed: 2);
        Assert.Equal(Formula(a, b), Quality.Ssim(a, b), 9);
        Assert.Equal(1, Quality.Ssim(a, a), 9);
    }

    [Fact]
    public void SsimOfColourIsTheMeanOfItsChannels()
    {
        Picture a = Samples.Picture(14, 12, 3), b = Samples.Picture(14, 12, 3, seed: 2);
        double mean = Enumerable.Range(0, 3).Average(c => Formula(Channel(a, c), Channel(b, c)));
        Assert.Equal(mean, Quality.Ssim(a, b), 9);
    }

    [Fact]
    public void DifferentShapesAreRefused()
    {
        var exception = Assert.Throws<ArgumentException>(() => Quality.Psnr(Samples.Picture(3, 4, 1), Samples.Picture(4, 3, 1)));
        Assert.Contains("3x4x1 and 4x3x1", exception.Message);
        Assert.Throws<ArgumentException>(() => Quality.Ssim(Samples.Picture(3, 4, 1), Samples.Picture(3, 4, 3)));
    }

    private static Picture Channel(Picture p, int channel) =>
        new(p.Width, p.Height, 1, [.. p.Pixels.Where((_, i) => i % p.Channels == channel)]);

    /// <summary>Equation 13 of the paper with a window in two dimensions and variances about the mean, place by place.</summary>
    private static double Formula(Picture a, Picture b)
    {
        int tall = Math.Min(11, a.Height), wide = Math.Min(11, a.Width);
        double total = 0;
        int places = 0;
        for (int top = 0; top + tall <= a.Height; top++)
            for (int left = 0; left + wide <= a.Width; left++, places++)
            {
                var window = (from y in Enumerable.Range(0, tall)
                              from x in Enumerable.Range(0, wide)
                              let dy = y - (tall - 1) / 2.0
                              let dx = x - (wide - 1) / 2.0
                              let i = (top + y) * a.Width + left + x
                              let weight = Math.Exp(-(dx * dx + dy * dy) / 4.5)
                              select (Weight: weight, A: (double)a.Pixels[i], B: (double)b.Pixels[i])).ToList();
                double sum = window.Sum(w => w.Weight);
                double meanA = window.Sum(w => w.Weight * w.A) / sum, meanB = window.Sum(w => w.Weight * w.B) / sum;
                double varA = window.Sum(w => w.Weight * Math.Pow(w.A - meanA, 2)) / sum;
                double varB = window.Sum(w => w.Weight * Math.Pow(w.B - meanB, 2)) / sum;
                double cov = window.Sum(w => w.Weight * (w.A - meanA) * (w.B - meanB)) / sum;
                total += (2 * meanA * meanB + 6.5025) / (meanA * meanA + meanB * meanB + 6.5025)
                    * (2 * cov + 58.5225) / (varA + varB + 58.5225);
            }
        return total / places;
    }
}
