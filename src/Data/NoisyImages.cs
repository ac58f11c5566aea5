using Denoise.Imaging;

namespace Denoise.Data;

/// <summary>An image to use: which one, and how often images have been used before it, from which all that is random about it follows.</summary>
internal readonly record struct Use(int Index, long Number);

/// <summary>Images with noise and without.</summary>
/// <param name="images">The clean ones.</param>
/// <param name="noise">What is done to them.</param>
/// <param name="seed">Of crops and noise.</param>
/// <param name="purpose">Keeps the noise of training and of testing apart.</param>
internal sealed class NoisyImages(IImages images, Noise noise, long seed, Seeds.Purpose purpose)
{
    private readonly ImageShape _shape = new(images.Channels, images.Height, images.Width);

    public int Count => images.Count;

    public int Channels => images.Channels;

    public int Height => images.Height;

    public int Width => images.Width;

    /// <inheritdoc cref="IImages.AreCrops"/>
    public bool AreCrops => images.AreCrops;

    /// <summary>Values in an image, C·H·W.</summary>
    public int ValuesPerImage => _shape.Values;

    /// <summary>One image, C×H×W, with noise, which may reach beyond [0,1], and without.</summary>
    public void Read(Use use, Span<float> noisy, Span<float> clean)
    {
        images.Read(use.Index, Seeds.Of(seed, Seeds.Purpose.Crops, use.Number), clean);
        clean.CopyTo(noisy);
        noise.AddTo(noisy, _shape, Seeds.Of(seed, purpose, noise.IsFixed ? use.Index : use.Number));
    }
}
