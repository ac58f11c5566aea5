using Denoise.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace Denoise.Train.Data;

/// <summary>An image to use: which one, and how often images have been used before it, from which all that is random about it follows.</summary>
internal readonly record struct Use(int Index, long Number);

/// <summary>Images with noise and without.</summary>
/// <param name="images">The clean ones.</param>
/// <param name="noise">What is done to them.</param>
/// <param name="seed">Of crops and noise.</param>
/// <param name="purpose">Keeps the noise of training and of testing apart.</param>
internal sealed class NoisyImages(IImages images, NoiseModel noise, long seed, Seeds.Purpose purpose)
{
    private readonly int _size = images.Channels * images.Height * images.Width;

    public int Count => images.Count;

    /// <summary>Values in an image, C·H·W.</summary>
    public int ValuesPerImage => _size;

    /// <summary>The pairs for these uses, each (N, C, H, W), channels last in memory.</summary>
    /// <param name="uses">Which images.</param>
    /// <param name="device">Where the tensors are to be.</param>
    public (Tensor Noisy, Tensor Clean) Read(ReadOnlySpan<Use> uses, Device device)
    {
        float[] noisy = new float[uses.Length * _size], clean = new float[uses.Length * _size];
        for (int i = 0; i < uses.Length; i++)
            Read(uses[i], noisy.AsSpan(i * _size, _size), clean.AsSpan(i * _size, _size));
        return (ToTensor(noisy, uses.Length, device), ToTensor(clean, uses.Length, device));
    }

    private void Read(Use use, Span<float> noisy, Span<float> clean)
    {
        images.Read(use.Index, Seeds.Of(seed, Seeds.Purpose.Crops, use.Number), clean);
        clean.CopyTo(noisy);
        noise.AddTo(noisy, Seeds.Of(seed, purpose, noise.IsFixed ? use.Index : use.Number));
    }

    private Tensor ToTensor(float[] values, int count, Device device)
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
