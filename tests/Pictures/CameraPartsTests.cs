namespace Denoise.Tests.Pictures;

/// <summary>Demosaicking, filters, resizing and luma, each on its own.</summary>
public class CameraPartsTests
{
    private const int Side = 20;

    private static float[] Values(int count, long seed)
    {
        float[] values = new float[count];
        new RandomStream(seed).Normal(values);
        return values;
    }

    /// <summary>Three planes of what a camera sees at each pixel, H×W of each.</summary>
    private static float[] Interpolate(Mosaic mosaic, float[] noise, float[] picture)
    {
        float[] colours = new float[3 * noise.Length];
        mosaic.Interpolate([.. noise], [.. picture], colours, Side);
        return colours;
    }

    private static IEnumerable<(int Y, int X)> Inside()
    {
        int[] inside = [.. Enumerable.Range(Mosaic.Border, Side - 2 * Mosaic.Border)];
        return from y in inside from x in inside select (y, x);
    }

    public static TheoryData<int, int, bool, float> Mosaics() => new(
        from row in new[] { 0, 1 }
        from column in new[] { 0, 1 }
        from directed in new[] { false, true }
        from differences in new[] { 0, 0.5f, 1 }
        select (row, column, directed, differences));

    [Theory]
    [MemberData(nameof(Mosaics))]
    public void EachPixelKeepsTheColourItSawAndASlopeIsFoundAgain(int row, int column, bool directed, float differences)
    {
        var mosaic = new Mosaic(row, column, directed, differences);
        float[] noise = Values(Side * Side, 1), flat = new float[noise.Length];
        float[] slope = [.. noise.Select((_, i) => 0.5f * (i / Side) - 0.2f * (i % Side) + 1)];
        float[] colours = Interpolate(mosaic, noise, flat), slopes = Interpolate(mosaic, slope, flat);
        foreach (var (y, x) in Inside())
        {
            int i = y * Side + x;
            Assert.Equal(noise[i], colours[mosaic.ColourAt(y, x) * noise.Length + i], 1e-5f);
            Assert.All(Enumerable.Range(0, 3), c => Assert.Equal(slope[i], slopes[c * noise.Length + i], 1e-4f));
        }
    }

    [Fact]
    public void SquaresOfTwoByTwoHaveTwoGreens()
    {
        Assert.Equal([0, 1, 0, 1, 1, 2, 1, 2], Colours(new(0, 0, false, 0)));
        Assert.Equal([1, 2, 1, 2, 0, 1, 0, 1], Colours(new(1, 0, false, 0)));
        Assert.Equal([1, 0, 1, 0, 2, 1, 2, 1], Colours(new(0, 1, false, 0)));

        static IEnumerable<int> Colours(Mosaic mosaic) => Enumerable.Range(0, 8).Select(i => mosaic.ColourAt(i / 4, i % 4));
    }

    [Fact]
    public void BilinearColoursAreMeansOfTheNearest()
    {
        var mosaic = new Mosaic(0, 0, false, 0);
        float[] noise = Values(Side * Side, 1), colours = Interpolate(mosaic, noise, new float[noise.Length]);
        foreach (var (y, x) in Inside())
            for (int colour = 0; colour < 3; colour++)
            {
                (int Y, int X)[] seen = [.. Enumerable.Range(0, 9).Select(i => (Y: i / 3 - 1, X: i % 3 - 1))
                    .Where(p => mosaic.ColourAt(y + p.Y, x + p.X) == colour)];
                int nearest = seen.Min(p => Math.Abs(p.Y) + Math.Abs(p.X));
                double mean = seen.Where(p => Math.Abs(p.Y) + Math.Abs(p.X) == nearest).Average(p => noise[(y + p.Y) * Side + x + p.X]);
                Assert.Equal(mean, colours[colour * noise.Length + y * Side + x], 1e-5);
            }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void GreenIsFoundAlongTheLinesOfThePicture(bool rows)
    {
        // Lines far stronger than the noise.
        float[] noise = Values(Side * Side, 1), picture = [.. noise.Select((_, i) => 100f * ((rows ? i / Side : i % Side) % 3))];
        var mosaic = new Mosaic(0, 0, true, 1);
        float[] colours = Interpolate(mosaic, noise, picture);
        int step = rows ? 1 : Side;
        foreach (var (y, x) in Inside().Where(p => mosaic.ColourAt(p.Y, p.X) != 1))
        {
            int i = y * Side + x;
            double expected = (noise[i - step] + noise[i + step]) / 2 + (2 * noise[i] - noise[i - 2 * step] - noise[i + 2 * step]) / 4;
            Assert.Equal(expected, colours[noise.Length + i], 1e-5);
        }
    }

    [Fact]
    public void TheNoisesSignDoesNotChooseTheDirection()
    {
        float[] noise = Values(Side * Side, 1), picture = Values(Side * Side, 2), inverse = [.. noise.Select(v => -v)];
        var mosaic = new Mosaic(1, 0, true, 1);
        Assert.Equal(Interpolate(mosaic, noise, picture), Interpolate(mosaic, inverse, picture).Select(v => -v));
    }

    [Theory]
    [InlineData(0.9f, 0.7f)]
    [InlineData(2.5f, 1)]
    [InlineData(1.2f, -0.6f)]
    public void AFilterSpreadsAPointAsAGaussianDoes(float sigma, float share)
    {
        const int side = 31, middle = 15;
        float[] point = new float[side * side];
        point[middle * side + middle] = 1;
        var filter = new Filter(sigma, share);
        filter.Apply(point, side, new float[side * side]);
        double[] kernel = [.. Enumerable.Range(-filter.Reach, 2 * filter.Reach + 1).Select(d => Math.Exp(-d * d / (2.0 * sigma * sigma)))];
        double sum = kernel.Sum();
        for (int i = 0; i < point.Length; i++)
        {
            int y = i / side - middle, x = i % side - middle;
            bool reached = Math.Max(Math.Abs(y), Math.Abs(x)) <= filter.Reach;
            double smooth = reached ? kernel[y + filter.Reach] * kernel[x + filter.Reach] / sum / sum : 0;
            Assert.Equal(share * smooth + (y == 0 && x == 0 ? 1 - share : 0), point[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0.6f, 0)]
    [InlineData(0.85f, 0)]
    [InlineData(1.3f, 0.06)]
    [InlineData(1.6f, 0.06)]
    public void ResizedASlopeIsTheSlopeItWas(float scale, double off)
    {
        var random = new RandomStream(3);
        Resampling rows = new(15, scale, 4, ref random), columns = new(22, scale, 4, ref random);
        Assert.InRange(rows.Length, 15 * scale + 8, 15 * scale + 14);
        // The camera's pixels have the place in the picture that they see.
        float[] camera = [.. Enumerable.Range(0, rows.Length * columns.Length).Select(i => 1f * (i % columns.Length))];
        float[] picture = new float[15 * 22];
        Resampling.Resample(camera, rows, columns, picture, new float[camera.Length]);
        for (int i = 0; i < picture.Length; i++)
            Assert.InRange(picture[i] - (picture[0] + i % 22 * scale), -2 * off - 1e-4, 2 * off + 1e-4);
        if (scale == 1)
            Assert.Equal([.. Enumerable.Repeat(0, 5), .. Enumerable.Range(0, 22), .. Enumerable.Repeat(21, 5)], columns.Nearest);
    }

    [Fact]
    public void LumaAndColoursAreOneAndTheSame()
    {
        float[] colours = Values(3 * 50, 1), planes = [.. colours];
        Luminance.Separate(planes);
        for (int i = 0; i < 50; i++)
        {
            double luma = 0.299 * colours[i] + 0.587 * colours[i + 50] + 0.114 * colours[i + 100];
            Assert.Equal(luma, planes[i], 1e-6);
            Assert.Equal((colours[i] - luma, colours[i + 100] - luma), ((double)planes[i + 50], planes[i + 100]), Near);
        }
        Luminance.Join(planes);
        Assert.All(colours.Zip(planes), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));

        static bool Near((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-5;
    }
}
