namespace Denoise.Tests.Infer;

/// <summary>Which model <c>infer</c> takes, and when it says that it is the wrong one.</summary>
public sealed class ModelChoiceTests : InferToolTest
{
    private static readonly string[] Shipped = [.. Directory.GetFiles(Repository.File("models"), "*.onnx")
        .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>model.onnx, trained on what is said.</summary>
    private void PutModel(params (string Key, string Value)[] info) =>
        PutModel(Samples.Checkpoint("unet") with { Info = info.ToDictionary(i => i.Key, i => i.Value) });

    private string[] Said(params string[] arguments)
    {
        // A machine that has other work too may take long enough for some progress to be reported.
        return [.. Done(["--output", "out/", .. arguments]).ErrorLines
            .Where(line => !line.StartsWith("denoising: ", StringComparison.Ordinal))];
    }

    [Fact]
    public void ANameIsThatOfAShippedModelUnlessThereIsSuchAFile()
    {
        Put("noisy/a.png");
        string[] named = ["--input", "noisy", "--model", "conv-denoiser"];
        Assert.StartsWith($"{Repository.File("models", "conv-denoiser.onnx")} on ", Said(named)[0]);
        File.Copy(Folder["model.onnx"], Folder["conv-denoiser"]);
        Assert.StartsWith("conv-denoiser on ", Said(named)[0]);
    }

    [Fact]
    public void AnUnknownNameIsAnsweredWithTheKnownOnes()
    {
        Put("noisy/a.png");
        Fails(ExitCode.Failed, $"There is no file nuet and no model of this name. With this program come {string.Join(", ", Shipped)}.",
            "--input", "noisy", "--output", "out", "--model", "nuet");
        Fails(ExitCode.Failed, "There is no model ./unet.", "--input", "noisy", "--output", "out", "--model", "./unet");
    }

    [Fact]
    public void WithoutANameItIsTheOneForPhotographs()
    {
        Assert.SkipUnless(Shipped.Contains("photo-colour"), "models/photo-colour.onnx is not there");
        Put("noisy/a.png");
        Put("noisy/b.png", 40, 30, channels: 3);
        Assert.StartsWith("model.onnx on ", Said("--input", "noisy")[0]);
        File.Delete(Folder["model.onnx"]);
        Assert.StartsWith($"{Repository.File("models", "photo-colour.onnx")} on ", Assert.Single(Said("--input", "noisy")));
    }

    /// <summary>A model of a user's own pictures knows their noise alone.</summary>
    [Fact]
    public void NoiseFarFromThatOfTheTraining()
    {
        void Trained(string low, string high) => PutModel(Samples.Checkpoint("sigma") with
        {
            Info = new Dictionary<string, string> { ["trained_sigma_low"] = low, ["trained_sigma_high"] = high },
        });
        Put("noisy/a.png", 64, 64, channels: 3);
        // Pixels by chance, of all levels, are noise of 60 of 255 and more.
        Trained("0.008", "0.02");
        Assert.Matches(@"^model\.onnx was trained on noise of 2\.0 to 5\.1 of 255, and noisy/a\.png has \d+\.\d: the result may be poor\. "
            + "--model photo-colour is for photographs of any size and noise\\.$", Said("--input", "noisy")[1]);
        Trained("0.1", "0.2");
        Assert.Single(Said("--input", "noisy"));
    }

    private const string Poor = ": the result will be poor. --model photo-colour is for photographs of any size and noise.";

    [Fact]
    public void APhotographIsNotForANetworkOfDigits()
    {
        PutModel(("dataset", "mnist"));
        Put("noisy/photo.png", 113, 20);
        Put("noisy/digit.png", 112, 112);
        const string begin = "model.onnx was trained on whole grey pictures of 28x28 (mnist), and ";
        Assert.Equal($"{begin}noisy/photo.png is 113x20{Poor}", Said("--input", "noisy/photo.png")[1]);
        Assert.Equal($"{begin}1 of the 2 pictures is far from that, such as noisy/photo.png, 113x20{Poor}", Said("--input", "noisy")[1]);
        Assert.Single(Said("--input", "noisy/digit.png"));
        Assert.Single(Said("--input", "noisy/photo.png", "--strength", "0"));
    }

    [Fact]
    public void NorIsAColourPictureUnlessItIsGrey()
    {
        PutModel(("trained_images", "whole"), ("trained_height", "24"), ("trained_width", "32"));
        Put("noisy/a.png", channels: 3);
        Put("noisy/b.png", channels: 3, seed: 2);
        Picture grey = Put("grey.png");
        Put("three.png", new Picture(28, 28, 3, [.. grey.Pixels.SelectMany(v => new[] { v, v, v })]));
        const string sentence = "model.onnx was trained on whole grey pictures of 32x24, and all 2 pictures are far from that, "
            + $"such as noisy/a.png, 28x28 in colour{Poor}";
        ToolProcess.Result result = Infer("--input", "noisy", "--output", "out", "--json", "--report", "r.json");
        Assert.Contains(sentence, result.ErrorLines);
        foreach (string text in new[] { result.Output, File.ReadAllText(Folder["r.json"]) })
        {
            using JsonDocument json = JsonDocument.Parse(text);
            Assert.Equal(sentence, json.RootElement.GetProperty("warning").GetString());
        }
        Assert.Single(Said("--input", "three.png"));
    }

    [Fact]
    public void NothingIsSaidOfANetworkThatWasTrainedOnCropsOrDoesNotSayOnWhat()
    {
        Put("noisy/a.png", 300, 200, channels: 3);
        Put("noisy/b.png");
        foreach (var info in new[]
        {
            [("dataset", "images:photos"), ("trained_images", "crops"), ("trained_height", "28"), ("trained_width", "28")],
            [("dataset", "images:photos")],
            Array.Empty<(string, string)>(),
        })
        {
            PutModel(info);
            Assert.Single(Said("--input", "noisy"));
            Assert.False(DoneJson("--input", "noisy", "--output", "out").TryGetProperty("warning", out _));
        }
    }

    [Fact]
    public void ColoursAreDenoisedAsTheOptionSays()
    {
        Put("noisy/a.png", 20, 30, channels: 3);
        var results = new[] { "auto", "channels", "luminance-chroma" }.ToDictionary(how => how, how =>
        {
            Said("--input", "noisy", "--colour", how);
            return Read("out/a.png").Pixels;
        });
        Assert.Equal(results["channels"], results["auto"]);
        Assert.NotEqual(results["channels"], results["luminance-chroma"]);
        PutModel(("noise", "gaussian:0..0.2"));
        Said("--input", "noisy");
        Assert.Equal(results["luminance-chroma"], Read("out/a.png").Pixels);
        Said("--input", "noisy", "--skip-existing", "--colour", "channels"); // other pixels
        Assert.Equal(results["channels"], Read("out/a.png").Pixels);
        Fails(ExitCode.Usage, "--colour lab: expected auto, channels, luminance-chroma. See `infer --help`.",
            "--input", "noisy", "--output", "out", "--colour", "lab");
    }
}
