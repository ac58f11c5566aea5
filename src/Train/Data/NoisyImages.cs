using Denoise.Noises;
using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>Images with noise and without, and the level of the noise.</summary>
/// <param name="images">The clean images.</param>
/// <param name="noise">The noise they get.</param>
/// <param name="seed">Draws crops and noise.</param>
/// <param name="purpose">Keeps the noise of training and of testing apart.</param>
internal sealed class NoisyImages(IImages images, Noise noise, long seed, Seeds.Purpose purpose) : IExamples
{
    /// <summary>About the error of an estimated noise level, so that a network learns not to trust the level fully.</summary>
    public const double UsualSigmaError = 0.1;

    /// <summary>Beyond three times there is nothing left of the picture's detail.</summary>
    private const float MaxEnlargement = 3;

    private readonly ImageShape _shape = new(images.Channels, images.Height, images.Width);

    /// <summary>The share of colour images that become grey, 0 to 1.</summary>
    public double GreyShare { get; init; }

    /// <summary>The share of images with camera noise of which the middle is enlarged, 0 to 1.</summary>
    public double EnlargedShare { get; init; }

    /// <summary>The level's relative error, as an estimator would make it: the standard deviation of its logarithm.</summary>
    public double SigmaError { get; init; }

    /// <summary>A data set with noise. That of the images to measure on is the same in every run.</summary>
    public static Examples Of(DataSet data, Noise noise, long seed, double greyShare, double enlargedShare)
    {
        var training = new NoisyImages(data.Training, noise, seed, Seeds.Purpose.TrainingNoise)
        {
            GreyShare = greyShare, EnlargedShare = enlargedShare, SigmaError = UsualSigmaError,
        };
        var validation = data.Validation is null ? null : new NoisyImages(data.Validation, noise, 0, Seeds.Purpose.ValidationNoise);
        return new(data.Name, training, validation, new NoisyImages(data.Test, noise, 0, Seeds.Purpose.TestNoise));
    }

    public int Count => images.Count;

    public int Channels => images.Channels;

    public int Height => images.Height;

    public int Width => images.Width;

    public bool AreCrops => images.AreCrops;

    public int ValuesPerImage => _shape.Values;

    /// <inheritdoc/>
    public string Fingerprint() => images.Fingerprint();

    /// <inheritdoc/>
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
        float factor = Misjudgement(SigmaError, ref random);
        foreach (ref float value in sigma)
            value *= factor;
    }

    /// <summary>A factor whose logarithm is normal, with this standard deviation.</summary>
    internal static float Misjudgement(double error, ref RandomStream random)
    {
        Span<float> normal = stackalloc float[1];
        random.Normal(normal);
        return MathF.Exp((float)error * normal[0]);
    }
}
