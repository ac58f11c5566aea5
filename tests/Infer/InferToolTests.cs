namespace Denoise.Tests.Infer;

/// <summary>The tool as its users run it.</summary>
public sealed class InferToolTests : InferToolTest
{
    private static readonly string[] Folders = ["--input", "noisy", "--output", "clean"];

    [Fact]
    public void AFolderTreeIsDenoisedUnderItsNames()
    {
        string[] names = ["a.png", "b/c.pgm", "b/d/e.ppm", "f.jpg", "g.png"];
        for (int i = 0; i < names.Length; i++)
            Put($"noisy/{names[i]}", 20 + i, 31, channels: i >= 2 ? 3 : 1);
        File.WriteAllText(Folder["noisy/readme.txt"], "not a picture, and not said to be one");
        ToolProcess.Result result = Done("--input", "noisy", "--output", "clean/er");
        Assert.Equal($"model.onnx on CPU, 5 images, {Math.Min(5, Environment.ProcessorCount)} at once\n", result.Error);
        Assert.Matches(@"^5 images in \d+\.\d\d s, (\d\.\d\d|\d\d+) images/s, \d+\.\d\d megapixels/s, CPU\n$", result.Output);
        var written = Directory.EnumerateFiles(Folder["clean/er"], "*", SearchOption.AllDirectories).Where(PictureFile.IsPicture);
        Assert.Equal(names.Order(), written.Select(path => Path.GetRelativePath(Folder["clean/er"], path)).Order());
        Assert.All(names, name => Assert.Equal(Shape($"noisy/{name}"), Shape($"clean/er/{name}")));

        (int, int, int) Shape(string name) => Read(name) is var picture ? (picture.Width, picture.Height, picture.Channels) : default;
    }

    [Theory]
    [InlineData("unet", 1)]
    [InlineData("unet", 3)]
    [InlineData("shuffled", 1)]
    [InlineData("shuffled", 3)]
    public void ThePixelsAreThoseOfTheLibrary(string network, int channels)
    {
        PutModel(Denoisers.Weights(network));
        Picture noisy = Put("noisy/a.png", 23, 19, channels);
        Done("--input", "noisy/a.png", "--output", "a.png");

        using Denoiser denoiser = Denoisers.Load(network);
        int area = 23 * 19, planes = Math.Max(channels, denoiser.Channels);
        float[] values = new float[planes * area];
        for (int i = 0; i < values.Length; i++)
            values[i] = noisy.Pixels[i % area * channels + i / area % channels] / 255f;
        denoiser.Denoise(values, values, 19, 23, planes / denoiser.Channels);
        Picture denoised = Read("a.png");
        for (int i = 0; i < denoised.Pixels.Length; i++)
        {
            // A grey picture given three times to a network of colours comes back as the mean.
            double value = Enumerable.Range(0, planes / channels).Average(k => values[(k * channels + i % channels) * area + i / channels]);
            Assert.InRange(denoised.Pixels[i] - Math.Clamp(value, 0, 1) * 255, -0.501, 0.501);
        }
    }

    [Fact]
    public void OneJobOrManyGiveTheSameFiles()
    {
        for (int i = 0; i < 40; i++)
            Put($"noisy/{i:D2}.png", 12 + i % 3, 15, seed: i);
        foreach (string jobs in new[] { "1", "3" })
            Done("--input", "noisy", "--output", $"clean{jobs}", "--jobs", jobs);
        Assert.Equal(40, PicturesIn("clean1").Length);
        Assert.All(PicturesIn("clean1"), name =>
            Assert.Equal(File.ReadAllBytes(Folder[$"clean1/{name}"]), File.ReadAllBytes(Folder[$"clean3/{name}"])));
    }

    [Fact]
    public void QualityIsMeasuredAgainstTheReference()
    {
        Picture[] noisy = [Put("noisy/a.png"), Put("noisy/b.png", seed: 2)];
        Picture[] clean = [Put("clean/a.png", seed: 3), Put("clean/b.png", seed: 4)];
        Put("noisy/c.png", seed: 5);
        string[] rest = ["--input", "noisy", "--output", "out", "--reference", "clean"];
        string[] lines = Done([.. rest, "--compare", "sheet.png"]).Output.Split('\n');
        Assert.Matches(@"^noisy     PSNR  \d\.\d\d dB  SSIM -?0\.\d{4}$", lines[1]);
        Assert.Matches(@"^denoised  PSNR +\d+\.\d\d dB  SSIM -?0\.\d{4}$", lines[2]);
        Assert.Equal("means over the 2 images that have a reference", lines[3]);

        JsonElement json = DoneJson(rest);
        Assert.Equal(2, json.GetProperty("compared").GetInt32());
        Picture[] denoised = [Read("out/a.png"), Read("out/b.png")];
        foreach (var (name, pictures) in new[] { ("noisy", noisy), ("denoised", denoised) })
        {
            Assert.Equal(pictures.Zip(clean, Quality.Psnr).Average(), json.GetProperty(name).GetProperty("psnr").GetDouble(), 3);
            Assert.Equal(pictures.Zip(clean, Quality.Ssim).Average(), json.GetProperty(name).GetProperty("ssim").GetDouble(), 4);
        }
        Picture sheet = Read("sheet.png");
        Assert.Equal((2 + 3 * 58, 2 + 3 * 58), (sheet.Width, sheet.Height));
    }

    [Fact]
    public void BrokenPicturesAreNamedAndTheOthersDone()
    {
        Put("noisy/a.png");
        Put("noisy/d.png");
        File.WriteAllText(Folder["noisy/b.png"], "Dear Sir or Madam");
        File.WriteAllBytes(Folder["noisy/c.png"], File.ReadAllBytes(Folder["noisy/a.png"])[..300]);
        ToolProcess.Result result = Infer([.. Folders, "--json"]);
        Assert.Equal((ExitCode.Partial, 3), (result.ExitCode, result.ErrorLines.Length));
        Assert.Equal($"noisy/b.png {IsNoPicture}: it begins with \"Dear Sir or Mada\".", result.ErrorLines[1]);
        Assert.StartsWith("noisy/c.png is not a whole PNG picture: it is cut short", result.ErrorLines[2]);
        Assert.Equal(["a.png", "d.png"], PicturesIn("clean"));
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal((2, 2), (json.RootElement.GetProperty("images").GetInt32(), json.RootElement.GetProperty("failed").GetInt32()));
        Assert.Equal("b.png", json.RootElement.GetProperty("failures")[0].GetProperty("image").GetString());
    }

    [Fact]
    public void APictureThatTheNetworkCannotTakeIsNamedAndTheOthersDone()
    {
        PutModel(Denoisers.Weights("linear"));
        Put("noisy/a.png", 6, 5);
        Put("noisy/b.png", 7, 5);
        ToolProcess.Result result = Infer(Folders);
        Assert.Equal((ExitCode.Partial, "noisy/b.png: A side of 7 pixels is more than this network takes: 6."),
            (result.ExitCode, result.ErrorLines[^1]));
        Assert.Equal(["a.png"], PicturesIn("clean"));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void APictureOfNoNumbersHarmsNoOther(float value)
    {
        for (int i = 0; i < 40; i++)
        {
            float[] pixels = Samples.Image(20 * 30, seed: i);
            pixels[77] = i == 17 ? value : pixels[77];
            PictureFile.WriteDocument(Folder[$"noisy/{i:D2}.pfm"], new(PictureFormat.Pfm, [new Raster<float>(20, 30, 1, pixels)], new()));
        }
        ToolProcess.Result result = Infer(Folders);
        Assert.Equal((ExitCode.Partial, "noisy/17.pfm: The picture holds values that are infinite or not numbers."),
            (result.ExitCode, Assert.Single(result.ErrorLines[1..])));
        Assert.Equal(39, Directory.GetFiles(Folder["clean"], "*.pfm").Length);
        Assert.False(File.Exists(Folder["clean/17.pfm"]));
    }

    [Fact]
    public void WhenAllPicturesFailSoDoesTheTool()
    {
        File.WriteAllText(Folder["noisy/b.png"], "");
        ToolProcess.Result result = Infer("--input", "noisy/b.png", "--output", "c.png");
        Assert.Equal((ExitCode.Failed, $"noisy/b.png {IsNoPicture}: it is empty."), (result.ExitCode, result.ErrorLines[^1]));
        Assert.False(File.Exists(Folder["c.png"]));
    }

    [Theory]
    [InlineData("0.25")]
    [InlineData("0.5")]
    public void StrengthBlendsBeforeItRoundsAndBrightensNothing(string strength)
    {
        // The network gives results of all fractions of a level.
        PutModel(Denoisers.Line(1, gain: 0.713f, offset: 0.1f));
        Picture noisy = Put("noisy/a.png", 300, 200);
        Done("--input", "noisy/a.png", "--output", "part.png", "--strength", strength);
        double s = double.Parse(strength, CultureInfo.InvariantCulture);
        double[] blended = [.. noisy.Pixels.Select(level => level + s * (0.713 * level + 25.5 - level))];
        byte[] part = Read("part.png").Pixels;
        Denoisers.AssertClose(blended, part, 0.501);
        Assert.InRange(part.Average(level => level) - blended.Average(), -0.02, 0.02);
    }

    [Fact]
    public void WithoutStrengthTheNetworkDoesNotRun()
    {
        PutModel(Denoisers.Line(1, gain: float.NaN)); // a network that fails when it runs
        Picture noisy = Put("noisy/a.png");
        Done([.. Folders, "--strength", "0"]);
        Assert.Equal(noisy.Pixels, Read("clean/a.png").Pixels);
        Assert.Equal(ExitCode.Failed, Infer([.. Folders, "--strength", "0.01"]).ExitCode);
    }

    [Fact]
    public void TilesChangeNothingButMemory()
    {
        Put("noisy/a.png", 150, 97, 3);
        Done("--input", "noisy/a.png", "--output", "whole.png", "--tile", "5000");
        Done("--input", "noisy/a.png", "--output", "tiles.png", "--tile", "40");
        Assert.Equal(Read("whole.png").Pixels, Read("tiles.png").Pixels);
    }

    [Fact]
    public void ShardsTogetherAreTheFolderAndNeverMeet()
    {
        string[] names = [.. Enumerable.Range(0, 40).Select(i => $"{(i % 3 == 0 ? "sub/" : "")}{i}.png")];
        foreach (string name in names)
            Put($"noisy/{name}", 4, 4);
        string[][] parts = [.. Enumerable.Range(0, 3).Select(i => Planned([.. Folders, "--shard", $"{i}/3"]))];
        Assert.All(parts, part => Assert.InRange(part.Length, 5, 25));
        Assert.Equal(Planned(Folders).Order(), parts.SelectMany(part => part).Order());
        Assert.False(Directory.Exists(Folder["clean"]));

        // The same picture is in the same part when others are gone.
        File.Delete(Folder["noisy/1.png"]);
        Assert.Equal(parts[2].Where(line => !line.StartsWith("noisy/1.png ", StringComparison.Ordinal)),
            Planned([.. Folders, "--shard", "2/3"]));
    }

    [Fact]
    public void WhatIsThereIsSkippedUnlessSomethingHasChanged()
    {
        for (int i = 0; i < 3; i++)
            Put($"noisy/{i}.png", seed: i);
        string[] rest = [.. Folders, "--skip-existing"];
        Assert.Contains("3 images in", Infer(rest).Output);
        Assert.Contains("3 were there already", Infer(rest).Error);
        Assert.Contains("3 images in", Infer([.. rest, "--strength", "0.5"]).Output);
        Assert.Contains("3 images in", Infer(rest).Output); // the last ones were others

        Put("noisy/1.png", seed: 7);
        File.Delete(Folder["clean/2.png"]);
        Assert.Equal(["noisy/1.png -> clean/1.png", "noisy/2.png -> clean/2.png"], Planned(rest));
        Assert.Contains("2 images in", Infer(rest).Output);

        PutModel(Samples.Checkpoint(Samples.Small["unet"](), seed: 2));
        Assert.Contains("3 images in", Infer(rest).Output);
        Assert.Contains("3 images in", Infer(Folders).Output);
        File.AppendAllText(Folder["clean/.denoised.tsv"], "half a li");
        Put("noisy/0.png", seed: 9);
        Assert.Contains("1 images in", Infer(rest).Output);
        Assert.Contains("3 were there already", Infer(rest).Error);
    }

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

    [Fact]
    public void TheReportHasEveryPicture()
    {
        Put("noisy/a.png", 20, 30);
        Put("noisy/b/c.png", 10, 12, channels: 3);
        File.WriteAllText(Folder["noisy/d.png"], "no picture");
        Assert.Equal(ExitCode.Partial, Infer([.. Folders, "--reference", "noisy", "--report", "r.json"]).ExitCode);
        JsonElement root = Json("r.json");
        Assert.Equal([2, 1, 0], new[] { "images", "failed", "skipped" }.Select(name => root.GetProperty(name).GetInt32()));
        Assert.Equal("CPU", root.GetProperty("provider").GetString());
        JsonElement[] pictures = [.. root.GetProperty("pictures").EnumerateArray()];
        Assert.Equal(["noisy/a.png", "noisy/b/c.png", "noisy/d.png"], pictures.Select(p => p.GetProperty("input").GetString()));
        Assert.Equal([10, 12, 3, 1],
            new[] { "width", "height", "channels", "pages" }.Select(name => pictures[1].GetProperty(name).GetInt32()));
        Assert.True(pictures[0].GetProperty("denoise_ms").GetDouble() > 0 && pictures[0].GetProperty("write_ms").GetDouble() > 0);
        Assert.True(pictures[0].GetProperty("denoised").GetProperty("ssim").GetDouble() < 1);
        Assert.Contains("d.png", pictures[2].GetProperty("error").GetString());
    }

    [Fact]
    public void TheBenchNeedsNoPictures()
    {
        string[] lines = Done("--bench", "--tile", "200").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches(@"^2000 pictures of 28x28 +\d+ images/s$", lines[1]);
        Assert.Matches(@"^1024x1024, tiles of 200, \d+ at once +\d+\.\d\d megapixels/s$", lines[2]);
        Assert.Matches(@"^1024x1024, whole, 1 thread +\d+\.\d\d megapixels/s$", lines[3]);
    }

    [Fact]
    public void APartWithoutPicturesIsDoneAtOnce()
    {
        Put("noisy/a.png", 4, 4);
        Assert.Contains(Enumerable.Range(0, 8), i => Done([.. Folders, "--shard", $"{i}/8"]).Output.Length == 0);
    }

    [Fact]
    public void AMissingModelIsSaid()
    {
        Put("noisy/a.png");
        Fails(ExitCode.Failed, "There is no model none.onnx.", [.. Folders, "--model", "none.onnx"]);
    }

    [Fact]
    public void AModelThatCannotBeUsedIsSaid()
    {
        Put("noisy/a.png");
        File.WriteAllBytes(Folder["model.onnx"], File.ReadAllBytes(Folder["model.onnx"])[..2000]);
        ToolProcess.Result result = Infer(Folders);
        Assert.StartsWith("model.onnx is not an ONNX model that can be run: ", Assert.Single(result.ErrorLines));
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.False(Directory.Exists(Folder["clean"]));
    }

    [Fact]
    public void WhatIsNotThereIsSaid()
    {
        Put("noisy/a.png");
        Directory.CreateDirectory(Folder["empty"]);
        Fails(ExitCode.Failed, "There is no file or folder none.", "--input", "none", "--output", "clean");
        Fails(ExitCode.Failed, $"There is no picture in empty: the names of pictures end in {PictureFile.Extensions}.",
            "--input", "empty", "--output", "clean");
        Fails(ExitCode.Failed, "There is no folder none of reference pictures.", [.. Folders, "--reference", "none"]);
        Fails(ExitCode.Failed, "No picture in empty has the name of an input, such as a.png.", [.. Folders, "--reference", "empty"]);
    }

    [Theory]
    [InlineData("noisy", "noisy/", "--output noisy/ is the input folder itself: choose a folder outside noisy.")]
    [InlineData("noisy", "link", "--output link is the input folder itself: choose a folder outside noisy.")]
    [InlineData("noisy", "noisy/clean", "--output noisy/clean is inside the input folder: choose a folder outside noisy.")]
    [InlineData("noisy", ".", "The output of noisy/a.png would be inside the input folder noisy: choose another --output.")]
    [InlineData("noisy/a.png", "noisy/a.png", "--output noisy/a.png is the input itself, which would be lost.")]
    [InlineData("noisy", "model.onnx", "--output model.onnx is a file, and this --input needs a folder.")]
    [InlineData("noisy/a.png", "a.gif",
        $"--output a.gif: the names of pictures end in {PictureFile.Extensions}, and the name of a new folder in /.")]
    public void AnOutputThatWouldHarmTheInputIsRefused(string input, string output, string sentence)
    {
        Put("noisy/a.png");
        Put("noisy/noisy/a.png");
        Directory.CreateSymbolicLink(Folder["link"], Folder["noisy"]);
        Fails(ExitCode.Usage, sentence, "--input", input, "--output", output);
    }

    [Fact]
    public void AnOutputThatCannotBeWrittenIsSaid()
    {
        Put("noisy/a.png");
        Directory.CreateDirectory(Folder["clean/a.png"]);
        foreach (string output in new[] { "model.onnx/clean", "clean" })
        {
            ToolProcess.Result result = Infer("--input", "noisy", "--output", output);
            Assert.Equal(ExitCode.Failed, result.ExitCode);
            Assert.Contains(output == "clean" ? "clean/a.png" : "model.onnx", result.ErrorLines[^1]);
        }
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        Put("noisy/a.png");
        foreach (string jobs in new[] { "0", "-3", "many" })
            Fails(ExitCode.Usage, $"--jobs {jobs}: expected a whole number from 1 to 1024. See `infer --help`.",
                [.. Folders, "--jobs", jobs]);
        Fails(ExitCode.Usage, $"--compare sheet.txt: expected a name that ends in {PictureFile.Extensions}.",
            [.. Folders, "--compare", "sheet.txt"]);
        Fails(ExitCode.Usage, "--input and --output are needed: the pictures, and where the denoised ones go. See `infer --help`.",
            "--input", "noisy");
    }

    [Fact]
    public void ANamedDeviceIsNeverReplacedByAnother()
    {
        Put("noisy/a.png");
        ToolProcess.Result result = ToolProcess.Infer(Folder.Path, [.. Folders, "--device", "cuda:99"]);
        Assert.StartsWith("The device cuda:99 cannot be used: ", Assert.Single(result.ErrorLines));
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        result = ToolProcess.Infer(Folder.Path, [.. Folders, "--device", "gpu"]);
        Assert.Equal((ExitCode.Usage, "Unknown device 'gpu': expected auto, cpu, cuda, cuda:N, cuda:N,N or the same with tensorrt.\n"),
            (result.ExitCode, result.Error));
    }
}
