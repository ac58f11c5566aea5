using Denoise.CommandLine;
using Denoise.Network;

namespace Denoise.Train;

/// <summary>A published way to train a network, by name: what the options default to.</summary>
/// <param name="Network">Catalogue name.</param>
/// <param name="NoiseSigma">Standard deviation of the Gaussian noise, in units of the image, [0,1].</param>
internal sealed record Recipe(string Name, string Network, double NoiseSigma, int Epochs, int BatchSize, double LearningRate)
{
    /// <summary>Udacity's "Denoising Autoencoder" notebook: noise drawn anew for each batch and clipped, images in file order.</summary>
    private static readonly Recipe ConvDenoiser = new("conv-denoiser", "conv-denoiser", NoiseSigma: 0.5, Epochs: 20, BatchSize: 20, LearningRate: 1e-3);

    private static readonly Recipe[] All = [ConvDenoiser];

    public static Recipe Default => ConvDenoiser;

    /// <exception cref="ToolException">No such recipe; the message gives the nearest names.</exception>
    public static Recipe Get(string name) => All.FirstOrDefault(r => r.Name == name)
        ?? throw ToolException.Usage($"No recipe is called '{name}'. {NearestName.Hint(name, All.Select(r => r.Name))}");
}
