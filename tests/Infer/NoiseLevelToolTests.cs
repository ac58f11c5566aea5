namespace Denoise.Tests.Infer;

/// <summary>Networks that are told the noise level, or give the noise, as the tool runs them.</summary>
public sealed class NoiseLevelToolTests : InferToolTest
{
    [Fact]
    public void ANetworkIsToldTheLevelAndTheListKnowsIt()
    {
        File.WriteAllBytes(Folder["model.onnx"], Denoisers.LevelModel(1));
        Put("noisy/a.png");
        string[] rest = [.. Folders, "--skip-existing"];
        Assert.Contains("1 images in", Done(rest).Output); // the level is found
        foreach (var (sigma, scale, level) in new[] { ("15", "1", 15), ("15", "2", 30), ("25.4", "0.5", 13) })
        {
            Assert.Contains("1 images in", Done([.. rest, "--sigma", sigma, "--sigma-scale", scale]).Output);
            Assert.All(Read("clean/a.png").Pixels, pixel => Assert.Equal(level, pixel));
            Assert.Contains("1 were there already", Done([.. rest, "--sigma", sigma, "--sigma-scale", scale]).Error);
        }
        Done("--bench", "--tile", "200");
    }

    [Fact]
    public void TheLevelFoundIsReportedForEachPictureAndScaled()
    {
        File.WriteAllBytes(Folder["model.onnx"], Denoisers.LevelModel(1));
        float[] levels = [10, 30];
        for (int i = 0; i < levels.Length; i++)
            PutGrey($"noisy/{i}.png", levels[i]);
        float[] found = Levels();
        Assert.All(levels.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 0.1f * pair.First));
        Assert.All(found.Zip(Levels("--sigma", "auto", "--sigma-scale", "0.5")), pair => Assert.Equal(pair.First / 2, pair.Second, 0.02f));
        Assert.Equal([7, 7], Levels("--sigma", "7"));

        float[] Levels(params string[] options)
        {
            string output = Done([.. Folders, "--report", "r.json", .. options]).Output;
            float[][] curves = [.. JsonDocument.Parse(File.ReadAllText(Folder["r.json"])).RootElement.GetProperty("pictures")
                .EnumerateArray().Select(picture => picture.GetProperty("sigma").EnumerateArray().Select(s => s.GetSingle()).ToArray())];
            Assert.All(curves, curve => Assert.Equal(9, curve.Length));
            float[] means = [.. curves.Select(curve => curve.Average())];
            Match line = Regex.Match(output, @"noise level: (\S+) to (\S+) of 255");
            Assert.Equal(means.Min(), float.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture), 0.06f);
            Assert.Equal(means.Max(), float.Parse(line.Groups[2].Value, CultureInfo.InvariantCulture), 0.06f);
            return means;
        }

        void PutGrey(string name, float level)
        {
            float[] pixels = [.. Enumerable.Repeat(0.5f, 96 * 96)];
            NoiseModel.Parse(FormattableString.Invariant($"gaussian:{level}/255")).AddTo(pixels, new(1, 96, 96), seed: 1);
            PictureFile.Write(Folder[name], new Picture(96, 96, 1, [.. pixels.Select(p => (byte)MathF.Round(255 * p))]));
        }
    }

    [Theory]
    [InlineData("--range", "1..0", "--range 1..0: expected two numbers such as 0..255 or -1..1.")]
    [InlineData("--range", "255", "--range 255: expected two numbers such as 0..255 or -1..1.")]
    [InlineData("--overlap", "-1", "--overlap -1: expected a whole number from 0 to 4096.")]
    [InlineData("--size-multiple", "0", "--size-multiple 0: expected a whole number from 1 to 4096.")]
    public void WhatAModelCannotBeIsRefused(string option, string value, string sentence)
    {
        Put("noisy/a.png");
        Fails(ExitCode.Usage, $"{sentence} See `infer --help`.", [.. Folders, option, value]);
    }

    [Fact]
    public void ANetworkThatGivesTheNoiseInLevelsOf255IsRun()
    {
        // The noise that it finds is 51 of 255, whatever it is shown.
        File.WriteAllBytes(Folder["model.onnx"], OnnxExporter.Export(Denoisers.Line(1, 0, 51)).ToBytes());
        PictureFile.Write(Folder["noisy/a.png"], new Picture(2, 1, 1, [100, 200]));
        Done([.. Folders, "--residual", "--range", "0..255"]);
        Assert.Equal(new byte[] { 49, 149 }, Read("clean/a.png").Pixels);
    }

    /// <summary>The network takes sizes of 8k + 4 only, so it fails on a multiple of 8: that was tried because the user said so.</summary>
    [Fact]
    public void TheUsersWordOnSizesComesFirst()
    {
        PutModel(Samples.ConvDenoiser());
        PictureFile.Write(Folder["noisy/a.png"], new Picture(16, 16, 1, new byte[256]));
        Done(Folders);
        ToolProcess.Result result = Infer([.. Folders, "--size-multiple", "8", "--overlap", "5"]);
        Assert.Contains("1 x 1 x 16 x 16", result.Error);
        Assert.NotEqual(0, result.ExitCode);
    }

    [Fact]
    public void ALevelThatNobodyTakesIsRefused()
    {
        Put("noisy/a.png");
        Fails(ExitCode.Usage, "model.onnx takes no noise level: leave out --sigma.", [.. Folders, "--sigma", "15"]);
        Fails(ExitCode.Usage, "model.onnx takes no noise level: leave out --sigma.", [.. Folders, "--sigma", "auto"]);
        Fails(ExitCode.Usage, "model.onnx takes no noise level: leave out --sigma-scale.", [.. Folders, "--sigma-scale", "1.5"]);
        foreach (string sigma in new[] { "-1", "256", "NaN", "little" })
            Fails(ExitCode.Usage, $"--sigma {sigma}: expected auto or a number from 0 to 255. See `infer --help`.",
                [.. Folders, "--sigma", sigma]);
        Fails(ExitCode.Usage, "--sigma-scale 3: expected a number from 0.5 to 2. See `infer --help`.", [.. Folders, "--sigma-scale", "3"]);
    }
}
