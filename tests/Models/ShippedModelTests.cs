using System.Security.Cryptography;

namespace Denoise.Tests.Models;

/// <summary>The shipped models are what their cards say.</summary>
public partial class ShippedModelTests(ITestOutputHelper output)
{
    private const int TestImages = 200;

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Repository.File("models"), "*.onnx").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    /// <summary>The model's section of models/README.md.</summary>
    private static string Card(string name)
    {
        string[] sections = File.ReadAllText(Repository.File("models", "README.md")).Split("\n## ");
        return sections.Single(section => section.StartsWith($"`{name}.onnx`", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheCardHasTheFilesHashAndSize(string name)
    {
        byte[] file = File.ReadAllBytes(Repository.File("models", $"{name}.onnx"));
        Assert.Contains($"`{Convert.ToHexStringLower(SHA256.HashData(file))}`", Card(name));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{file.Length:N0} bytes"), Card(name));
    }

    [Fact]
    public void EveryCardHasItsModel()
    {
        var cards = CardHeading().Matches(File.ReadAllText(Repository.File("models", "README.md"))).Select(m => m.Groups[1].Value).Order();
        Assert.Equal(Names.Select(row => row.Data), cards);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheModelLoadsAndDenoises(string name)
    {
        using var denoiser = Denoiser.Load(Repository.File("models", $"{name}.onnx"));
        Assert.Contains($"| data | {denoiser.Metadata["dataset"]}", Card(name));
        Assert.Contains($"`{denoiser.Metadata["noise"]}`", Card(name));
        var denoised = new float[denoiser.Channels * 28 * 28];
        denoiser.Denoise(Samples.Image(denoised.Length), denoised, 28, 28);
        Assert.All(denoised, value => Assert.InRange(value, -0.5f, 1.5f));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheFirstTestImagesComeOutAsTheCardSays(string name)
    {
        using var denoiser = Denoiser.Load(Repository.File("models", $"{name}.onnx"));
        string dataset = denoiser.Metadata["dataset"];
        Assert.SkipWhen(IsOfPictures(dataset), "trained on a folder of pictures, which has no published test images");
        IImages test = DataSets.LoadSet(dataset, RealData.FolderOrSkip(dataset)).Test;
        var images = new NoisyImages(test, Noise.Parse(denoiser.Metadata["noise"]), 0, Seeds.Purpose.TestNoise);
        int size = images.ValuesPerImage;
        float[] noisy = new float[TestImages * size], clean = new float[TestImages * size], denoised = new float[TestImages * size];
        for (int i = 0; i < TestImages; i++)
            images.Read(new(i, i), noisy.AsSpan(i * size, size), clean.AsSpan(i * size, size));
        denoiser.Denoise(noisy, denoised, test.Height, test.Width, TestImages);

        Picture[] pictures = Pictures(denoised), originals = Pictures(clean);
        double mse = denoised.Zip(clean, (d, c) => Math.Pow(Math.Clamp(d, 0, 1) - c, 2)).Average();
        double psnr = pictures.Zip(originals, Quality.Psnr).Average(), ssim = pictures.Zip(originals, Quality.Ssim).Average();
        string line = string.Create(
            CultureInfo.InvariantCulture, $"| first {TestImages} test images | MSE {mse:F5}, PSNR {psnr:F2} dB, SSIM {ssim:F3} |");
        Assert.True(Card(name).Contains(line, StringComparison.Ordinal), $"expected on the card: {line}");
    }

    private static Picture[] Pictures(float[] images) =>
        [.. images.Chunk(28 * 28).Select(image => Picture.OfPlanes(image, new(1, 28, 28)))];

    [Theory]
    [InlineData("photo")]
    [InlineData("photo-fp16")]
    [InlineData("photo-colour")]
    [InlineData("photo-colour-int8")]
    public void TheTwelvePhotographsComeOutAsTheCardSays(string name)
    {
        string pictures = RealData.FolderOrSkip("set12");
        using var folder = new TemporaryFolder();
        JsonElement result = Measured(folder, "--model", name, "--input", pictures, "--noise", "gaussian:25/255,clip=off");
        double ssim = result.GetProperty("denoised").GetProperty("ssim").GetDouble();
        string line = string.Create(
            CultureInfo.InvariantCulture, $"| Set12, sigma 25 | PSNR {Psnr(result, "denoised"):F2} dB, SSIM {ssim:F3} |");
        Assert.True(Card(name).Contains(line, StringComparison.Ordinal), $"expected on the card: {line}");
    }

    /// <summary>Neither the network nor the estimate of the level has seen these.</summary>
    [Theory]
    [InlineData("photo-colour")]
    [InlineData("photo-colour-int8")]
    public void TheRealPairsComeOutAsTheCardSays(string name)
    {
        string pairs = RealData.FolderOrSkip("polyu");
        using var folder = new TemporaryFolder();
        JsonElement result = Measured(folder, "--model", name, "--input", Path.Combine(pairs, "noisy", "Sony*"),
            "--reference", Path.Combine(pairs, "clean"), "--report", "report.json");
        string line = string.Create(CultureInfo.InvariantCulture,
            $"| PolyU, the 12 of Sony | PSNR {Psnr(result, "noisy"):F2} → {Psnr(result, "denoised"):F2} dB |");
        Assert.True(Card(name).Contains(line, StringComparison.Ordinal), $"expected on the card: {line}");
        JsonElement report = JsonDocument.Parse(File.ReadAllText(folder["report.json"])).RootElement;
        Assert.All(report.GetProperty("pictures").EnumerateArray(), picture =>
            Assert.True(Psnr(picture, "denoised") > Psnr(picture, "noisy"), picture.GetProperty("input").GetString()));
    }

    /// <summary>Other denoisers crush or lift the darks; the mean of what is taken away must be nothing at every brightness.</summary>
    [Theory]
    [InlineData("none", 1)]
    [InlineData("none", 0.2f)]
    [InlineData("gaussian:5/255,clip=off", 1)]
    [InlineData("gaussian:5/255,clip=off", 0.2f)]
    public void NoBrightnessIsShifted(string noise, float white)
    {
        using var denoiser = Denoiser.Load(Repository.File("models", "photo-colour.onnx"));
        float[] shift = BrightnessShift.Of(denoiser, noise, white);
        output.WriteLine(string.Join(' ', shift));
        Assert.InRange(shift.Length, 5, 10);
        Assert.All(shift, tenth => Assert.InRange(tenth, -0.1f, 0.1f));
    }

    private static JsonElement Measured(TemporaryFolder folder, params string[] arguments)
    {
        ToolProcess.Result result = ToolProcess.Infer(folder.Path, [.. arguments, "--output", "denoised", "--json"]);
        Assert.True(result.ExitCode == ExitCode.Done, result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private static double Psnr(JsonElement result, string which) => result.GetProperty(which).GetProperty("psnr").GetDouble();

    private static bool IsOfPictures(string dataset) => dataset.StartsWith("images:", StringComparison.Ordinal);

    [GeneratedRegex(@"^## `(\S+)\.onnx`", RegexOptions.Multiline)]
    private static partial Regex CardHeading();
}
