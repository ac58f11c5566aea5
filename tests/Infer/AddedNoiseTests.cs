namespace Denoise.Tests.Infer;

/// <summary><c>infer --noise</c>, with networks that show what they were given.</summary>
public sealed class AddedNoiseTests : InferToolTest
{
    public AddedNoiseTests() => PutModel(Denoisers.Line(1));

    private Picture Put(string name, int width, int height, Func<int, byte> pixel, int channels = 1) =>
        Put(name, new Picture(width, height, channels, [.. Enumerable.Range(0, width * height * channels).Select(pixel)]));

    private Picture PutRandom(string name, int channels = 1) => Put(name, 23, 19, i => (byte)RandomStream.Mix((ulong)i), channels);

    /// <summary>The folder `clean` through the network into another.</summary>
    private ToolProcess.Result Denoise(string output, string noise, params string[] more) =>
        Done(["--input", "clean", "--output", output, "--noise", noise, .. more]);

    private byte[] PixelsOf(string name) => Read(name).Pixels;

    [Fact]
    public void QualityIsMeasuredAgainstTheInputBeforeAndAfter()
    {
        Picture[] clean = [PutRandom("clean/a.png"), PutRandom("clean/b.ppm", channels: 3)];
        string[] lines = Denoise("out", "gaussian:51/255,clip=off", "--compare", "sheet.png").Output.Split('\n');
        Assert.Matches(@"^noisy     PSNR +\d+\.\d\d dB  SSIM 0\.\d{4}$", lines[1]);
        Assert.Matches(@"^denoised  PSNR +\d+\.\d\d dB  SSIM 0\.\d{4}$", lines[2]);
        Assert.Equal("means over the 2 images with gaussian:0.2,clip=off", lines[3]);

        JsonElement json = DoneJson("--input", "clean", "--output", "out", "--noise", "gaussian:51/255,clip=off");
        Assert.Equal("gaussian:0.2,clip=off", json.GetProperty("noise").GetString());
        Assert.Equal((0, 2), (json.GetProperty("noise_seed").GetInt32(), json.GetProperty("compared").GetInt32()));
        // This network leaves everything as it is, so the files hold the noisy pictures, for display.
        Picture[] noisy = [Read("out/a.png"), Read("out/b.ppm")];
        foreach (string name in new[] { "noisy", "denoised" })
        {
            Assert.Equal(noisy.Zip(clean, Quality.Psnr).Average(), json.GetProperty(name).GetProperty("psnr").GetDouble(), 3);
            Assert.Equal(noisy.Zip(clean, Quality.Ssim).Average(), json.GetProperty(name).GetProperty("ssim").GetDouble(), 4);
        }
        Assert.Equal(ContactSheet.Compose([noisy, noisy, clean]).Pixels, PixelsOf("sheet.png"));
    }

    [Fact]
    public void BeforeIsTheNoiseAndAfterWhatTheNetworkMadeOfIt()
    {
        PutModel(Denoisers.Line(1, gain: 0.5f, offset: 0.25f)); // halves what differs from mid grey
        Put("clean/a.png", 200, 200, i => (byte)(127 + i % 2));
        JsonElement json = DoneJson("--input", "clean", "--output", "out", "--noise", "gaussian:0.1");
        // 10 log10(1/σ²); the sample's variance is known to 1/sqrt(20,000), which is 0.03 dB, and rounding adds (1/255)²/12.
        Assert.Equal(20, json.GetProperty("noisy").GetProperty("psnr").GetDouble(), 0.15);
        Assert.Equal(26.02, json.GetProperty("denoised").GetProperty("psnr").GetDouble(), 0.15);
    }

    [Fact]
    public void TheNetworkGetsValuesThatAreNotRounded()
    {
        PutModel(Denoisers.Line(1, gain: 20, offset: -9.5f));
        Put("clean/a.png", 100, 100, _ => 127);
        Denoise("out", "gaussian:0.01,clip=off");
        // 256 levels of the input would leave 13 of the output.
        Assert.InRange(PixelsOf("out/a.png").Distinct().Count(), 200, 256);
    }

    [Theory]
    [InlineData("gaussian:0.5,clip=off", 0.5)]
    [InlineData("gaussian:0.5", 0.4512)] // 0.25 + 0.25 E[clamp(1 + 0.5 n, 0, 1)]
    public void TheNetworkGetsValuesThatAreClippedOnlyIfTheNoiseIs(string noise, double mean)
    {
        PutModel(Denoisers.Line(1, gain: 0.25f, offset: 0.25f)); // leaves room for four standard deviations beyond white
        Put("clean/a.png", 300, 300, _ => 255);
        Denoise("out", noise);
        Assert.Equal(mean, PixelsOf("out/a.png").Average(v => v / 255.0), 0.0021); // five standard errors
    }

    [Fact]
    public void TheDrawFollowsFromTheNameAndTheSeed()
    {
        foreach (string name in new[] { "a.png", "b.png", "s/a.png" })
            PutRandom($"clean/{name}");
        Denoise("first", "gaussian:0.2");
        Denoise("again", "gaussian:0.2", "--noise-seed", "0", "--jobs", "1");
        Denoise("other", "gaussian:0.2", "--noise-seed", "1");
        Done("--input", "clean/b.png", "--output", "alone.png", "--noise", "gaussian:0.2");

        byte[] b = PixelsOf("first/b.png");
        Assert.Equal([b, PixelsOf("first/a.png"), PixelsOf("first/s/a.png"), b],
            new[] { "again/b.png", "again/a.png", "again/s/a.png", "alone.png" }.Select(PixelsOf));
        byte[][] all = [b, PixelsOf("first/a.png"), PixelsOf("first/s/a.png"), PixelsOf("other/b.png")];
        Assert.Equal(all.Length, all.Select(Convert.ToHexString).Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void GreyNetworksAndColourNetworksGetTheSameNoise(int channels)
    {
        PutRandom("clean/a.png", channels);
        Denoise("grey", "gaussian:0.2,clip=off");
        PutModel(Denoisers.Line(3));
        Denoise("colour", "gaussian:0.2,clip=off");
        Assert.Equal(PixelsOf("grey/a.png"), PixelsOf("colour/a.png"));
    }

    [Fact]
    public void EachChannelOfAColourPictureHasNoiseOfItsOwn()
    {
        Put("clean/a.png", 40, 40, _ => 127, channels: 3);
        Denoise("out", "gaussian:0.2");
        byte[] pixels = PixelsOf("out/a.png");
        Assert.InRange(Enumerable.Range(0, 1600).Count(i => pixels[3 * i] == pixels[3 * i + 1]), 0, 100);
    }

    [Fact]
    public void WithoutNoiseTheInputIsMetAgain()
    {
        PutRandom("clean/a.png");
        JsonElement noisy = DoneJson("--input", "clean", "--output", "out", "--noise", "none").GetProperty("noisy");
        Assert.Equal((JsonValueKind.Null, 1.0), (noisy.GetProperty("psnr").ValueKind, noisy.GetProperty("ssim").GetDouble()));
    }

    [Fact]
    public void AlphaStaysAndCoversNoNoise()
    {
        byte[] pixels = [.. Enumerable.Repeat((byte)100, 300)], alpha = [.. Enumerable.Range(0, 100).Select(i => (byte)(i < 50 ? 0 : 200))];
        Directory.CreateDirectory(Folder["clean"]);
        PictureFile.WriteDocument(Folder["clean/a.png"], new(PictureFormat.Png, [new Raster<byte>(10, 10, 3, pixels, alpha)], new()));
        Denoise("out", "gaussian:0.2");
        var denoised = (Raster<byte>)PictureFile.DecodeDocument(File.ReadAllBytes(Folder["out/a.png"])).Pages[0];
        Assert.Equal(alpha, denoised.Alpha);
        Assert.Equal(pixels[..150], denoised.Pixels[..150]);
        Assert.InRange(denoised.Pixels[150..].Count(level => level == 100), 0, 30);
    }

    [Fact]
    public void ABrokenPictureIsNamedAndTheOthersDone()
    {
        PutRandom("clean/b.png");
        File.WriteAllText(Folder["clean/a.png"], "");
        ToolProcess.Result result = Infer("--input", "clean", "--output", "out", "--noise", "dropout:0.5");
        Assert.Equal((ExitCode.Partial, $"clean/a.png {IsNoPicture}: it is empty."), (result.ExitCode, result.ErrorLines[^1]));
        Assert.EndsWith("means over the 1 images with dropout:0.5\n", result.Output);
    }

    [Fact]
    public void SeveralNoisesAreAddedToPicturesInColour()
    {
        PutModel(Denoisers.Line(3));
        foreach (string name in new[] { "a", "b", "c" })
            PutRandom($"clean/{name}.png", channels: 3);
        ToolProcess.Result result = Denoise("out", "camera:51/255 or gaussian:51/255,8bit");
        Assert.EndsWith("means over the 3 images with camera:0.2 or gaussian:0.2,8bit\n", result.Output);
    }

    [Theory]
    [InlineData("--noise makes the input noisy and measures against the input as it was: "
        + "leave out --reference, or --noise where the input is noisy already.",
        "--noise", "gaussian:0.2", "--reference", "clean")]
    [InlineData("--noise: 'gaussian:25' is not a noise: the level 25 is out of range, expected from 0 to 10, "
        + "where 1 is the range from black to white and 25/255 are 25 of 255 grey levels.",
        "--noise", "gaussian:25")]
    [InlineData("--noise: 'rain' is not a noise: 'rain' is none of none, gaussian, dropout, salt-pepper, poisson, speckle, camera.",
        "--noise", "rain")]
    [InlineData("--noise-seed draws the noise of --noise, which is missing.", "--noise-seed", "3")]
    public void WhatCannotBeMeantIsRefused(string sentence, params string[] options)
    {
        PutRandom("clean/a.png");
        Fails(ExitCode.Usage, sentence, ["--input", "clean", "--output", "out", .. options]);
        Assert.False(Directory.Exists(Folder["out"]));
    }
}
