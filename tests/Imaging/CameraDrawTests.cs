using Denoise.Imaging;
using Denoise.Imaging.Noises;
using Xunit;

namespace Denoise.Tests.Imaging;

/// <summary>Which cameras there are, and whether their noise is like that of real photographs.</summary>
public class CameraDrawTests
{
    private const int Cameras = 20_000;

    private static readonly CameraNoise[] Drawn = [.. Enumerable.Range(0, Cameras).Select(Draw)];

    private static CameraNoise Draw(int seed)
    {
        var random = new RandomStream(seed);
        return CameraNoise.Draw(0.1, ref random);
    }

    private static void HaveShare(IEnumerable<bool> outcomes, double share)
    {
        bool[] all = [.. outcomes];
        long yes = all.LongCount(outcome => outcome);
        Statistics.FitsByChiSquare([yes, all.Length - yes], [share, 1 - share]);
    }

    [Fact]
    public void OneInEightDoesLittleToItsNoise()
    {
        CameraNoise[] plain = [.. Drawn.Where(c => c.Luma.Share == 0)], usual = [.. Drawn.Where(c => c.Luma.Share > 0)];
        HaveShare(Drawn.Select(c => c.Luma.Share == 0), 0.12);
        HaveShare(plain.Select(c => c.Sensor.Mosaic is null), 0.25);
        Assert.All(plain, c => Assert.Equal((Filter.None, Filter.None, 1), (c.Chroma, c.Sharpening, c.Scale)));
        HaveShare(usual.Select(c => c.Sharpening.Share < 0), 0.25);
        HaveShare(usual.Select(c => c.Scale != 1), 0.25);
        HaveShare(usual.Select(c => c.Sensor.Mosaic!.Value.Directed), 0.75);
        float[] scales = [.. usual.Select(c => c.Scale).Where(s => s != 1)];
        Statistics.FitsByKolmogorovSmirnov(scales, scale => scale - 0.6);
    }

    [Fact]
    public void SevenInTenWriteJpegOfAnyPlaceInItsBlocks()
    {
        JpegArtifacts[] usual = [.. Drawn.Where(c => c.Luma.Share > 0).Select(c => c.Jpeg).OfType<JpegArtifacts>()];
        HaveShare(Drawn.Select(c => c.Jpeg is not null), 0.88 * 0.75 + 0.12 / 3);
        HaveShare(usual.Select(j => j.Halved), 0.5);
        Assert.Equal((70, 98), (usual.Min(j => j.Quality), usual.Max(j => j.Quality)));
        Statistics.FitsByChiSquare([.. Enumerable.Range(70, 29).Select(q => usual.LongCount(j => j.Quality == q))], [.. Enumerable.Repeat(1 / 29.0, 29)]);
        long[] places = [.. Enumerable.Range(0, 256).Select(p => usual.LongCount(j => 16 * j.Top + j.Left == p))];
        Statistics.FitsByChiSquare(places, [.. Enumerable.Repeat(1 / 256.0, 256)]);
    }

    /// <summary>Correlations in noise of others' photographs, each less its slow differences: of neighbours 1 and 2 pixels apart (mean of red,
    /// green and blue), of red and green, and of (red − blue)/2 at 1 and 4 pixels.</summary>
    private sealed record Correlations(double Near, double Far, double RedGreen, double ChromaNear, double ChromaFar)
    {
        public static Correlations Of(NoiseMeasure noise) => new(noise.Channel[0], noise.Channel[1], noise.RedGreen, noise.Chroma[0], noise.Chroma[2]);

        public double[] Values => [Near, Far, RedGreen, ChromaNear, ChromaFar];
    }

    private static readonly Correlations PolyU = new(0.64, 0.33, 0.71, 0.91, 0.52), Usual = new(0.69, 0.36, 0.40, 0.88, 0.35), Renoir = new(0.54, 0.18, 0.04, 0.64, 0.04);

    [Fact]
    public void ItIsAsCoarseAndAsAlikeBetweenChannelsAsThatOfPhotographs()
    {
        Correlations[] ours = [.. Enumerable.Range(0, 240).Select(seed => Correlations.Of(Measure(seed)))];
        for (int i = 0; i < PolyU.Values.Length; i++)
        {
            double[] sorted = [.. ours.Select(noise => noise.Values[i]).Order()];
            double low = Math.Min(PolyU.Values[i], Usual.Values[i]), high = Math.Max(PolyU.Values[i], Usual.Values[i]);
            Assert.True(Quantile(sorted, 0.25) < low && high < Quantile(sorted, 0.75), Describe(i, sorted));
            Assert.True(Quantile(sorted, 0.02) < Renoir.Values[i] && Renoir.Values[i] < Quantile(sorted, 0.98), Describe(i, sorted));
        }
    }

    private static double Quantile(double[] sorted, double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];

    private static string Describe(int i, double[] sorted) =>
        $"statistic {i}: " + string.Join(' ', new[] { 0.02, 0.25, 0.5, 0.75, 0.98 }.Select(share => $"{Quantile(sorted, share):F2}"));

    /// <summary>Of a noise as strong as those measured, on waves and edges in colour.</summary>
    private static NoiseMeasure Measure(int seed)
    {
        var shape = new ImageShape(3, 128, 128);
        var random = new RandomStream(seed);
        float[] clean = Scene(shape, ref random), noisy = [.. clean];
        NoiseModel.Parse("camera:3/255..15/255").AddTo(noisy, shape, seed);
        return NoiseMeasure.Of(noisy, clean, shape);
    }

    private static float[] Scene(ImageShape shape, ref RandomStream random)
    {
        float across = random.Uniform(), down = random.Uniform(), tilt = 0.1f * random.Uniform();
        float[] grey = [0.2f + 0.4f * random.Uniform(), 0.2f + 0.4f * random.Uniform(), 0.2f + 0.4f * random.Uniform()];
        return [.. Enumerable.Range(0, shape.Values).Select(i => Value(i / shape.Area, i % shape.Area / shape.Width, i % shape.Width))];

        float Value(int channel, int y, int x) =>
            grey[channel] + 0.1f * MathF.Sin(tilt * (across * x + down * y)) + (across * (x - 64) > down * (y - 64) ? 0.1f : 0) + 0.03f * MathF.Sin(0.8f * x + 0.5f * y);
    }

    [Fact]
    public void RealPhotographsMeasureAsTheyAreSaidTo()
    {
        string folder = RealData.FolderOrSkip("polyu");
        string[] names = [.. Directory.GetFiles(Path.Combine(folder, "noisy")).Select(Path.GetFileName).OfType<string>().Where(n => !n.StartsWith("Sony", StringComparison.Ordinal)).Order()];
        double[][] all = [.. names.Where((_, i) => i % 4 == 0).Select(name => Correlations.Of(Pair(folder, name)).Values)];
        for (int i = 0; i < PolyU.Values.Length; i++)
            Assert.Equal(PolyU.Values[i], all.Average(values => values[i]), 0.03);
    }

    private static NoiseMeasure Pair(string folder, string name)
    {
        Picture noisy = PictureFile.Read(Path.Combine(folder, "noisy", name)), clean = PictureFile.Read(Path.Combine(folder, "clean", name));
        return NoiseMeasure.Of(Planes(noisy), Planes(clean), new(3, clean.Height, clean.Width));
    }

    private static float[] Planes(Picture picture)
    {
        int area = picture.Width * picture.Height;
        return [.. Enumerable.Range(0, 3 * area).Select(i => picture.Pixels[i % area * 3 + i / area] / 255f)];
    }
}
