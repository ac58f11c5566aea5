using System.Text.Json;
using Denoise.CommandLine;
using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>Noise for clean pictures, to measure how much of it the network takes away again.</summary>
internal sealed class AddedNoise
{
    private readonly Noise _noise;
    private readonly long _seed;

    private AddedNoise(Noise noise, long seed) => (_noise, _seed) = (noise, seed);

    /// <exception cref="ToolException">The words make no noise.</exception>
    internal static AddedNoise Parse(string words, long seed) => new(OptionValue.Read("--noise", () => Noise.Parse(words)), seed);

    /// <summary>Adds to each of the picture's channels, rounded and clipped only where the noise says so.</summary>
    /// <param name="planes">The picture's C x H x W values in [0,1].</param>
    /// <param name="shape">The picture's.</param>
    /// <param name="name">Relative to the input folder. The draw follows from it, the page and the seed, whatever other pictures there are.</param>
    /// <param name="page">Its number in the file, from 0.</param>
    internal void AddTo(Span<float> planes, ImageShape shape, string name, int page) => _noise.AddTo(planes, shape, SeedOf(name, page));

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString("noise", _noise.ToString());
        json.WriteNumber("noise_seed", _seed);
    }

    /// <summary>In the words of <c>--noise</c>.</summary>
    public override string ToString() => _noise.ToString();

    private long SeedOf(string name, int page)
    {
        ulong seed = RandomStream.Mix((ulong)_seed);
        foreach (char letter in name)
            seed = RandomStream.Mix(seed ^ (letter == Path.DirectorySeparatorChar ? '/' : letter));
        // A file of one page gets what a picture of its name gets.
        return (long)(page == 0 ? seed : RandomStream.Mix(seed ^ (ulong)page));
    }
}
