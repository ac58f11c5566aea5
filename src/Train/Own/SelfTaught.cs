using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>Pictures of which there are no clean ones, as a network sees them: it denoises them, and they get noise of their own kind
/// again, stronger on details, as cameras have it. From such pairs it learns the noise, though nothing of the pictures that it does not
/// know.</summary>
/// <param name="pictures">Noisy images, each with more noise of the same kind as its target.</param>
/// <param name="teacher">The network as it is before the training.</param>
internal sealed class SelfTaught(IExamples pictures, TorchNetwork teacher) : IExamples
{
    private readonly Dictionary<string, Tensor> _values = teacher.Views(teacher.Weights.detach());

    public int Count => pictures.Count;

    public int Channels => pictures.Channels;

    public int Height => pictures.Height;

    public int Width => pictures.Width;

    public bool AreCrops => pictures.AreCrops;

    public string Fingerprint() => pictures.Fingerprint();

    public void Read(Use use, Span<float> noisy, Span<float> target, Span<float> sigma = default)
    {
        pictures.Read(use, noisy, target, sigma);
        float[] denoised = Denoise(noisy, sigma);
        var random = new RandomStream(Seeds.Of(use.Number, Seeds.Purpose.Variation));
        float level = Deviation(target);
        LocalContrast.Strengthen(denoised, new(Channels, Height, Width), target, LocalContrast.MostDetail * random.Uniform(), level);
        // On the whole it stays as strong: an estimator sees both.
        float factor = level / Deviation(target);
        for (int i = 0; i < noisy.Length; i++)
            (noisy[i], target[i]) = (denoised[i] + factor * target[i], denoised[i]);
    }

    private static float Deviation(ReadOnlySpan<float> noise)
    {
        double power = 1e-12;
        foreach (float value in noise)
            power += (double)value * value / noise.Length;
        return (float)Math.Sqrt(power);
    }

    private float[] Denoise(ReadOnlySpan<float> noisy, ReadOnlySpan<float> sigma)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        Tensor input = tensor(noisy.ToArray(), [1, Channels, Height, Width], device: teacher.Device);
        Tensor? level = teacher.Architecture.TakesSigma ? tensor(sigma.ToArray(), [1, 1, Height, Width], device: teacher.Device) : null;
        Tensor denoised = teacher.Forward(input, level, new(_values)).clamp(Scalars.Of(0), Scalars.Of(1));
        return denoised.cpu().contiguous().data<float>().ToArray();
    }
}
