using Denoise.Noises;
using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>One use of an image. All that is random about it follows from the number.</summary>
/// <param name="Index">Which image.</param>
/// <param name="Number">How many images have been used before.</param>
internal readonly record struct Use(int Index, long Number);

/// <summary>Images with noise and without, and the level of the noise.</summary>
/// <param name="images">The clean images.</param>
/// <param name="noise">The noise they get.</param>
/// <param name="seed">Draws crops and noise.</param>
/// <param name="purpose">Keeps the noise of training and of testing apart.</param>
internal sealed class NoisyImages(IImages images, Noise noise, long seed, Seeds.Purpose purpose)
{
    /// <summary>Beyond three times there is nothing left of the picture's detail.</summary>
    private const float MaxEnlargement = 3;

    private readonly ImageShape _shape = new(images.Channels, images.Height, images.Width);

    /// <summary>The share of colour images that become grey, 0 to 1.</summary>
    public double GreyShare { get; init; }

    /// <summary>The share of images with camera noise of which the middle is enlarged, 0 to 1.</summary>
    public double EnlargedShare { get; init; }

    /// <summary>The level's relative error, as an estimator would make it: the standard deviation of its logarithm.</summary>
    public double SigmaError { get; init; }

    public int Count => images.Count;

    public int Channels => images.Channels;

    public int Height => images.Height;

    public int Width => images.Width;

    /// <inheritdoc cref="IImages.AreCrops"/>
    public bool AreCrops => images.AreCrops;

    /// <summary>Values in an image, C·H·W.</summary>
    public int ValuesPerImage => _shape.Values;

    /// <summary>Reads one image. Several threads may call this at once.</summary>
    /// <param name="use">Which image, and the number that its noise is drawn by.</param>
    /// <param name="noisy">Receives C×H×W values, which may reach beyond [0,1].</param>
    /// <param name="clean">Receives C×H×W values in [0,1].</param>
    /// <param name="sigma">Receives the noise's standard deviation at each pixel, 1×H×W; empty where it is not needed.</param>
    public void Read(Use use, Span<float> noisy, Span<float> clean, Span<float> sigma = default)
    {
        long draw = Seeds.Of(seed, purpose, noise.IsFixed ? use.Index : use.Number);
        var random = new RandomStream(Seeds.Of(draw, Seeds.Purpose.Variation));
        images.Read(use.Index, Seeds.Of(seed, Seeds.Purpose.Crops, use.Number), clean);
        if (random.Uniform() < GreyShare)
            MakeGrey(clean);
        if (EnlargedShare > 0 && noise.Choose(draw).Model.Kind == NoiseKind.Camera && random.Uniform() < EnlargedShare)
            new Enlargement(1 + (MaxEnlargement - 1) * random.Uniform(), Height).Apply(clean);
        AddNoise(clean, noisy, draw);
        if (sigma.IsEmpty)
            return;
        NoiseLevel.Measure(noisy, clean, _shape, sigma);
        Misjudge(sigma, ref random);
    }

    /// <summary>A grey picture in three channels gets the same noise in all of them.</summary>
    private void AddNoise(ReadOnlySpan<float> clean, Span<float> noisy, long draw)
    {
        clean.CopyTo(noisy);
        bool grey = _shape.Channels == 3 && IsGrey(clean);
        noise.AddTo(grey ? noisy[.._shape.Area] : noisy, grey ? _shape with { Channels = 1 } : _shape, draw);
        if (grey)
            Repeat(noisy);
    }

    private bool IsGrey(ReadOnlySpan<float> image)
    {
        ReadOnlySpan<float> first = image[.._shape.Area];
        return first.SequenceEqual(image.Slice(_shape.Area, _shape.Area)) && first.SequenceEqual(image[(2 * _shape.Area)..]);
    }

    /// <summary>Puts the luma of ITU-R Rec. 601 into all three channels; one channel is grey already.</summary>
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

    private void Misjudge(Span<float> sigma, ref RandomStream random)
    {
        Span<float> normal = stackalloc float[1];
        random.Normal(normal);
        float factor = MathF.Exp((float)SigmaError * normal[0]);
        foreach (ref float value in sigma)
            value *= factor;
    }
}
