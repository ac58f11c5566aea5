namespace Denoise.Network;

/// <summary>The networks that come with Denoise, by name. They take and give N×1×H×W, or N×3×H×W in colour, in [0,1].</summary>
public static class Catalogue
{
    private static readonly Dictionary<string, Func<Architecture>> Networks = new()
    {
        ["conv-denoiser"] = ConvDenoiser,
        ["conv-autoencoder"] = ConvAutoencoder,
        ["denoising-autoencoder"] = DenoisingAutoencoder,
        ["overcomplete"] = Overcomplete,
        ["unet"] = UNet,
        ["photo"] = Photo,
        ["photo-colour"] = PhotoColour,
    };

    /// <summary>The names that <see cref="Get"/> knows.</summary>
    public static IReadOnlyCollection<string> Names => Networks.Keys;

    /// <summary>The network of a name.</summary>
    /// <exception cref="ArchitectureException">No such name; the message gives the nearest ones.</exception>
    public static Architecture Get(string name) => Networks.TryGetValue(name, out var make)
        ? make()
        : throw new ArchitectureException($"No network is called '{name}'. {NearestName.Hint(name, Names)}");

    /// <summary>The digit denoiser of Udacity's "Denoising Autoencoder" notebook: 9,585 parameters.
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

    /// <summary>The compressor of Udacity's "Convolutional Autoencoder" notebook: 1,477 parameters.
    /// Two poolings down to 4 channels, two nearest-neighbour enlargements back; sizes 4k.</summary>
    private static Architecture ConvAutoencoder() => new("conv-autoencoder", 1,
    [
        new Conv2d("conv1", 1, 16, Kernel: 3, Padding: 1), new ReLU("relu1"), new MaxPool2d("pool1"),
        new Conv2d("conv2", 16, 4, Kernel: 3, Padding: 1), new ReLU("relu2"), new MaxPool2d("pool2"),
        new Upsample("up1"), new Conv2d("conv4", 4, 16, Kernel: 3, Padding: 1), new ReLU("relu3"),
        new Upsample("up2"), new Conv2d("conv5", 16, 1, Kernel: 3, Padding: 1), new Sigmoid("sigmoid"),
    ]);

    /// <summary>The network of the "Understanding Autoencoders" notebook: 44,081 parameters, named as its state dict names them.
    /// The third convolution has no ReLU behind it, as there; sizes 8k + 4.</summary>
    private static Architecture DenoisingAutoencoder() => new("denoising-autoencoder", 1,
    [
        new Conv2d("encoder.encoder.0", 1, 16, Kernel: 3, Padding: 1), new ReLU("encoder.encoder.1"), new MaxPool2d("encoder.encoder.2"),
        new Conv2d("encoder.encoder.3", 16, 32, Kernel: 3, Padding: 1), new ReLU("encoder.encoder.4"), new MaxPool2d("encoder.encoder.5"),
        new Conv2d("encoder.encoder.6", 32, 64, Kernel: 3, Padding: 1), new MaxPool2d("encoder.encoder.7"),
        new ConvTranspose2d("decoder.decoder.0", 64, 32, Kernel: 3, Stride: 2), new ReLU("decoder.decoder.1"),
        new ConvTranspose2d("decoder.decoder.2", 32, 16, Kernel: 2, Stride: 2), new ReLU("decoder.decoder.3"),
        new ConvTranspose2d("decoder.decoder.4", 16, 1, Kernel: 4, Stride: 2, Padding: 1), new Sigmoid("decoder.decoder.5"),
    ]);

    /// <summary>The fully connected network of Deep Learning Wizard's "Overcomplete Autoencoders" notebook: 1,845,928 parameters,
    /// a hidden layer half as wide again as the image; 28×28 only.</summary>
    private static Architecture Overcomplete() => new("overcomplete", 1,
    [
        new Flatten("flatten"), new Linear("fc1", 784, 1176), new LeakyReLU("leaky"),
        new Linear("fc2", 1176, 784), new Unflatten("unflatten", 1, 28, 28), new Sigmoid("sigmoid"),
    ], inputSize: [28, 28]);

    /// <summary>Our own: a U-Net (Ronneberger, Fischer, Brox, 2015) of three levels of 24, 48 and 96 channels, 265,297 parameters.
    /// Two 3×3 convolutions a level, average pooling down, nearest-neighbour up, skips by concatenation, no normalisation;
    /// the output is linear, so it may leave [0,1] a little; sizes 4k.</summary>
    private static Architecture UNet() => new("unet", 1,
    [
        .. Level("down1", 1, 24), new AvgPool2d("pool1"),
        .. Level("down2", 24, 48), new AvgPool2d("pool2"),
        .. Level("middle", 48, 96),
        new Upsample("up2"), new Concat("skip2") { Inputs = ["up2", "down2.relu2"] }, .. Level("back2", 96 + 48, 48),
        new Upsample("up1"), new Concat("skip1") { Inputs = ["up1", "down1.relu2"] }, .. Level("back1", 48 + 24, 24),
        new Conv2d("out", 24, 1, Kernel: 3, Padding: 1),
    ]);

    private static Layer[] Level(string name, int channelsIn, int channelsOut) =>
    [
        new Conv2d($"{name}.conv1", channelsIn, channelsOut, Kernel: 3, Padding: 1), new LeakyReLU($"{name}.relu1", 0.1),
        new Conv2d($"{name}.conv2", channelsOut, channelsOut, Kernel: 3, Padding: 1), new LeakyReLU($"{name}.relu2", 0.1),
    ];

    /// <summary>Our own, for grey photographs: <see cref="ResidualUNet"/> of 48, 72 and 96 channels; 958,996 parameters.</summary>
    private static Architecture Photo() => new("photo", 1,
        ResidualUNet([new PixelUnshuffle("unshuffle")], unshuffled: 4, widths: [48, 72, 96], shuffled: 4));

    /// <summary>Our own, for photographs in colour: <see cref="ResidualUNet"/> of 48, 80 and 128 channels, which also reads the noise
    /// level; 1,343,180 parameters.</summary>
    private static Architecture PhotoColour() => new("photo-colour", 3, ResidualUNet(
    [
        new Concat("noisy_sigma") { Inputs = [Architecture.InputName, Architecture.SigmaName] }, new PixelUnshuffle("unshuffle"),
    ], unshuffled: 16, widths: [48, 80, 128], shuffled: 12));

    /// <summary>A residual U-Net (DRUNet's shape: Zhang et al., Plug-and-play image restoration with deep denoiser prior, 2021) on the
    /// half-size pictures of a pixel unshuffle (FFDNet: Zhang et al., 2018). It has three levels, two residual blocks at each step, and
    /// skips by addition. It adds a correction to its input, so the output may leave [0,1] a little; sizes 8k.</summary>
    private static Layer[] ResidualUNet(Layer[] beginning, int unshuffled, int[] widths, int shuffled) =>
    [
        .. beginning, new Conv2d("first", unshuffled, widths[0], Kernel: 3, Padding: 1),
        .. ResidualBlocks("down1", widths[0], "first"), new Conv2d("reduce1", widths[0], widths[1], Kernel: 2, Stride: 2),
        .. ResidualBlocks("down2", widths[1], "reduce1"), new Conv2d("reduce2", widths[1], widths[2], Kernel: 2, Stride: 2),
        .. ResidualBlocks("middle", widths[2], "reduce2"),
        .. Enlargement(2, widths[2], widths[1]), .. ResidualBlocks("back2", widths[1], "skip2"),
        .. Enlargement(1, widths[1], widths[0]), .. ResidualBlocks("back1", widths[0], "skip1"),
        new Conv2d("last", widths[0], shuffled, Kernel: 3, Padding: 1), new PixelShuffle("shuffle"),
        new Add("residual") { Inputs = ["shuffle", Architecture.InputName] },
    ];

    private static Layer[] Enlargement(int level, int channelsIn, int channelsOut) =>
    [
        new ConvTranspose2d($"enlarge{level}", channelsIn, channelsOut, Kernel: 2, Stride: 2),
        new Add($"skip{level}") { Inputs = [$"enlarge{level}", $"down{level}.block2.add"] },
    ];

    /// <summary>Two blocks of two 3×3 convolutions, each added to its input (He et al., 2016), without normalisation.</summary>
    private static Layer[] ResidualBlocks(string name, int channels, string from) =>
    [
        .. ResidualBlock($"{name}.block1", channels, from), .. ResidualBlock($"{name}.block2", channels, $"{name}.block1.add"),
    ];

    private static Layer[] ResidualBlock(string name, int channels, string from) =>
    [
        new Conv2d($"{name}.conv1", channels, channels, Kernel: 3, Padding: 1), new ReLU($"{name}.relu"),
        new Conv2d($"{name}.conv2", channels, channels, Kernel: 3, Padding: 1), new Add($"{name}.add") { Inputs = [$"{name}.conv2", from] },
    ];
}
