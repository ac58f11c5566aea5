namespace Denoise.Tests.Train;

public class SyntheticDigitsTests
{
    private static readonly ImageSet Training = (ImageSet)SyntheticDigits.DataSet(1).Training;

    [Fact]
    public void TheSameSeedDrawsTheSameDigits()
    {
        string Fingerprint(long seed) => SyntheticDigits.DataSet(seed).Test.Fingerprint();
        Assert.Equal(Fingerprint(1), Fingerprint(1));
        Assert.NotEqual(Fingerprint(1), Fingerprint(2));
    }

    [Fact]
    public void NoTwoDrawingsAreAlike()
    {
        var distinct = Enumerable.Range(0, Training.Count).Select(i => Convert.ToHexString(Training.Image(i))).ToHashSet();
        Assert.True(distinct.Count > Training.Count * 0.999, $"{distinct.Count} of {Training.Count} are distinct");
    }

    [Fact]
    public void StrokesAreSoftAtTheirEdgesAndInkAFewPixels()
    {
        byte[][] images = [.. Enumerable.Range(0, 1000).Select(i => Training.Image(i).ToArray())];
        Assert.All(images, image => Assert.InRange(image.Count(p => p > 128), 15, 330));
        // An upright 1 may by chance lie on the pixel grid; nothing else has hard edges.
        Assert.InRange(images.Count(image => image.Count(p => p is > 20 and < 200) > 5), 990, 1000);
    }

    [Fact]
    public void EachDigitVariesInPlaceAndWidth()
    {
        for (int digit = 0; digit < 10; digit++)
        {
            byte[][] images = [.. Enumerable.Range(0, 200).Select(i => Training.Image(i * 10 + digit).ToArray())];
            double[] ink = [.. images.Select(image => image.Average(p => (double)p))];
            double[] column = [.. images.Select(image => image.Select((p, i) => (double)p * (i % 28)).Sum() / image.Sum(p => (double)p))];
            Assert.True(ink.Max() > 1.5 * ink.Min(), $"digit {digit} always has the same width");
            Assert.True(column.Max() - column.Min() > 2, $"digit {digit} is always at the same place");
        }
    }
}
