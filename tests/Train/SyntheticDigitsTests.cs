using Denoise.Train.Data;
using Xunit;

namespace Denoise.Tests.Train;

public class SyntheticDigitsTests
{
    private static readonly DataSet Digits = SyntheticDigits.DataSet(1);

    [Fact]
    public void TheSameSeedDrawsTheSameDigits()
    {
        Assert.Equal(Digits.Test.Pixels, SyntheticDigits.DataSet(1).Test.Pixels);
        Assert.NotEqual(Digits.Test.Pixels, SyntheticDigits.DataSet(2).Test.Pixels);
    }

    [Fact]
    public void NoTwoDrawingsAreAlike()
    {
        var distinct = Enumerable.Range(0, Digits.Training.Count).Select(i => Convert.ToHexString(Digits.Training.Image(i))).ToHashSet();
        Assert.True(distinct.Count > Digits.Training.Count * 0.999, $"{distinct.Count} of {Digits.Training.Count} are distinct");
    }

    [Fact]
    public void StrokesAreSoftAtTheirEdgesAndInkAFewPixels()
    {
        for (int i = 0; i < 1000; i++)
        {
            byte[] image = Digits.Training.Image(i).ToArray();
            Assert.InRange(image.Count(p => p > 128), 15, 330);
            Assert.True(image.Count(p => p is > 20 and < 200) > 5, $"image {i} has no soft edge");
        }
    }

    [Fact]
    public void EachDigitVariesInPlaceAndWidth()
    {
        for (int digit = 0; digit < 10; digit++)
        {
            byte[][] images = [.. Enumerable.Range(0, 200).Select(i => Digits.Training.Image(i * 10 + digit).ToArray())];
            double[] ink = [.. images.Select(image => image.Average(p => (double)p))];
            double[] column = [.. images.Select(image => image.Select((p, i) => (double)p * (i % 28)).Sum() / image.Sum(p => (double)p))];
            Assert.True(ink.Max() > 1.5 * ink.Min(), $"digit {digit} always has the same width");
            Assert.True(column.Max() - column.Min() > 2, $"digit {digit} is always at the same place");
        }
    }
}
