namespace Denoise.Tests.Pictures;

/// <summary>Pictures of cameras with fewer bits than their files.</summary>
public sealed class WhiteLevelTests
{
    [Theory]
    [InlineData(1023), InlineData(4095), InlineData(16383)]
    public void EveryLevelComesBack(int white)
    {
        var level = new WhiteLevel(white);
        var picture = new Raster<ushort>(white + 1, 1, 1, [.. Enumerable.Range(0, white + 1).Select(i => (ushort)i)]);
        var stretched = (Raster<ushort>)level.Stretch(picture);
        Assert.Equal((0, 65535), (stretched.Pixels[0], stretched.Pixels[white]));
        Assert.Equal(picture.Pixels, ((Raster<ushort>)level.Restore(stretched)).Pixels);
    }

    [Fact]
    public void BrighterThanWhiteIsWhiteInWordsAndBrighterInFloats()
    {
        var level = new WhiteLevel(4095);
        Assert.Equal([65535], ((Raster<ushort>)level.Stretch(new Raster<ushort>(1, 1, 1, [5000]))).Pixels);
        Raster floats = level.Stretch(new Raster<float>(2, 1, 1, [8190, -4095]));
        Assert.Equal([2, -1], ((Raster<float>)floats).Pixels);
        Assert.Equal([8190, -4095], ((Raster<float>)level.Restore(floats)).Pixels);
    }

    [Fact]
    public void WithTheUsualWhiteNothingChanges()
    {
        var words = new Raster<ushort>(1, 1, 1, [7]);
        Assert.Same(words, default(WhiteLevel).Stretch(words));
        Assert.Same(words, default(WhiteLevel).Restore(words));
    }

    [Fact]
    public void BytesStayAsTheyAre()
    {
        var bytes = new Raster<byte>(1, 1, 1, [7]);
        Assert.Same(bytes, new WhiteLevel(100).Stretch(bytes));
        Assert.Same(bytes, new WhiteLevel(100).Restore(bytes));
    }

    [Theory]
    [InlineData(0, 1023), InlineData(1023, 1023), InlineData(1024, 4095), InlineData(4095, 4095), InlineData(16383, 16383)]
    [InlineData(16384, null), InlineData(65535, null)]
    public void TheFewestBitsThatHoldTheGreatestValue(int greatest, int? white) =>
        Assert.Equal(white, (int?)WhiteLevel.Holding((ushort)greatest).Value);
}
