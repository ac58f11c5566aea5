using Denoise.Imaging;
using Denoise.Data;
using Denoise.Train.Report;
using TorchSharp;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>Measures weights on images whose noise is the same in every epoch and every run.</summary>
internal sealed class Evaluation(TorchNetwork network, Workers workers, Device device)
{
    /// <summary>Images that go through the network together: few, for the memory's sake.</summary>
    private const int AtOnce = 100;

    /// <summary>The mean squared error of the output, clamped to [0,1], over all images.</summary>
    public double Mse(Tensor weights, NoisyImages images)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> values = network.Views(weights);
        Use[][] parts = Parts(images.Count);
        var errors = new double[parts.Length];
        workers.Run(parts.Length, i => errors[i] = SquaredError(values, images, parts[i]));
        return errors.Sum() / ((double)images.Count * images.ValuesPerImage);
    }

    /// <summary>How close the noisy images are to the clean ones, clamped to [0,1], and what the network makes of them.
    /// PSNR and SSIM are means over 8-bit pictures.</summary>
    public (Scores Noisy, Scores Denoised) Compare(Tensor weights, NoisyImages images)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> values = network.Views(weights);
        Use[][] parts = Parts(images.Count);
        var sums = new (Scores Noisy, Scores Denoised)[parts.Length];
        workers.Run(parts.Length, i => sums[i] = SumScores(values, images, parts[i]));
        return (Mean(sums.Select(s => s.Noisy), images), Mean(sums.Select(s => s.Denoised), images));
    }

    /// <summary>The first images: noisy, denoised, clean.</summary>
    public IReadOnlyList<IReadOnlyList<Picture>> Samples(Tensor weights, NoisyImages images, int count)
    {
        using var scope = NewDisposeScope();
        return Pictures(network.Views(weights), images, [.. Parts(Math.Min(count, images.Count)).SelectMany(p => p)]);
    }

    private static Use[][] Parts(int count) => [.. Enumerable.Range(0, count).Select(i => new Use(i, i)).Chunk(AtOnce)];

    private double SquaredError(Dictionary<string, Tensor> values, NoisyImages images, Use[] uses)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        NoisyTensors batch = Read(images, uses);
        return SquaredError(Denoised(values, batch), batch.Clean);
    }

    private (Scores Noisy, Scores Denoised) SumScores(Dictionary<string, Tensor> values, NoisyImages images, Use[] uses)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        NoisyTensors batch = Read(images, uses);
        return (Sum(batch.Noisy.clamp(Scalars.Of(0), Scalars.Of(1)), batch.Clean), Sum(Denoised(values, batch), batch.Clean));
    }

    private IReadOnlyList<IReadOnlyList<Picture>> Pictures(Dictionary<string, Tensor> values, NoisyImages images, Use[] uses)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        NoisyTensors batch = Read(images, uses);
        return [Images.ToPictures(batch.Noisy), Images.ToPictures(Denoised(values, batch)), Images.ToPictures(batch.Clean)];
    }

    private NoisyTensors Read(NoisyImages images, Use[] uses) => NoisyTensors.Read(images, uses, network.Architecture.TakesSigma, device);

    private Tensor Denoised(Dictionary<string, Tensor> values, NoisyTensors batch) =>
        network.Forward(batch.Noisy, batch.Sigma, values, training: false).clamp_(Scalars.Of(0), Scalars.Of(1));

    private static double SquaredError(Tensor images, Tensor clean) => nn.functional.mse_loss(images, clean, nn.Reduction.Sum).cpu().item<float>();

    private static Scores Sum(Tensor images, Tensor clean)
    {
        List<Picture> pictures = Images.ToPictures(images), originals = Images.ToPictures(clean);
        return new(SquaredError(images, clean), pictures.Zip(originals, Quality.Psnr).Sum(), pictures.Zip(originals, Quality.Ssim).Sum());
    }

    private static Scores Mean(IEnumerable<Scores> sums, NoisyImages images) => new(
        sums.Sum(s => s.Mse) / ((double)images.Count * images.ValuesPerImage), sums.Sum(s => s.Psnr) / images.Count, sums.Sum(s => s.Ssim) / images.Count);
}
