namespace Denoise.Tests.Structure;

/// <summary>The shape of the sources.</summary>
public sealed class SourceTests
{
    private const int Columns = 140;

    [Theory]
    [InlineData("eng")]
    [InlineData("samples")]
    [InlineData("src")]
    [InlineData("tests")]
    public void NoLineIsLongerThan140Columns(string folder)
    {
        string[] files = Directory.GetFiles(Repository.File(folder), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        var lines = files.SelectMany(file => File.ReadLines(file).Index().Select(line => (file, Number: line.Index + 1, line.Item.Length)));
        Assert.DoesNotContain(lines, line => line.Length > Columns);
    }
}
