using System.Runtime.ExceptionServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>Images with noise and without, as tensors with the channels last in memory.</summary>
/// <param name="Noisy">(N, C, H, W).</param>
/// <param name="Clean">(N, C, H, W): in [0,1], or with noise of its own and beyond.</param>
/// <param name="Sigma">(N, 1, H, W), the noise's standard deviation; null where the network does not take it.</param>
/// <param name="HasGaps">Whether there are values in Clean that are not numbers.</param>
internal sealed record NoisyTensors(Tensor Noisy, Tensor Clean, Tensor? Sigma, bool HasGaps)
{
    /// <summary>The clean images; where they are not numbers the denoised ones, so that there is no error.</summary>
    /// <param name="denoised">(N, C, H, W).</param>
    public Tensor TargetOf(Tensor denoised) => HasGaps ? where(Clean.isnan(), denoised.detach(), Clean) : Clean;

    /// <summary>Reads some of the images as the network takes them, onto its device.</summary>
    public static NoisyTensors Read(IExamples images, Use[] uses, TorchNetwork network)
    {
        bool withSigma = network.Architecture.TakesSigma;
        int size = images.ValuesPerImage, area = withSigma ? images.Height * images.Width : 0;
        float[] noisy = new float[uses.Length * size], clean = new float[uses.Length * size], sigma = new float[uses.Length * area];
        // On the CPU each worker reads its own; a GPU has a single one, and waits for it.
        ForEach(uses.Length, network.Device.type == DeviceType.CPU ? 1 : Environment.ProcessorCount, i =>
            images.Read(uses[i], noisy.AsSpan(i * size, size), clean.AsSpan(i * size, size), sigma.AsSpan(i * area, area)));
        int count = uses.Length;
        Tensor? level = withSigma ? Of(sigma, 1) : null;
        return new(Of(noisy, images.Channels), Of(clean, images.Channels), level, Array.Exists(clean, float.IsNaN));

        Tensor Of(float[] values, int channels) => ToTensor(values, [count, channels, images.Height, images.Width], network.Device);
    }

    private static void ForEach(int count, int threads, Action<int> work)
    {
        try
        {
            Parallel.For(0, count, new() { MaxDegreeOfParallelism = threads }, work);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
        }
    }

    private static Tensor ToTensor(float[] values, long[] shape, Device device)
    {
        using var scope = NewDisposeScope();
        // A single channel has the same order in memory either way, but only the strides of one say so.
        Tensor lastChannel = shape[1] == 1
            ? tensor(values, [shape[0], shape[2], shape[3], 1])
            : tensor(values, shape).permute(0, 2, 3, 1).contiguous();
        return lastChannel.to(device).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
