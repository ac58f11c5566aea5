using Denoise.Imaging;

namespace Denoise.Data;

/// <summary>An image to use: which one, and how often images have been used before it, from which all that is random about it follows.</summary>
internal readonly record struct Use(int Index, long Number);

/// <summary>Images with noise and without, and the level of the noise.</summary>
/// <param name="images">The clean ones.</param>
/// <param name="noise">What is done to them.</param>
/// <param name="seed">Of crops and noise.</param>
/// <param name="purpose">Keeps the noise of training and of testing apart.</param>
/// <param name="greyShare">The share of colour images that become grey, 0 to 1.</param>
/// <param name="sigmaError">The standard deviation of the logarithm of the error in the level, as an estimator would make it.</param>
internal sealed class NoisyImages(IImages images, Noise noise, long seed, Seeds.Purpose purpose, double greyShare = 0, double sigmaError = 0)
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
    /// <param name="sigma">1×H×W, gets the noise's standard deviation; empty where it is not needed.</param>
    public void Read(Use use, Span<float> noisy, Span<float> clean, Span<float> sigma = default)
    {
        long draw = Seeds.Of(seed, purpose, noise.IsFixed ? use.Index : use.Number);
        var random = new RandomStream(Seeds.Of(draw, Seeds.Purpose.Variation));
        images.Read(use.Index, Seeds.Of(seed, Seeds.Purpose.Crops, use.Number), clean);
        if (random.Uniform() < greyShare)
            MakeGrey(clean);
        AddNoise(clean, noisy, draw);
        if (!sigma.IsEmpty)
        {
            NoiseLevel.Measure(noisy, clean, _shape, sigma);
            Spread(sigma, ref random);
        }
    }

    /// <summary>A grey picture in three channels has the same noise in all of them.</summary>
    private void AddNoise(ReadOnlySpan<float> clean, Span<float> noisy, long draw)
    {
        clean.CopyTo(noisy);
        bool grey = _shape.Channels == 3 && IsGrey(clean);
        noise.AddTo(grey ? noisy[.._shape.Area] : noisy, grey ? _shape with { Channels = 1 } : _shape, draw);
        if (grey)
            Repeat(noisy);
    }

    private bool IsGrey(ReadOnlySpan<float> image) =>
        image[.._shape.Area].SequenceEqual(image.Slice(_shape.Area, _shape.Area)) && image[.._shape.Area].SequenceEqual(image[(2 * _shape.Area)..]);

    /// <summary>The luma of ITU-R Rec. 601 in all three channels; one channel is grey already.</summary>
    private void MakeGrey(Span<float> image)
    {
        if (_shape.Channels != 3)
            return;
        int area = _shape.Area;
        for (int i = 0; i < area; i++)
            image[i] = 0.299f * image[i] + 0.587f * image[area + i] + 0.114f * image[2 * area + i];
        Repeat(image);
    }

    private void Repeat(Span<float> image)
    {
        image[.._shape.Area].CopyTo(image[_shape.Area..]);
        image[.._shape.Area].CopyTo(image[(2 * _shape.Area)..]);
    }

    private void Spread(Span<float> sigma, ref RandomStream random)
    {
        Span<float> normal = stackalloc float[1];
        random.Normal(normal);
        float factor = MathF.Exp((float)sigmaError * normal[0]);
        foreach (ref float value in sigma)
            value *= factor;
    }
}
