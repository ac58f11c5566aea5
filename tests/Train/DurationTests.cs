using Denoise.Train;

namespace Denoise.Tests.Train;

public class DurationTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("30m", 1800)]
    [InlineData("1.5h", 5400)]
    public void ANumberAndAUnit(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Duration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("10")]
    [InlineData("-1s")]
    [InlineData("0m")]
    [InlineData("1d")]
    [InlineData("NaNs")]
    [InlineData("1e300h")]
    public void AnythingElseIsRefused(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<ToolException>(() => Duration.Parse(text)).ExitCode);
}
