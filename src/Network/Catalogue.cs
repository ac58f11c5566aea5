namespace Denoise.Network;

/// <summary>The networks that have a name.</summary>
public static class Catalogue
{
    private static readonly Dictionary<string, Func<Architecture>> Networks = new()
    {
        ["conv-denoiser"] = ConvDenoiser,
    };

    public static IReadOnlyCollection<string> Names => Networks.Keys;

    /// <exception cref="ArchitectureException">No such name; the message gives the nearest ones.</exception>
    public static Architecture Get(string name) => Networks.TryGetValue(name, out var make)
        ? make()
        : throw new ArchitectureException($"No network is called '{name}'. {NearestName.Hint(name, Names)}");

    /// <summary>The digit denoiser of Udacity's "Denoising Autoencoder" notebook: 9,585 parameters, N×1×H×W in and out, [0,1].
    /// Three poolings down to 8 channels and three transposed convolutions back; sizes 8k + 4.</summary>
    private static Architecture ConvDenoiser() => new("conv-denoiser", 1,
    [
        new Conv2d("conv1", 1, 32, Kernel: 3, Padding: 1), new ReLU("relu1"), new MaxPool2d("pool1"),
        new Conv2d("conv2", 32, 16, Kernel: 3, Padding: 1), new ReLU("relu2"), new MaxPool2d("pool2"),
        new Conv2d("conv3", 16, 8, Kernel: 3, Padding: 1), new ReLU("relu3"), new MaxPool2d("pool3"),
        new ConvTranspose2d("t_conv1", 8, 8, Kernel: 3, Stride: 2), new ReLU("relu4"),
        new ConvTranspose2d("t_conv2", 8, 16, Kernel: 2, Stride: 2), new ReLU("relu5"),
        new ConvTranspose2d("t_conv3", 16, 32, Kernel: 2, Stride: 2), new ReLU("relu6"),
        new Conv2d("conv_out", 32, 1, Kernel: 3, Padding: 1), new Sigmoid("sigmoid"),
    ]);
}
