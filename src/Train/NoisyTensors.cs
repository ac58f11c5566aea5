using Denoise.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>Images with noise and without, as tensors.</summary>
internal static class NoisyTensors
{
    /// <summary>The pairs for these uses, each (N, C, H, W), channels last in memory.</summary>
    /// <param name="images">The images.</param>
    /// <param name="uses">Which of them.</param>
    /// <param name="device">Where the tensors are to be.</param>
    public static (Tensor Noisy, Tensor Clean) Read(this NoisyImages images, ReadOnlySpan<Use> uses, Device device)
    {
        int size = images.ValuesPerImage;
        float[] noisy = new float[uses.Length * size], clean = new float[uses.Length * size];
        for (int i = 0; i < uses.Length; i++)
            images.Read(uses[i], noisy.AsSpan(i * size, size), clean.AsSpan(i * size, size));
        return (ToTensor(images, noisy, uses.Length, device), ToTensor(images, clean, uses.Length, device));
    }

    private static Tensor ToTensor(NoisyImages images, float[] values, int count, Device device)
    {
        using var scope = NewDisposeScope();
        var (channels, height, width) = (images.Channels, images.Height, images.Width);
        // Of a single channel both orders are the same in memory, but only the strides of one say so.
        Tensor lastChannel = channels == 1
            ? tensor(values, [count, height, width, 1])
            : tensor(values, [count, channels, height, width]).permute(0, 2, 3, 1).contiguous();
        return lastChannel.to(device).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
