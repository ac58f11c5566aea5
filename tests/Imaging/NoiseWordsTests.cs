using System.Text.RegularExpressions;
using Denoise.Imaging;
using Xunit;

namespace Denoise.Tests.Imaging;

/// <summary>The words for noise, and docs/noise.md, which explains them.</summary>
public partial class NoiseWordsTests
{
    private static readonly string Documentation = File.ReadAllText(Repository.File("docs", "noise.md"));

    [Theory]
    [InlineData("none", NoiseKind.None, 0, 0, true)]
    [InlineData("gaussian:0.5", NoiseKind.Gaussian, 0.5, 0.5, true)]
    [InlineData("gaussian:25/255", NoiseKind.Gaussian, 25.0 / 255, 25.0 / 255, true)]
    [InlineData("gaussian:0..0.3", NoiseKind.Gaussian, 0, 0.3, true)]
    [InlineData("gaussian:0..55/255", NoiseKind.Gaussian, 0, 55.0 / 255, true)]
    [InlineData("gaussian:.1...3", NoiseKind.Gaussian, 0.1, 0.3, true)]
    [InlineData("gaussian:1e-2", NoiseKind.Gaussian, 0.01, 0.01, true)]
    [InlineData("gaussian:var=0.25", NoiseKind.Gaussian, 0.5, 0.5, true)]
    [InlineData("gaussian:var=1/4", NoiseKind.Gaussian, 0.5, 0.5, true)]
    [InlineData("gaussian:var=0..0.25", NoiseKind.Gaussian, 0, 0.5, true)]
    [InlineData("dropout:0.5", NoiseKind.Dropout, 0.5, 0.5, false)]
    [InlineData("salt-pepper:0.1", NoiseKind.SaltPepper, 0.1, 0.1, true)]
    [InlineData("poisson:30", NoiseKind.Poisson, 30, 30, true)]
    [InlineData("speckle:0.2", NoiseKind.Speckle, 0.2, 0.2, true)]
    public void EveryFormIsUnderstood(string words, NoiseKind kind, double low, double high, bool clip)
    {
        NoiseModel expected = new(kind, low, high, IsFixed: false, clip);
        Assert.Equal(expected, NoiseModel.Parse(words));
        Assert.Equal(expected with { IsFixed = true }, NoiseModel.Parse(words + ",fixed"));
        Assert.Equal(expected with { Clip = true }, NoiseModel.Parse(words + ",clip=on"));
        Assert.Equal(expected with { Clip = false }, NoiseModel.Parse(words + ",clip=off"));
        Assert.Equal(expected with { Clip = false, IsFixed = true }, NoiseModel.Parse(words + ",clip=off,fixed"));
    }

    [Theory]
    [InlineData("none", "none")]
    [InlineData("none,clip=off", "none,clip=off")]
    [InlineData("gaussian:0.50,clip=on", "gaussian:0.5")]
    [InlineData("gaussian:51/255", "gaussian:0.2")]
    [InlineData("gaussian:var=0.25,fixed", "gaussian:0.5,fixed")]
    [InlineData("gaussian:0..0.3,clip=off,fixed", "gaussian:0..0.3,fixed,clip=off")]
    [InlineData("gaussian:0.3..0.3", "gaussian:0.3")]
    [InlineData("gaussian:0.00001", "gaussian:1E-05")]
    [InlineData("dropout:0.5,clip=off", "dropout:0.5")]
    [InlineData("dropout:0.5,clip=on", "dropout:0.5,clip=on")]
    [InlineData("salt-pepper:0.1", "salt-pepper:0.1")]
    [InlineData("poisson:30..1000000", "poisson:30..1000000")]
    [InlineData("speckle:0.2", "speckle:0.2")]
    public void WhatIsTheDefaultIsNotSaid(string words, string said) => Assert.Equal(said, NoiseModel.Parse(words).ToString());

    [Theory]
    [InlineData("gaussian:25/255")]
    [InlineData("gaussian:var=0.1,fixed")]
    [InlineData("gaussian:var=0.001..1/3")]
    [InlineData("poisson:1/3..1e5,clip=off")]
    [InlineData("dropout:0..0.999999999,clip=on")]
    [InlineData("speckle:1e-300")]
    [InlineData("none,fixed,clip=off")]
    public void WhatIsSaidIsUnderstoodAgain(string words)
    {
        NoiseModel noise = NoiseModel.Parse(words);
        Assert.Equal(noise, NoiseModel.Parse(noise.ToString()));
    }

    [Theory]
    [InlineData("", "'' is none of none, gaussian, dropout, salt-pepper, poisson, speckle")]
    [InlineData("gauss:0.5", "'gauss' is none of none, gaussian, dropout, salt-pepper, poisson, speckle")]
    [InlineData("Gaussian:0.5", "'Gaussian' is none of none, gaussian, dropout, salt-pepper, poisson, speckle")]
    [InlineData("none:0", "none has no level")]
    [InlineData("gaussian", "a level is missing, as in gaussian:0.5")]
    [InlineData("salt-pepper,fixed", "a level is missing, as in salt-pepper:0.5")]
    [InlineData("poisson", "a level is missing, as in poisson:30")]
    [InlineData("gaussian:", "'' is not a number")]
    [InlineData("gaussian:half", "'half' is not a number")]
    [InlineData("gaussian: 0.5", "' 0.5' is not a number")]
    [InlineData("gaussian:NaN", "'NaN' is not a number")]
    [InlineData("gaussian:Infinity", "'Infinity' is not a number")]
    [InlineData("gaussian:1e999", "'1e999' is not a number")]
    [InlineData("gaussian:0,5", "'5' is none of fixed, clip=on, clip=off")]
    [InlineData("gaussian:25/", "'25/' is not a number")]
    [InlineData("gaussian:/255", "'/255' is not a number")]
    [InlineData("gaussian:1/2/3", "'1/2/3' is not a number")]
    [InlineData("gaussian:1/0", "'1/0' is not a number")]
    [InlineData("gaussian:0/0", "'0/0' is not a number")]
    [InlineData("gaussian:1/Infinity", "'1/Infinity' is not a number")]
    [InlineData("gaussian:var=", "'' is not a number")]
    [InlineData("gaussian:sigma=0.1", "'sigma=0.1' is not a number")]
    [InlineData("gaussian:0..var=0.1", "'var=0.1' is not a number")]
    [InlineData("dropout:var=0.1", "'var=0.1' is not a number")]
    [InlineData("gaussian:0.1..", "'' is not a number")]
    [InlineData("gaussian:0..0.1..0.2", "'0..0.1..0.2' is neither a level nor a range such as 0..0.3")]
    [InlineData("gaussian:0.3..0.1", "the range 0.3..0.1 runs downwards")]
    [InlineData("gaussian:var=0.3..0.1", "the range var=0.3..0.1 runs downwards")]
    [InlineData("gaussian:-0.1", "the level -0.1 is out of range, expected from 0 to 10, where 1 is the range from black to white and 25/255 are 25 of 255 grey levels")]
    [InlineData("gaussian:25", "the level 25 is out of range, expected from 0 to 10, where 1 is the range from black to white and 25/255 are 25 of 255 grey levels")]
    [InlineData("gaussian:var=-1/4", "the level -1/4 is out of range, expected from 0 to 10, where 1 is the range from black to white and 25/255 are 25 of 255 grey levels")]
    [InlineData("speckle:11", "the level 11 is out of range, expected from 0 to 10, where 1 is the range from black to white and 25/255 are 25 of 255 grey levels")]
    [InlineData("dropout:1", "the level 1 is out of range, expected at least 0 and below 1")]
    [InlineData("salt-pepper:0..1.1", "the level 1.1 is out of range, expected from 0 to 1")]
    [InlineData("poisson:0", "the level 0 is out of range, expected above 0 and at most a million photons")]
    [InlineData("poisson:2e6", "the level 2e6 is out of range, expected above 0 and at most a million photons")]
    [InlineData("gaussian:0.5,", "'' is none of fixed, clip=on, clip=off")]
    [InlineData("gaussian:0.5,clip", "'clip' is none of fixed, clip=on, clip=off")]
    [InlineData("gaussian:0.5, fixed", "' fixed' is none of fixed, clip=on, clip=off")]
    public void WhatIsWrongIsSaid(string words, string reason)
    {
        var exception = Assert.Throws<FormatException>(() => NoiseModel.Parse(words));
        Assert.Equal($"'{words}' is not a noise: {reason}.", exception.Message);
    }

    [Fact]
    public void TheDocumentationsExamplesAreNoises()
    {
        string[] examples = [.. Code().Matches(Documentation).SelectMany(code => Words().Matches(code.Value)).Select(m => m.Value)];
        Assert.All(examples, words => NoiseModel.Parse(words));
        Assert.Equal(Enum.GetValues<NoiseKind>(), examples.Select(words => NoiseModel.Parse(words).Kind).Distinct().Order());
    }

    [Fact]
    public void TheDocumentationsDefaultsAreThoseOfTheProgram()
    {
        var rows = Row().Matches(Documentation);
        Assert.Equal(Enum.GetValues<NoiseKind>(), rows.Select(row => NoiseModel.Parse(row.Groups["words"].Value).Kind));
        Assert.All(rows, row => Assert.Equal(row.Groups["clip"].Value == "on", NoiseModel.Parse(row.Groups["words"].Value).Clip));
    }

    /// <summary>Blocks and spans.</summary>
    [GeneratedRegex("```.*?```|`[^`\n]+`", RegexOptions.Singleline)]
    private static partial Regex Code();

    /// <summary>A kind with a level, or none.</summary>
    [GeneratedRegex(@"(?<![\w-])((gaussian|dropout|salt-pepper|poisson|speckle):[^\s`'""]*|none(,[^\s`'""]*)?(?![\w-]))")]
    private static partial Regex Words();

    /// <summary>Of the table of kinds: an example first, the default of clip last.</summary>
    [GeneratedRegex(@"^\| `(?<words>[^`]+)` \|.*\| (?<clip>on|off) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
