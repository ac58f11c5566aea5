namespace Denoise.Tests.Train;

public sealed class DataSetsTests : FolderTest
{
    [Fact]
    public void AnUnknownNameIsAnsweredWithTheNearest()
    {
        var e = Assert.Throws<FormatException>(() => DataSets.LoadSet("minst"));
        Assert.StartsWith("No data set is called 'minst'. The nearest names are: mnist", e.Message);
    }

    [Theory]
    [InlineData("mnist", "mnist")]
    [InlineData("images:/home/me/photographs/", "images:photographs")]
    [InlineData("images:photographs", "images:photographs")]
    [InlineData("images:/home/me/photographs+../more/", "images:photographs+more")]
    [InlineData("idx:../letters.gz", "idx:letters.gz")]
    public void AModelDoesNotTellWhereItsDataLay(string name, string told) => Assert.Equal(told, DataSets.WithoutPath(name));

    [Fact]
    public void ATenthOfAnIdxFileIsHeldBack()
    {
        byte[] header = [0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0, 1];
        File.WriteAllBytes(_folder["x"], [.. header, .. Enumerable.Range(0, 20).Select(i => (byte)i)]);
        DataSet data = DataSets.LoadSet($"idx:{_folder["x"]}");
        Assert.Equal((18, 2), (data.Training.Count, data.Test.Count));
        Assert.Equal([18, 19], ((ImageSet)data.Test).Pixels);
    }

    [Fact]
    public void RealMnistIsReadWhereItIs()
    {
        string folder = RealData.FolderOrSkip("mnist");
        DataSet data = DataSets.LoadSet("mnist", folder);
        Assert.Equal((60_000, 10_000, 28, 28), (data.Training.Count, data.Test.Count, data.Test.Height, data.Test.Width));
    }
}
