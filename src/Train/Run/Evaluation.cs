using Denoise.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The scores of a network on the test images.</summary>
/// <param name="Noisy">The noisy images, clamped to [0,1].</param>
/// <param name="Denoised">The same images after the network.</param>
/// <param name="Samples">The first images: a row of noisy, one of denoised and one of clean pictures.</param>
internal sealed record TestScores(Scores Noisy, Scores Denoised, Picture[][] Samples);

/// <summary>Another network's scores on the same test images.</summary>
/// <param name="Name">The network's.</param>
internal sealed record Beside(string Name, TestScores Scores);

/// <summary>Measures weights on images whose noise is the same in every epoch and every run.</summary>
internal sealed class Evaluation(TorchNetwork network, Workers workers)
{
    /// <summary>So many images go through the network together, and so many pixels: few, to save memory.</summary>
    private const int AtOnce = 100, PixelsAtOnce = 1 << 19;

    private const int SampleCount = 10;

    /// <summary>The mean squared error of the output, clamped to [0,1], over all images.</summary>
    public double Mse(Tensor weights, IExamples images)
    {
        double[] errors = OnAll(weights, images, (batch, denoised) => SquaredError(denoised, batch.TargetOf(denoised)));
        return errors.Sum() / ((double)images.Count * images.ValuesPerImage);
    }

    public TestScores Score(Tensor weights, IExamples images)
    {
        (Scores Noisy, Scores Denoised)[] sums = OnAll(weights, images, (batch, denoised) =>
            (Sum(Clamped(batch.Noisy), batch), Sum(denoised, batch)));
        return new(Mean(sums.Select(s => s.Noisy), images), Mean(sums.Select(s => s.Denoised), images), Samples(weights, images));
    }

    /// <summary>The first images: noisy, denoised, clean.</summary>
    public Picture[][] Samples(Tensor weights, IExamples images)
    {
        using var scope = NewDisposeScope();
        return On(network.Views(weights), images, [.. Uses(images).Take(SampleCount)], (batch, denoised) =>
            new[] { batch.Noisy, denoised, batch.Clean }.Select(ToPictures).ToArray());
    }

    private static IEnumerable<Use> Uses(IExamples images) => Enumerable.Range(0, images.Count).Select(i => new Use(i, i));

    /// <summary>Runs all images through the network, some at once, and measures each part.</summary>
    private T[] OnAll<T>(Tensor weights, IExamples images, Func<NoisyTensors, Tensor, T> measure)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> values = network.Views(weights);
        Use[][] parts = [.. Uses(images).Chunk(Math.Clamp(PixelsAtOnce / (images.Height * images.Width), 1, AtOnce))];
        var results = new T[parts.Length];
        workers.Run(parts.Length, i => results[i] = On(values, images, parts[i], measure));
        return results;
    }

    private T On<T>(Dictionary<string, Tensor> values, IExamples images, Use[] uses, Func<NoisyTensors, Tensor, T> measure)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        NoisyTensors batch = NoisyTensors.Read(images, uses, network);
        return measure(batch, Clamped(network.Forward(batch.Noisy, batch.Sigma, new(values))));
    }

    private static Tensor Clamped(Tensor images) => images.clamp(Scalars.Of(0), Scalars.Of(1));

    private static double SquaredError(Tensor images, Tensor clean) =>
        nn.functional.mse_loss(images, clean, nn.Reduction.Sum).cpu().item<float>();

    private static Scores Sum(Tensor images, NoisyTensors batch)
    {
        Tensor clean = batch.TargetOf(images);
        Picture[] pictures = ToPictures(images), originals = ToPictures(clean);
        return new(SquaredError(images, clean), pictures.Zip(originals, Quality.Psnr).Sum(), pictures.Zip(originals, Quality.Ssim).Sum());
    }

    private static Scores Mean(IEnumerable<Scores> sums, IExamples images) => new(
        sums.Sum(s => s.Mse) / ((double)images.Count * images.ValuesPerImage),
        sums.Sum(s => s.Psnr) / images.Count,
        sums.Sum(s => s.Ssim) / images.Count);

    private static Picture[] ToPictures(Tensor images)
    {
        var shape = new ImageShape((int)images.shape[1], (int)images.shape[2], (int)images.shape[3]);
        float[] values = images.cpu().contiguous().data<float>().ToArray();
        return [.. values.Chunk(shape.Values).Select(planes => Picture.OfPlanes(planes, shape))];
    }
}
