using System.Text.Json;
using Denoise.CommandLine;
using Denoise.Export;
using Denoise.Imaging;
using Denoise.Infer;
using Denoise.Network;
using Xunit;

namespace Denoise.Tests.Infer;

/// <summary>The tool as its users run it.</summary>
public sealed class InferToolTests : InferToolTest
{
    [Fact]
    public void AFolderTreeIsDenoisedUnderItsNames()
    {
        string[] names = ["a.png", "b/c.pgm", "b/d/e.ppm", "f.jpg", "g.png"];
        for (int i = 0; i < names.Length; i++)
            Put($"noisy/{names[i]}", 20 + i, 31, channels: names[i][0] is 'f' or 'g' || names[i].EndsWith("ppm", StringComparison.Ordinal) ? 3 : 1);
        File.WriteAllText(Folder["noisy/readme.txt"], "not a picture, and not said to be one");
        ToolProcess.Result result = Infer("--input", "noisy", "--output", "clean/er");
        Assert.Equal((ExitCode.Done, "model.onnx on CPU, 5 images, " + Math.Min(5, Environment.ProcessorCount) + " at once\n"), (result.ExitCode, result.Error));
        Assert.Matches(@"^5 images in \d+\.\d\d s, (\d\.\d\d|\d\d+) images/s, \d+\.\d\d megapixels/s, CPU\n$", result.Output);
        Assert.Equal(names.Order(), Directory.EnumerateFiles(Folder["clean/er"], "*", SearchOption.AllDirectories).Where(PictureFile.IsPicture)
            .Select(path => Path.GetRelativePath(Folder["clean/er"], path)).Order());
        foreach (string name in names)
        {
            Picture before = PictureFile.Read(Folder[$"noisy/{name}"]), after = PictureFile.Read(Folder[$"clean/er/{name}"]);
            Assert.Equal((before.Width, before.Height, before.Channels), (after.Width, after.Height, after.Channels));
        }
    }

    [Theory]
    [InlineData("unet", 1)]
    [InlineData("unet", 3)]
    [InlineData("shuffled", 1)]
    [InlineData("shuffled", 3)]
    public void ThePixelsAreThoseOfTheLibrary(string network, int channels)
    {
        byte[] model = OnnxExporter.Export(Samples.Checkpoint(Samples.Small[network]())).ToBytes();
        File.WriteAllBytes(Folder["model.onnx"], model);
        Picture noisy = Put("noisy/a.png", 23, 19, channels);
        Assert.Equal(ExitCode.Done, Infer("--input", "noisy/a.png", "--output", "a.png").ExitCode);

        using Denoiser denoiser = Denoiser.Load(model, new() { Device = "cpu" });
        int area = 23 * 19, planes = Math.Max(channels, denoiser.Channels);
        float[] values = new float[planes * area];
        for (int i = 0; i < values.Length; i++)
            values[i] = noisy.Pixels[i % area * channels + i / area % channels] / 255f;
        denoiser.Denoise(values, values, 19, 23, planes / denoiser.Channels);
        Picture denoised = PictureFile.Read(Folder["a.png"]);
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
            Assert.Equal(ExitCode.Done, Infer("--input", "noisy", "--output", $"clean{jobs}", "--jobs", jobs, "--batch", "4").ExitCode);
        Assert.All(Directory.GetFiles(Folder["clean1"], "*.png"), path => Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(path.Replace("clean1", "clean3"))));
    }

    [Fact]
    public void QualityIsMeasuredAgainstTheReference()
    {
        Picture[] noisy = [Put("noisy/a.png"), Put("noisy/b.png", seed: 2)];
        Picture[] clean = [Put("clean/a.png", seed: 3), Put("clean/b.png", seed: 4)];
        Put("noisy/c.png", seed: 5);
        ToolProcess.Result text = Infer("--input", "noisy", "--output", "out", "--reference", "clean", "--compare", "sheet.png");
        Assert.Equal(ExitCode.Done, text.ExitCode);
        string[] lines = text.Output.Split('\n');
        Assert.Matches(@"^noisy     PSNR  \d\.\d\d dB  SSIM -?0\.\d{4}$", lines[1]);
        Assert.Matches(@"^denoised  PSNR +\d+\.\d\d dB  SSIM -?0\.\d{4}$", lines[2]);
        Assert.Equal("means over the 2 images that have a reference", lines[3]);

        using JsonDocument json = JsonDocument.Parse(Infer("--input", "noisy", "--output", "out", "--reference", "clean", "--json").Output);
        Assert.Equal(2, json.RootElement.GetProperty("compared").GetInt32());
        Assert.Equal(noisy.Zip(clean, Quality.Psnr).Average(), json.RootElement.GetProperty("noisy").GetProperty("psnr").GetDouble(), 3);
        Assert.Equal(noisy.Zip(clean, Quality.Ssim).Average(), json.RootElement.GetProperty("noisy").GetProperty("ssim").GetDouble(), 4);
        double psnr = clean.Zip(["a", "b"], (c, name) => Quality.Psnr(PictureFile.Read(Folder[$"out/{name}.png"]), c)).Average();
        Assert.Equal(psnr, json.RootElement.GetProperty("denoised").GetProperty("psnr").GetDouble(), 3);

        Picture sheet = PictureFile.Read(Folder["sheet.png"]);
        Assert.Equal((2 + 3 * 58, 2 + 3 * 58), (sheet.Width, sheet.Height));
    }

    [Fact]
    public void BrokenPicturesAreNamedAndTheOthersDone()
    {
        Put("noisy/a.png");
        Put("noisy/d.png");
        File.WriteAllText(Folder["noisy/b.png"], "Dear Sir or Madam");
        File.WriteAllBytes(Folder["noisy/c.png"], File.ReadAllBytes(Folder["noisy/a.png"])[..300]);
        ToolProcess.Result result = Infer("--input", "noisy", "--output", "clean", "--json");
        Assert.Equal(ExitCode.Partial, result.ExitCode);
        Assert.Equal("noisy/b.png is not a PNG, JPEG, TIFF, WebP, AVIF, BMP, PNM or PFM picture: it begins with \"Dear Sir or Mada\".", result.ErrorLines[1]);
        Assert.StartsWith("noisy/c.png is not a whole PNG picture: it is cut short", result.ErrorLines[2]);
        Assert.Equal(3, result.ErrorLines.Length);
        Assert.Equal(["a.png", "d.png"], Directory.GetFiles(Folder["clean"], "*.png").Select(Path.GetFileName).Order());
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal((2, 2), (json.RootElement.GetProperty("images").GetInt32(), json.RootElement.GetProperty("failed").GetInt32()));
        Assert.Equal("b.png", json.RootElement.GetProperty("failures")[0].GetProperty("image").GetString());
    }

    [Fact]
    public void APictureThatTheNetworkCannotTakeIsNamedAndTheOthersDone()
    {
        File.WriteAllBytes(Folder["model.onnx"], OnnxExporter.Export(Samples.Checkpoint(Samples.Small["linear"]())).ToBytes());
        Put("noisy/a.png", 6, 5);
        Put("noisy/b.png", 7, 5);
        ToolProcess.Result result = Infer("--input", "noisy", "--output", "clean");
        Assert.Equal((ExitCode.Partial, "noisy/b.png: A side of 7 pixels is more than this network takes: 6."), (result.ExitCode, result.ErrorLines[^1]));
        Assert.Equal([Folder["clean/a.png"]], Directory.GetFiles(Folder["clean"], "*.png"));
    }

    [Fact]
    public void WhenAllPicturesFailSoDoesTheTool()
    {
        File.WriteAllText(Folder["noisy/b.png"], "");
        ToolProcess.Result result = Infer("--input", "noisy/b.png", "--output", "c.png");
        Assert.Equal((ExitCode.Failed, "noisy/b.png is not a PNG, JPEG, TIFF, WebP, AVIF, BMP, PNM or PFM picture: it is empty."), (result.ExitCode, result.ErrorLines[^1].Replace(Folder.Path + "/", "")));
        Assert.False(File.Exists(Folder["c.png"]));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.25")]
    public void StrengthBlendsWithTheInput(string strength)
    {
        Put("noisy/a.png", 30, 20, 1);
        Assert.Equal(ExitCode.Done, Infer("--input", "noisy/a.png", "--output", "full.png").ExitCode);
        Assert.Equal(ExitCode.Done, Infer("--input", "noisy/a.png", "--output", "part.png", "--strength", strength).ExitCode);
        Picture noisy = PictureFile.Read(Folder["noisy/a.png"]), full = PictureFile.Read(Folder["full.png"]), part = PictureFile.Read(Folder["part.png"]);
        double s = double.Parse(strength, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(noisy.Pixels.Zip(full.Pixels, (n, f) => (byte)Math.Floor(n + s * (f - n) + 0.5)), part.Pixels);
    }

    [Fact]
    public void AtStrengthZeroTheNetworkIsNotRun()
    {
        Checkpoint checkpoint = Samples.ConvDenoiser();
        checkpoint.Parameters["conv_out.bias"].Values[0] = float.NaN; // run, it would fail
        File.WriteAllBytes(Folder["model.onnx"], OnnxExporter.Export(checkpoint).ToBytes());
        Picture noisy = Put("noisy/a.png", 28, 28, 1);
        Assert.Equal(ExitCode.Failed, Infer("--input", "noisy/a.png", "--output", "full.png").ExitCode);
        Assert.Equal(ExitCode.Done, Infer("--input", "noisy/a.png", "--output", "none.png", "--strength", "0").ExitCode);
        Assert.Equal(noisy.Pixels, PictureFile.Read(Folder["none.png"]).Pixels);
    }

    [Fact]
    public void TilesChangeNothingButMemory()
    {
        Put("noisy/a.png", 150, 97, 3);
        Assert.Equal(ExitCode.Done, Infer("--input", "noisy/a.png", "--output", "whole.png", "--tile", "5000").ExitCode);
        Assert.Equal(ExitCode.Done, Infer("--input", "noisy/a.png", "--output", "tiles.png", "--tile", "40").ExitCode);
        Assert.Equal(PictureFile.Read(Folder["whole.png"]).Pixels, PictureFile.Read(Folder["tiles.png"]).Pixels);
    }

    [Fact]
    public void ShardsTogetherAreTheFolderAndNeverMeet()
    {
        string[] names = [.. Enumerable.Range(0, 40).Select(i => $"{(i % 3 == 0 ? "sub/" : "")}{i}.png")];
        foreach (string name in names)
            Put($"noisy/{name}", 4, 4, 1);
        string[][] parts = [.. Enumerable.Range(0, 3).Select(i => PlannedParts("--shard", $"{i}/3"))];
        Assert.All(parts, part => Assert.InRange(part.Length, 5, 25));
        Assert.Equal(PlannedParts().Order(), parts.SelectMany(part => part).Order());
        Assert.False(Directory.Exists(Folder["clean"]));

        // The same picture is in the same part when others are gone.
        File.Delete(Folder["noisy/1.png"]);
        Assert.Equal(parts[2].Where(line => !line.StartsWith("noisy/1.png ", StringComparison.Ordinal)), PlannedParts("--shard", "2/3"));
    }

    private string[] PlannedParts(params string[] options) => Planned(["--input", "noisy", "--output", "clean", .. options]);

    [Fact]
    public void WhatIsThereIsSkippedUnlessSomethingHasChanged()
    {
        for (int i = 0; i < 3; i++)
            Put($"noisy/{i}.png", seed: i);
        string[] rest = ["--input", "noisy", "--output", "clean", "--skip-existing"];
        Assert.Contains("3 images in", Infer(rest).Output);
        Assert.Contains("3 were there already", Infer(rest).Error);
        Assert.Contains("3 images in", Infer([.. rest, "--strength", "0.5"]).Output);
        Assert.Contains("3 images in", Infer(rest).Output); // the last ones were others

        Put("noisy/1.png", seed: 7);
        File.Delete(Folder["clean/2.png"]);
        Assert.Equal(["noisy/1.png -> clean/1.png", "noisy/2.png -> clean/2.png"], Planned(rest));
        Assert.Contains("2 images in", Infer(rest).Output);

        File.WriteAllBytes(Folder["model.onnx"], OnnxExporter.Export(Samples.Checkpoint(Samples.Small["unet"](), seed: 2)).ToBytes());
        Assert.Contains("3 images in", Infer(rest).Output);
        Assert.Contains("3 images in", Infer("--input", "noisy", "--output", "clean").Output);
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
        Assert.Equal(ExitCode.Partial, Infer("--input", "noisy", "--output", "clean", "--reference", "noisy", "--report", "r.json").ExitCode);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Folder["r.json"]));
        JsonElement root = json.RootElement;
        Assert.Equal((2, 1, 0, "CPU"), (root.GetProperty("images").GetInt32(), root.GetProperty("failed").GetInt32(), root.GetProperty("skipped").GetInt32(), root.GetProperty("provider").GetString()));
        JsonElement[] pictures = [.. root.GetProperty("pictures").EnumerateArray()];
        Assert.Equal(["noisy/a.png", "noisy/b/c.png", "noisy/d.png"], pictures.Select(p => p.GetProperty("input").GetString()));
        Assert.Equal((10, 12, 3), (pictures[1].GetProperty("width").GetInt32(), pictures[1].GetProperty("height").GetInt32(), pictures[1].GetProperty("channels").GetInt32()));
        Assert.True(pictures[0].GetProperty("denoise_ms").GetDouble() > 0 && pictures[0].GetProperty("write_ms").GetDouble() > 0);
        Assert.True(pictures[0].GetProperty("denoised").GetProperty("ssim").GetDouble() < 1);
        Assert.Contains("d.png", pictures[2].GetProperty("error").GetString());
    }

    [Fact]
    public void TheBenchNeedsNoPictures()
    {
        string[] lines = Infer("--bench", "--tile", "200").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches(@"^2000 pictures of 28x28 +\d+ images/s$", lines[1]);
        Assert.Matches(@"^1024x1024, tiles of 200, \d+ at once +\d+\.\d\d megapixels/s$", lines[2]);
        Assert.Matches(@"^1024x1024, whole, 1 thread +\d+\.\d\d megapixels/s$", lines[3]);
    }

    [Fact]
    public void APartWithoutPicturesIsDoneAtOnce()
    {
        Put("noisy/a.png", 4, 4, 1);
        Assert.Contains(Enumerable.Range(0, 8), i => Infer("--input", "noisy", "--output", "clean", "--shard", $"{i}/8") is { ExitCode: ExitCode.Done, Output: "" });
    }

    [Fact]
    public void AMissingModelIsSaid()
    {
        Put("noisy/a.png");
        Fails(ExitCode.Failed, "There is no model none.onnx.", "--input", "noisy", "--output", "clean", "--model", "none.onnx");
    }

    [Fact]
    public void AModelThatCannotBeUsedIsSaid()
    {
        Put("noisy/a.png");
        File.WriteAllBytes(Folder["model.onnx"], File.ReadAllBytes(Folder["model.onnx"])[..2000]);
        ToolProcess.Result result = Infer("--input", "noisy", "--output", "clean");
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
        Fails(ExitCode.Failed, "There is no picture in empty: the names of pictures end in .png, .jpg, .jpeg, .tif, .tiff, .webp, .avif, .bmp, .pgm, .ppm, .pnm or .pfm.", "--input", "empty", "--output", "clean");
        Fails(ExitCode.Failed, "There is no folder none of reference pictures.", "--input", "noisy", "--output", "clean", "--reference", "none");
        Fails(ExitCode.Failed, "No picture in empty has the name of an input, such as a.png.", "--input", "noisy", "--output", "clean", "--reference", "empty");
    }

    [Fact]
    public void AnOutputThatWouldHarmTheInputIsRefused()
    {
        Put("noisy/a.png");
        Put("noisy/noisy/a.png");
        Directory.CreateSymbolicLink(Folder["link"], Folder["noisy"]);
        Fails(ExitCode.Usage, "--output noisy/ is the input folder itself: choose a folder outside noisy.", "--input", "noisy", "--output", "noisy/");
        Fails(ExitCode.Usage, "--output link is the input folder itself: choose a folder outside noisy.", "--input", "noisy", "--output", "link");
        Fails(ExitCode.Usage, "--output noisy/clean is inside the input folder: choose a folder outside noisy.", "--input", "noisy", "--output", "noisy/clean");
        Fails(ExitCode.Usage, "The output of noisy/a.png would be inside the input folder noisy: choose another --output.", "--input", "noisy", "--output", ".");
        Fails(ExitCode.Usage, "--output noisy/a.png is the input itself, which would be lost.", "--input", "noisy/a.png", "--output", "noisy/a.png");
        Fails(ExitCode.Usage, "--output model.onnx is a file, where a folder is needed for what --input names.", "--input", "noisy", "--output", "model.onnx");
        Fails(ExitCode.Usage, "--output a.gif: the names of pictures end in .png, .jpg, .jpeg, .tif, .tiff, .webp, .avif, .bmp, .pgm, .ppm, .pnm or .pfm, that of a new folder in /.", "--input", "noisy/a.png", "--output", "a.gif");
    }

    [Fact]
    public void AnOutputThatCannotBeWrittenIsSaid()
    {
        Put("noisy/a.png");
        ToolProcess.Result result = Infer("--input", "noisy", "--output", "model.onnx/clean");
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("model.onnx", result.ErrorLines[^1]);
        Directory.CreateDirectory(Folder["clean/a.png"]);
        result = Infer("--input", "noisy", "--output", "clean");
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("clean/a.png", result.ErrorLines[^1]);
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        Put("noisy/a.png");
        string[] rest = ["--input", "noisy", "--output", "clean"];
        Fails(ExitCode.Usage, "--jobs 0: expected a whole number from 1 to 1024. See `infer --help`.", [.. rest, "--jobs", "0"]);
        Fails(ExitCode.Usage, "--batch -3: expected a whole number from 1 to 65536. See `infer --help`.", [.. rest, "--batch", "-3"]);
        Fails(ExitCode.Usage, "--jobs many: expected a whole number from 1 to 1024. See `infer --help`.", [.. rest, "--jobs", "many"]);
        Fails(ExitCode.Usage, "--compare sheet.txt: expected a name that ends in .png, .jpg, .jpeg, .tif, .tiff, .webp, .avif, .bmp, .pgm, .ppm, .pnm or .pfm.", [.. rest, "--compare", "sheet.txt"]);
        Fails(ExitCode.Usage, "--input and --output are needed: the pictures, and where the denoised ones go. See `infer --help`.", "--input", "noisy");
    }

    [Fact]
    public void ANamedDeviceIsNeverReplacedByAnother()
    {
        Put("noisy/a.png");
        string[] rest = ["--input", "noisy", "--output", "clean"];
        ToolProcess.Result result = ToolProcess.Infer(Folder.Path, [.. rest, "--device", "cuda:99"]);
        Assert.StartsWith("The device cuda:99 cannot be used: ", Assert.Single(result.ErrorLines));
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        result = ToolProcess.Infer(Folder.Path, [.. rest, "--device", "gpu"]);
        Assert.Equal((ExitCode.Usage, "Unknown device 'gpu': expected auto, cpu, cuda, cuda:N, cuda:N,N or the same with tensorrt.\n"), (result.ExitCode, result.Error));
    }
}
