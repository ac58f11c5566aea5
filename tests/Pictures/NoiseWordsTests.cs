namespace Denoise.Tests.Pictures;

/// <summary>The words for noise, and docs/noise.md, which explains them.</summary>
public partial class NoiseWordsTests
{
    private const string OfRange = "where 1 is the range from black to white and 25/255 are 25 of 255 grey levels";
    private const string NoKind = "none of none, gaussian, dropout, salt-pepper, poisson, speckle, camera";
    private static readonly string Documentation = File.ReadAllText(Repository.File("docs", "noise.md"));

    [Theory]
    [InlineData("none", NoiseKind.None, 0, 0, Clipping.On)]
    [InlineData("gaussian:0.5", NoiseKind.Gaussian, 0.5, 0.5, Clipping.On)]
    [InlineData("gaussian:25/255", NoiseKind.Gaussian, 25.0 / 255, 25.0 / 255, Clipping.On)]
    [InlineData("gaussian:0..0.3", NoiseKind.Gaussian, 0, 0.3, Clipping.On)]
    [InlineData("gaussian:0..55/255", NoiseKind.Gaussian, 0, 55.0 / 255, Clipping.On)]
    [InlineData("gaussian:.1...3", NoiseKind.Gaussian, 0.1, 0.3, Clipping.On)]
    [InlineData("gaussian:1e-2", NoiseKind.Gaussian, 0.01, 0.01, Clipping.On)]
    [InlineData("gaussian:var=0.25", NoiseKind.Gaussian, 0.5, 0.5, Clipping.On)]
    [InlineData("gaussian:var=1/4", NoiseKind.Gaussian, 0.5, 0.5, Clipping.On)]
    [InlineData("gaussian:var=0..0.25", NoiseKind.Gaussian, 0, 0.5, Clipping.On)]
    [InlineData("dropout:0.5", NoiseKind.Dropout, 0.5, 0.5, Clipping.Off)]
    [InlineData("salt-pepper:0.1", NoiseKind.SaltPepper, 0.1, 0.1, Clipping.On)]
    [InlineData("poisson:30", NoiseKind.Poisson, 30, 30, Clipping.On)]
    [InlineData("speckle:0.2", NoiseKind.Speckle, 0.2, 0.2, Clipping.On)]
    public void EveryFormIsUnderstood(string words, NoiseKind kind, double low, double high, Clipping clip)
    {
        NoiseModel expected = new(kind, low, high, IsFixed: false, clip);
        Assert.Equal(expected, NoiseModel.Parse(words));
        Assert.Equal(expected with { IsFixed = true }, NoiseModel.Parse(words + ",fixed"));
        Assert.Equal(expected with { Clip = Clipping.On }, NoiseModel.Parse(words + ",clip=on"));
        Assert.Equal(expected with { Clip = Clipping.Off }, NoiseModel.Parse(words + ",clip=off"));
        Assert.Equal(expected with { Clip = Clipping.EightBit }, NoiseModel.Parse(words + ",8bit"));
        Assert.Equal(expected with { Clip = Clipping.Off, IsFixed = true }, NoiseModel.Parse(words + ",8bit,clip=off,fixed"));
    }

    [Theory]
    [InlineData("camera:0.1")]
    [InlineData("camera:0.1,8bit")]
    [InlineData("camera:0.1,clip=off,8bit")]
    public void ACameraIsOf8Bits(string words) =>
        Assert.Equal(new(NoiseKind.Camera, 0.1, 0.1, IsFixed: false, Clipping.EightBit), NoiseModel.Parse(words));

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
    [InlineData("gaussian:0.2,8bit,fixed", "gaussian:0.2,fixed,8bit")]
    [InlineData("gaussian:0.2,8bit,clip=on", "gaussian:0.2")]
    [InlineData("camera:0..0.1,8bit", "camera:0..0.1")]
    public void WhatIsTheDefaultIsNotSaid(string words, string said) => Assert.Equal(said, NoiseModel.Parse(words).ToString());

    [Theory]
    [InlineData("gaussian:25/255")]
    [InlineData("gaussian:var=0.1,fixed")]
    [InlineData("gaussian:var=0.001..1/3")]
    [InlineData("poisson:1/3..1e5,clip=off")]
    [InlineData("dropout:0..0.999999999,clip=on")]
    [InlineData("speckle:1e-300")]
    [InlineData("none,fixed,clip=off")]
    [InlineData("gaussian:0..55/255,8bit")]
    [InlineData("camera:0..40/255,fixed")]
    public void WhatIsSaidIsUnderstoodAgain(string words)
    {
        NoiseModel noise = NoiseModel.Parse(words);
        Assert.Equal(noise, NoiseModel.Parse(noise.ToString()));
    }

    [Theory]
    [InlineData("", "'' is none of none, gaussian, dropout, salt-pepper, poisson, speckle, camera")]
    [InlineData("gauss:0.5", "'gauss' is none of none, gaussian, dropout, salt-pepper, poisson, speckle, camera")]
    [InlineData("Gaussian:0.5", "'Gaussian' is none of none, gaussian, dropout, salt-pepper, poisson, speckle, camera")]
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
    [InlineData("gaussian:0,5", "'5' is none of fixed, clip=on, clip=off, 8bit")]
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
    [InlineData("gaussian:-0.1", $"the level -0.1 is out of range, expected from 0 to 10, {OfRange}")]
    [InlineData("gaussian:25", $"the level 25 is out of range, expected from 0 to 10, {OfRange}")]
    [InlineData("gaussian:var=-1/4", $"the level -1/4 is out of range, expected from 0 to 10, {OfRange}")]
    [InlineData("speckle:11", $"the level 11 is out of range, expected from 0 to 10, {OfRange}")]
    [InlineData("dropout:1", "the level 1 is out of range, expected at least 0 and below 1")]
    [InlineData("salt-pepper:0..1.1", "the level 1.1 is out of range, expected from 0 to 1")]
    [InlineData("poisson:0", "the level 0 is out of range, expected above 0 and at most a million photons")]
    [InlineData("poisson:2e6", "the level 2e6 is out of range, expected above 0 and at most a million photons")]
    [InlineData("camera", "a level is missing, as in camera:0.5")]
    [InlineData("camera:var=0.1", "'var=0.1' is not a number")]
    [InlineData("camera:0..1.1", $"the level 1.1 is out of range, expected from 0 to 1, {OfRange}")]
    [InlineData("camera:0.1,clip=off", "what a camera gives is of 8 bits, and clip=on and clip=off do not go with it")]
    [InlineData("camera:0.1,8bit,clip=on", "what a camera gives is of 8 bits, and clip=on and clip=off do not go with it")]
    [InlineData("gaussian:0.5,", "'' is none of fixed, clip=on, clip=off, 8bit")]
    [InlineData("gaussian:0.5,clip", "'clip' is none of fixed, clip=on, clip=off, 8bit")]
    [InlineData("gaussian:0.5, fixed", "' fixed' is none of fixed, clip=on, clip=off, 8bit")]
    public void WhatIsWrongIsSaid(string words, string reason)
    {
        var exception = Assert.Throws<FormatException>(() => NoiseModel.Parse(words));
        Assert.Equal($"'{words}' is not a noise: {reason}.", exception.Message);
    }

    [Theory]
    [InlineData("gaussian:0.5", "gaussian:0.5")]
    [InlineData("gaussian:0..55/255,clip=off or gaussian:51/255,8bit or camera:0..0.2",
        "gaussian:0..0.21568627450980393,clip=off or gaussian:0.2,8bit or camera:0..0.2")]
    [InlineData("none or none or poisson:30", "none or none or poisson:30")]
    [InlineData("none,fixed or poisson:30,fixed", "none,fixed or poisson:30,fixed")]
    public void SeveralNoisesAreJoinedByOr(string words, string said)
    {
        Noise noise = Noise.Parse(words);
        Assert.Equal(said, noise.ToString());
        Assert.Equal(noise.Models, Noise.Parse(said).Models);
        Assert.Equal(words.Contains("fixed", StringComparison.Ordinal), noise.IsFixed);
    }

    [Theory]
    [InlineData("none or rain", $"'rain' is not a noise: 'rain' is {NoKind}.")]
    [InlineData("gaussian:25 or none", $"'gaussian:25' is not a noise: the level 25 is out of range, expected from 0 to 10, {OfRange}.")]
    [InlineData("none or ", $"'' is not a noise: '' is {NoKind}.")]
    [InlineData("none or", $"'none or' is not a noise: 'none or' is {NoKind}.")]
    [InlineData("none,fixed or none", "'none,fixed or none' is not a noise: either each of its noises is fixed or none.")]
    public void WhatIsWrongWithOneOfSeveralIsSaid(string words, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<FormatException>(() => Noise.Parse(words)).Message);

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
        Assert.All(rows, row =>
        {
            string words = row.Groups["words"].Value, clip = row.Groups["clip"].Value;
            Assert.Equal(NoiseModel.Parse($"{words},{(clip == "8bit" ? clip : $"clip={clip}")}"), NoiseModel.Parse(words));
        });
    }

    /// <summary>Blocks and spans.</summary>
    [GeneratedRegex("```.*?```|`[^`\n]+`", RegexOptions.Singleline)]
    private static partial Regex Code();

    /// <summary>A kind with a level, or none.</summary>
    [GeneratedRegex(@"(?<![\w-])((gaussian|dropout|salt-pepper|poisson|speckle|camera):[^\s`'""]*|none(,[^\s`'""]*)?(?![\w-]))")]
    private static partial Regex Words();

    /// <summary>Of the table of kinds: an example first, the default of clip last.</summary>
    [GeneratedRegex(@"^\| `(?<words>[^`]+)` \|.*\| (?<clip>on|off|8bit) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
