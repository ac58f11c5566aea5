namespace Denoise.Tests.Pictures;

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
        Assert.All(plain, c => Assert.Equal((Filter.None, Filter.None, 0, 1), (c.Chroma, c.Sharpening, c.Detail, c.Scale)));
        HaveShare(usual.Select(c => c.Sharpening.Share < 0), 0.25);
        HaveShare(usual.Select(c => c.Scale != 1), 0.25);
        Statistics.FitsByKolmogorovSmirnov([.. usual.Select(c => c.Detail)], detail => detail / 8);
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
        long[] qualities = [.. Enumerable.Range(70, 29).Select(q => usual.LongCount(j => j.Quality == q))];
        Statistics.FitsByChiSquare(qualities, [.. Enumerable.Repeat(1 / 29.0, 29)]);
        long[] places = [.. Enumerable.Range(0, 256).Select(p => usual.LongCount(j => 16 * j.Top + j.Left == p))];
        Statistics.FitsByChiSquare(places, [.. Enumerable.Repeat(1 / 256.0, 256)]);
    }

    /// <summary>A number that noise has, and its mean over the noise of others' photographs (docs/noise.md), where it is known.</summary>
    /// <param name="Others">Of the three more sets.</param>
    /// <param name="Tail">The share of our noise below, and above, those means.</param>
    private sealed record Statistic(
        string Name, Func<NoiseMeasure, double> Of, double PolyU, double? Others = null, double? Renoir = null, double Tail = 0.25)
    {
        public double Low => Math.Min(PolyU, Others ?? PolyU);

        public double High => Math.Max(PolyU, Others ?? PolyU);
    }

    private static readonly Statistic[] All =
    [
        new("neighbours, lag 1", noise => noise.Channel[0], 0.64, 0.69, 0.54),
        new("neighbours, lag 2", noise => noise.Channel[1], 0.33, 0.36, 0.18),
        new("luma, lag 1", noise => noise.Luma[0], 0.57),
        new("luma, lag 2", noise => noise.Luma[1], 0.20),
        new("red and green", noise => noise.RedGreen, 0.71, 0.40, 0.04),
        new("green and blue", noise => noise.GreenBlue, 0.68),
        new("chroma, lag 1", noise => noise.Chroma[0], 0.91, 0.88, 0.64),
        new("chroma, lag 2", noise => noise.Chroma[1], 0.79),
        new("chroma, lag 4", noise => noise.Chroma[2], 0.52, 0.35, 0.04),
        new("green beside all", noise => noise.Green, 0.91, Tail: 0.1),
        new("blue beside all", noise => noise.Blue, 1.07, Tail: 0.1),
    ];

    [Fact]
    public void ItIsAsCoarseAndAsAlikeBetweenChannelsAsThatOfPhotographs()
    {
        NoiseMeasure[] ours = [.. Enumerable.Range(0, 240).Select(Measure)];
        Assert.All(All, statistic =>
        {
            double[] sorted = [.. ours.Select(statistic.Of).Order()];
            var (low, high) = (Quantile(sorted, statistic.Tail), Quantile(sorted, 1 - statistic.Tail));
            Assert.True(low < statistic.Low && statistic.High < high, Describe(statistic, sorted));
            double renoir = statistic.Renoir ?? statistic.PolyU;
            Assert.True(Quantile(sorted, 0.02) < renoir && renoir < Quantile(sorted, 0.98), Describe(statistic, sorted));
        });
    }

    private static double Quantile(double[] sorted, double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];

    private static string Describe(Statistic statistic, double[] sorted) =>
        $"{statistic.Name}: " + string.Join(' ', new[] { 0.02, 0.25, 0.5, 0.75, 0.98 }.Select(share => $"{Quantile(sorted, share):F2}"));

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
        return [.. Enumerable.Range(0, shape.Values)
            .Select(i => grey[i / shape.Area] + Pattern(i % shape.Area / shape.Width, i % shape.Width))];

        float Pattern(int y, int x) => (across * (x - 64) > down * (y - 64) ? 0.1f : 0)
            + 0.1f * MathF.Sin(tilt * (across * x + down * y)) + 0.03f * MathF.Sin(0.8f * x + 0.5f * y);
    }

    [Fact]
    public void RealPhotographsMeasureAsTheyAreSaidTo()
    {
        string folder = RealData.FolderOrSkip("polyu");
        NoiseMeasure[] real = [.. Names(folder).Where((_, i) => i % 4 == 0)
            .Select(name => Pair(Path.Combine(folder, "noisy", name), Path.Combine(folder, "clean", name)))];
        Assert.All(All, statistic => Assert.Equal(statistic.PolyU, real.Average(statistic.Of), 0.03));
    }

    /// <summary>Ours on the clean pictures, beside that of the pairs: in the tenth of most contrast and in the quarter of least.</summary>
    [Fact]
    public void ItIsStrongerOnDetailsAsInPhotographs()
    {
        string folder = RealData.FolderOrSkip("polyu");
        var shape = new ImageShape(3, 512, 512);
        var (real, ours) = (new List<double>(), new List<double>());
        foreach (string name in Names(folder).Where((_, i) => i % 8 == 0))
        {
            float[] clean = Planes(PictureFile.Read(Path.Combine(folder, "clean", name)));
            float[] noisy = [.. clean];
            NoiseModel.Parse("camera:5/255").AddTo(noisy, shape, real.Count);
            real.Add(OnDetails(Planes(PictureFile.Read(Path.Combine(folder, "noisy", name))), clean, shape));
            ours.Add(OnDetails(noisy, clean, shape));
        }
        real.Sort();
        ours.Sort();
        Assert.InRange(real[real.Count / 2], 2, 3.5);
        Assert.InRange(real[real.Count / 2], ours[ours.Count / 4], ours[^1]);
    }

    private static double OnDetails(float[] noisy, float[] clean, ImageShape shape)
    {
        float[] contrast = new float[shape.Area];
        LocalContrast.Measure(clean, shape, contrast);
        int[] order = [.. Enumerable.Range(0, shape.Area).OrderBy(i => contrast[i])];
        return Math.Sqrt(order[^(shape.Area / 10)..].Average(Power) / order[..(shape.Area / 4)].Average(Power));

        double Power(int i) => Math.Pow(Enumerable.Range(0, 3).Average(c => noisy[c * shape.Area + i] - clean[c * shape.Area + i]), 2);
    }

    private static string[] Names(string folder) => [.. Directory.GetFiles(Path.Combine(folder, "noisy"))
        .Select(file => Path.GetFileName(file)).Where(name => !name.StartsWith("Sony", StringComparison.Ordinal)).Order()];

    private static NoiseMeasure Pair(string noisy, string clean)
    {
        Picture picture = PictureFile.Read(clean);
        return NoiseMeasure.Of(Planes(PictureFile.Read(noisy)), Planes(picture), new(3, picture.Height, picture.Width));
    }

    private static float[] Planes(Picture picture)
    {
        int area = picture.Width * picture.Height;
        return [.. Enumerable.Range(0, 3 * area).Select(i => picture.Pixels[i % area * 3 + i / area] / 255f)];
    }
}
