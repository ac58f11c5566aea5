using Denoise.Imaging;
using Denoise.Imaging.Noises;
using Xunit;

namespace Denoise.Tests.Imaging;

public sealed class JpegArtifactsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Levels with slopes, an edge and noise, H×W.</summary>
    private static byte[] Levels(int height, int width)
    {
        var random = new RandomStream(5);
        return [.. Enumerable.Range(0, height * width).Select(i => (byte)(3 * (i % width) % 180 + (i / width > height / 2 ? 50 : 0) + random.Below(20)))];
    }

    private static float[] Values(byte[] levels) => new Raster<byte>(levels.Length, 1, 1, levels).To<float>().Pixels;

    private static byte[] Compress(byte[] levels, int height, int width, int quality)
    {
        float[] plane = Values(levels);
        JpegArtifacts.AddTo(plane, height, width, quality);
        byte[] compressed = new Raster<float>(plane.Length, 1, 1, plane).To<byte>().Pixels;
        Assert.Equal(Values(compressed), plane); // to the float, as a file would be read
        return compressed;
    }

    private static double MeanDifference(byte[] a, byte[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Average();

    private static float[] Steps(int quality)
    {
        float[] steps = new float[64];
        JpegArtifacts.PutSteps(quality, steps);
        return steps;
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(43, 61)]
    public void ACodecOfTheSameQualityLosesTheSame(int height, int width)
    {
        byte[] levels = Levels(height, width);
        PictureFile.Write(_folder["grey.jpg"], new(width, height, 1, levels)); // of a quality of 95
        byte[] decoded = PictureFile.Read(_folder["grey.jpg"]).Pixels, compressed = Compress(levels, height, width, 95);
        // libjpeg transforms in integers, exact to an eighth of a level: what lies so close to the middle of two steps may go to the other.
        double lost = MeanDifference(levels, compressed);
        Assert.InRange(lost, 1, 2);
        Assert.InRange(MeanDifference(decoded, compressed), 0, lost / 3);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(75)]
    [InlineData(98)]
    public void ABlockIsAsTheStandardsFormulasGiveIt(int quality)
    {
        byte[] levels = Levels(8, 8), expected = ByFormula(levels, Steps(quality));
        Assert.InRange(MeanDifference(expected, Compress(levels, 8, 8, quality)), 0, 0.05);
    }

    /// <summary>ITU-T T.81, A.3.3 and A.3.4, sum by sum.</summary>
    private static byte[] ByFormula(byte[] levels, float[] steps)
    {
        double[] coefficients = new double[64];
        for (int i = 0; i < 64; i++)
        {
            double sum = Enumerable.Range(0, 64).Sum(p => (levels[p] - 128) * Wave(i, p));
            coefficients[i] = steps[i] * Math.Round(sum / steps[i], MidpointRounding.AwayFromZero);
        }
        return [.. Enumerable.Range(0, 64).Select(p => (byte)Math.Clamp(Math.Round(128 + Enumerable.Range(0, 64).Sum(i => coefficients[i] * Wave(i, p))), 0, 255))];
    }

    private static double Wave(int coefficient, int pixel)
    {
        return Along(coefficient / 8, pixel / 8) * Along(coefficient % 8, pixel % 8);

        static double Along(int u, int x) => (u == 0 ? Math.Sqrt(0.5) : 1) / 2 * Math.Cos((2 * x + 1) * u * Math.PI / 16);
    }

    [Fact]
    public void TheStepsAreTheStandardsScaledByTheQuality()
    {
        float[] half = Steps(50);
        Assert.Equal([16, 11, 10, 16, 24, 40, 51, 61], half[..8]);
        Assert.Equal(3688, half.Sum());
        Assert.All(Steps(100), step => Assert.Equal(1, step));
        Assert.Equal(half.Select(step => Math.Floor((step * 50 + 50) / 100)), Steps(75).Select(step => (double)step));
        Assert.Equal(half.Select(step => Math.Min(255, Math.Floor((step * 500 + 50) / 100))), Steps(10).Select(step => (double)step));
    }

    [Fact]
    public void TheLowerTheQualityTheMoreIsLost()
    {
        byte[] levels = Levels(64, 64);
        double[] lost = [.. new[] { 98, 90, 80, 70, 60 }.Select(quality => MeanDifference(levels, Compress(levels, 64, 64, quality)))];
        Assert.Equal(lost.Order(), lost);
        Assert.InRange(lost[0], 0.1, 1);
        Assert.InRange(lost[^1], 2, 6);
    }

    [Fact]
    public void OneGreyStaysOneAndNearlyItself()
    {
        for (int level = 0; level <= 255; level++)
        {
            byte[] flat = Compress([.. Enumerable.Repeat((byte)level, 100)], 10, 10, 60);
            Assert.InRange(Assert.Single(flat.Distinct()) - level, -1, 1); // the mean has steps of 13/8
        }
    }

    [Fact]
    public void BeyondAnEdgeThePictureGoesOnAsItEnds()
    {
        const int height = 11, width = 13;
        byte[] levels = Levels(height, width);
        byte[] whole = [.. Enumerable.Range(0, 256).Select(i => levels[Math.Min(i / 16, height - 1) * width + Math.Min(i % 16, width - 1)])];
        whole = Compress(whole, 16, 16, 80);
        byte[] part = [.. Enumerable.Range(0, height * width).Select(i => whole[i / width * 16 + i % width])];
        Assert.Equal(part, Compress(levels, height, width, 80));
    }
}
