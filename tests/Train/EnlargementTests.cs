namespace Denoise.Tests.Train;

public class EnlargementTests
{
    private const int Side = 32;

    private static float[] Image(Func<int, int, float> value) =>
        [.. Enumerable.Range(0, Side * Side).Select(i => value(i / Side, i % Side))];

    private static float[] Enlarge(float factor, float[] image)
    {
        float[] result = [.. image];
        new Enlargement(factor, Side).Apply(result);
        return result;
    }

    [Fact]
    public void AFactorOfOneChangesNothing()
    {
        float[] image = Image((y, x) => (y * 37 + x * 11) % 50 / 50f);
        Assert.Equal(image, Enlarge(1, image));
    }

    /// <summary>The interpolation is exact for polynomials up to the second degree.</summary>
    [Theory]
    [InlineData(1.5f)]
    [InlineData(2)]
    [InlineData(3)]
    public void APictureOfSmoothSlopesIsThePictureAtTheNewScale(float factor)
    {
        static float Value(double y, double x) => (float)(0.3 + 0.01 * (y - 15.5) - 0.005 * (x - 15.5) + 0.0005 * (x - 15.5) * (x - 15.5));
        float[] expected = Image((y, x) => Value((y - 15.5) / factor + 15.5, (x - 15.5) / factor + 15.5));
        float[] found = Enlarge(factor, Image((y, x) => Value(y, x)));
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-5f);
    }

    [Fact]
    public void EachChannelIsEnlargedByItself()
    {
        float[] first = Image((y, x) => (y + x) % 7 / 7f), second = Image((y, x) => y * x % 5 / 5f);
        Assert.Equal([.. Enlarge(2, first), .. Enlarge(2, second)], Enlarge(2, [.. first, .. second]));
    }

    [Fact]
    public void ValuesStayFromZeroToOne() =>
        Assert.All(Enlarge(2.3f, Image((y, x) => (y / 3 + x / 3) % 2)), value => Assert.InRange(value, 0, 1));
}
