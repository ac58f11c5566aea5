using Denoise.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>Images with noise and without, as tensors, channels last in memory.</summary>
/// <param name="Noisy">(N, C, H, W).</param>
/// <param name="Clean">(N, C, H, W), in [0,1].</param>
/// <param name="Sigma">(N, 1, H, W), the noise's standard deviation; null where it is not needed.</param>
internal sealed record NoisyTensors(Tensor Noisy, Tensor Clean, Tensor? Sigma)
{
    /// <param name="images">The images.</param>
    /// <param name="uses">Which of them.</param>
    /// <param name="withSigma">Whether the noise's level is needed.</param>
    /// <param name="device">Where the tensors are to be.</param>
    public static NoisyTensors Read(NoisyImages images, ReadOnlySpan<Use> uses, bool withSigma, Device device)
    {
        int size = images.ValuesPerImage, area = withSigma ? images.Height * images.Width : 0;
        float[] noisy = new float[uses.Length * size], clean = new float[uses.Length * size], sigma = new float[uses.Length * area];
        for (int i = 0; i < uses.Length; i++)
            images.Read(uses[i], noisy.AsSpan(i * size, size), clean.AsSpan(i * size, size), sigma.AsSpan(i * area, area));
        return new(ToTensor(noisy, images.Channels), ToTensor(clean, images.Channels), withSigma ? ToTensor(sigma, 1) : null);

        Tensor ToTensor(float[] values, int channels) =>
            NoisyTensors.ToTensor(values, values.Length / (channels * images.Height * images.Width), channels, images.Height, images.Width, device);
    }

    private static Tensor ToTensor(float[] values, int count, int channels, int height, int width, Device device)
    {
        using var scope = NewDisposeScope();
        // Of a single channel both orders are the same in memory, but only the strides of one say so.
        Tensor lastChannel = channels == 1
            ? tensor(values, [count, height, width, 1])
            : tensor(values, [count, channels, height, width]).permute(0, 2, 3, 1).contiguous();
        return lastChannel.to(device).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
