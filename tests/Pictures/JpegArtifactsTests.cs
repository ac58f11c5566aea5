namespace Denoise.Tests.Pictures;

public sealed class JpegArtifactsTests : FolderTest
{
    /// <summary>Levels with slopes, an edge and noise, C×H×W.</summary>
    private static byte[] Levels(ImageShape shape)
    {
        var random = new RandomStream(5);
        return [.. Enumerable.Range(0, shape.Values).Select(i => (byte)(Slope(i) + Edge(i) + random.Below(20)))];

        int Slope(int i) => (3 + i / shape.Area) * (i % shape.Width) % 180;

        int Edge(int i) => i / shape.Width % shape.Height > shape.Height / 2 ? 50 : 0;
    }

    private static float[] Values(byte[] levels) => new Raster<byte>(levels.Length, 1, 1, levels).To<float>().Pixels;

    private static byte[] Compress(byte[] levels, ImageShape shape, JpegArtifacts jpeg)
    {
        float[] picture = Values(levels);
        jpeg.AddTo(picture, shape);
        byte[] compressed = new Raster<float>(picture.Length, 1, 1, picture).To<byte>().Pixels;
        Assert.Equal(Values(compressed), picture); // to the float, as a file would be read
        return compressed;
    }

    private static byte[] CompressAt(int quality, byte[] levels, ImageShape shape) => Compress(levels, shape, new(quality, false, 0, 0));

    private static double MeanDifference(byte[] a, byte[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Average();

    [Theory]
    [InlineData(64, 64)]
    [InlineData(43, 61)]
    public void ACodecOfTheSameQualityLosesTheSame(int height, int width)
    {
        var shape = new ImageShape(1, height, width);
        byte[] levels = Levels(shape);
        PictureFile.Write(_folder["grey.jpg"], new(width, height, 1, levels)); // of a quality of 95
        byte[] decoded = PictureFile.Read(_folder["grey.jpg"]).Pixels, compressed = CompressAt(95, levels, shape);
        // libjpeg transforms in integers, exact to an eighth of a level: what lies so close to the middle of two steps may go to the other.
        double lost = MeanDifference(levels, compressed);
        Assert.InRange(lost, 1, 2);
        Assert.InRange(MeanDifference(decoded, compressed), 0, lost / 3);
    }

    [Theory]
    [InlineData(1, 16, 24, 60, false, 0, 0)]
    [InlineData(1, 21, 13, 98, false, 5, 14)]
    [InlineData(3, 32, 48, 75, false, 0, 0)]
    [InlineData(3, 32, 48, 75, true, 0, 0)]
    [InlineData(3, 37, 51, 90, true, 7, 12)]
    [InlineData(3, 1, 1, 70, true, 15, 15)]
    [InlineData(3, 64, 64, 98, true, 1, 8)]
    public void ItIsAsTheStandardsFormulasGiveIt(int channels, int height, int width, int quality, bool halved, int top, int left)
    {
        var shape = new ImageShape(channels, height, width);
        byte[] levels = Levels(shape), actual = Compress(levels, shape, new(quality, halved, top, left));
        byte[] expected = new JpegReference(quality, halved, top, left).Compress(levels, shape);
        // A float just beside a half may go to the other side, and takes the pixels of its block along, by a level.
        Assert.InRange(actual.Zip(expected).Count(pair => pair.First != pair.Second), 0, actual.Length / 200);
        Assert.InRange(actual.Zip(expected).Max(pair => Math.Abs(pair.First - pair.Second)), 0, 1);
    }

    private static float[] Steps(byte[] table, int quality)
    {
        float[] steps = new float[64];
        JpegBlocks.PutSteps(table, quality, steps);
        return steps;
    }

    [Fact]
    public void TheStepsAreTheStandardsScaledByTheQuality()
    {
        float[] half = Steps(JpegBlocks.Luminance, 50), chroma = Steps(JpegBlocks.Chrominance, 50);
        Assert.Equal([16, 11, 10, 16, 24, 40, 51, 61], half[..8]);
        Assert.Equal([47, 66, 99, 99, 99, 99, 99, 99], chroma[24..32]);
        Assert.Equal((3688, 5505), (half.Sum(), chroma.Sum()));
        Assert.All(Steps(JpegBlocks.Luminance, 100), step => Assert.Equal(1, step));
        Assert.Equal(half.Select(step => MathF.Floor((step * 50 + 50) / 100)), Steps(JpegBlocks.Luminance, 75));
        Assert.Equal(half.Select(step => MathF.Min(255, MathF.Floor((step * 500 + 50) / 100))), Steps(JpegBlocks.Luminance, 10));
    }

    [Fact]
    public void TheLowerTheQualityTheMoreIsLost()
    {
        var shape = new ImageShape(1, 64, 64);
        byte[] levels = Levels(shape);
        double[] lost = [.. new[] { 98, 90, 80, 70, 60 }.Select(quality => MeanDifference(levels, CompressAt(quality, levels, shape)))];
        Assert.Equal(lost.Order(), lost);
        Assert.InRange(lost[0], 0.1, 1);
        Assert.InRange(lost[^1], 2, 6);
    }

    [Fact]
    public void OneGreyStaysOneAndNearlyItself()
    {
        for (int level = 0; level <= 255; level++)
        {
            byte[] flat = Compress([.. Enumerable.Repeat((byte)level, 300)], new(3, 10, 10), new(60, true, 3, 4));
            Assert.InRange(Assert.Single(flat.Distinct()) - level, -1, 1); // the mean has steps of 13/8
        }
    }

    [Fact]
    public void BeyondAnEdgeThePictureGoesOnAsItEnds()
    {
        var shape = new ImageShape(1, 11, 13);
        byte[] levels = Levels(shape);
        byte[] whole = [.. Enumerable.Range(0, 256)
            .Select(i => levels[Math.Clamp(i / 16 - 2, 0, 10) * 13 + Math.Clamp(i % 16 - 1, 0, 12)])];
        whole = CompressAt(80, whole, new(1, 16, 16));
        byte[] part = [.. Enumerable.Range(0, shape.Area).Select(i => whole[(i / 13 + 2) * 16 + i % 13 + 1])];
        Assert.Equal(part, Compress(levels, shape, new(80, false, 2, 1)));
    }
}
