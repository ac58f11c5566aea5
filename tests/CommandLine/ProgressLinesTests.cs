namespace Denoise.Tests.CommandLine;

public sealed class ProgressLinesTests
{
    [Theory]
    [InlineData(60, 0, 0.25, ", 00:03:00 left")]
    [InlineData(10, 0.5, 0.75, ", 00:00:10 left")] // half was done before
    [InlineData(3600, 0, 0.01, ", 99:00:00 left")]
    [InlineData(36000, 0, 0.01, ", 990:00:00 left")]
    [InlineData(10, 0, 1, ", 00:00:00 left")]
    [InlineData(10, 0.5, 0.5, "")]
    [InlineData(10, 0, 1e-300, "")]
    [InlineData(0, 1, 1, "")]
    public void TheTimeLeftIsThatOfThePartLeft(double seconds, double first, double part, string words) =>
        Assert.Equal(words, ProgressLines.TimeLeft(TimeSpan.FromSeconds(seconds), first, part));
}
