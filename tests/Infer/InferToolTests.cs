namespace Denoise.Tests.Infer;

/// <summary>The tool as its users run it.</summary>
public sealed class InferToolTests : InferToolTest
{
    [Fact]
    public void AFolderTreeIsDenoisedUnderItsNames()
    {
        string[] names = ["a.png", "b/c.pgm", "b/d/e.ppm", "f.jpg", "g.png"];
        for (int i = 0; i < names.Length; i++)
            Put($"noisy/{names[i]}", 20 + i, 31, channels: i >= 2 ? 3 : 1);
        File.WriteAllText(Folder["noisy/readme.txt"], "not a picture, and not said to be one");
        File.WriteAllText(Folder["noisy/b/.hidden.txt"], "");
        ToolProcess.Result result = Done("--input", "noisy", "--output", "clean/er");
        Assert.Equal($"model.onnx on CPU, 5 images, {Math.Min(5, Environment.ProcessorCount)} at once\n", result.Error);
        Assert.Matches(
            @"^5 images in \d+\.\d\d s, (\d\.\d\d|\d\d+) images/s, \d+\.\d\d megapixels/s, CPU; 1 other file is left out\n$",
            result.Output);
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
        PutModel(Samples.Checkpoint(network));
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
        PutModel(Samples.Checkpoint("linear"));
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

        PutModel(Samples.Checkpoint("unet", seed: 2));
        Assert.Contains("3 images in", Infer(rest).Output);
        Assert.Contains("3 images in", Infer(Folders).Output);
        File.AppendAllText(Folder["clean/.denoised.tsv"], "half a li");
        Put("noisy/0.png", seed: 9);
        Assert.Contains("1 images in", Infer(rest).Output);
        Assert.Contains("3 were there already", Infer(rest).Error);
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
}
