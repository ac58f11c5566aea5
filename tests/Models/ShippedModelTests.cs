using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Denoise.Infer;
using Denoise.Train;
using Denoise.Train.Data;
using TorchSharp;
using Xunit;

namespace Denoise.Tests.Models;

/// <summary>The shipped models are what their card says.</summary>
public partial class ShippedModelTests
{
    private const int TestImages = 200;
    private static readonly string Card = File.ReadAllText(Repository.File("models", "README.md"));

    [Fact]
    public void EveryModelIsOnTheCardWithItsHash()
    {
        var onCard = Hash().Matches(Card).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        var onDisk = Directory.GetFiles(Repository.File("models"), "*.onnx")
            .ToDictionary(path => Path.GetFileName(path), path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
        Assert.Equal(onDisk, onCard);
    }

    [Fact]
    public void TheModelLoadsAndSaysWhatItIs()
    {
        using var denoiser = Denoiser.Load(Repository.File("models", "conv-denoiser.onnx"));
        Assert.Equal((1, "mnist", "gaussian:0.5"), (denoiser.Channels, denoiser.Metadata["dataset"], denoiser.Metadata["noise"]));
    }

    [Fact]
    public void TheTestErrorIsWhatTheModelSays()
    {
        ImageSet test = DataSets.Load("mnist", RealData.FolderOrSkip("mnist"), 1).Test.Slice(0, TestImages);
        using var denoiser = Denoiser.Load(Repository.File("models", "conv-denoiser.onnx"));
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(0);
        var clean = Images.ToTensor(test, torch.CPU);
        float[] noisy = Noise.Add(clean, 0.5, generator, seed: 3).data<float>().ToArray(), truth = clean.data<float>().ToArray();
        var denoised = new float[noisy.Length];
        denoiser.Denoise(noisy, denoised, test.Height, test.Width, TestImages);
        double mse = denoised.Zip(truth, (a, b) => (double)(a - b) * (a - b)).Average();
        // A fiftieth of the test set: its mean error scatters by a few per cent.
        double said = double.Parse(denoiser.Metadata["test_mse"], CultureInfo.InvariantCulture);
        Assert.InRange(mse, said * 0.9, said * 1.1);
    }

    [GeneratedRegex(@"`(\S+\.onnx)`.*?`([0-9a-f]{64})`", RegexOptions.Singleline)]
    private static partial Regex Hash();
}
