namespace Denoise.Tests.Layers;

/// <summary>Small networks of three channels, each for one kind of layer or one of its settings.</summary>
internal static class LayerTable
{
    private const string Input = Architecture.InputName;

    private static readonly Dictionary<string, Layer[]> Layers = new()
    {
        ["relu"] = [new ReLU("y")],
        ["leaky relu"] = [new LeakyReLU("y", 0.2)],
        ["prelu"] = [new PReLU("y")],
        ["prelu of each channel"] = [new PReLU("y", 3)],
        ["elu"] = [new ELU("y", 0.7)],
        ["selu"] = [new SELU("y")],
        ["gelu"] = [new GELU("y")],
        ["silu"] = [new SiLU("y")],
        ["sigmoid"] = [new Sigmoid("y")],
        ["tanh"] = [new Tanh("y")],
        ["clamp"] = [new Clamp("y", -0.5, 1.5)],
        ["affine"] = [new Affine("times", 0.3), new Affine("plus", 1, -0.2), new Affine("both", -1.5, 0.7)],
        ["scale"] = [new Scale("y", 3)],
        ["nothing"] = [new Identity("x"), new Dropout("y")],
        ["add"] = [new Tanh("t"), new Add("y") { Inputs = ["t", Input, "spread"] }],
        ["subtract"] = [new Tanh("t"), new Subtract("y") { Inputs = ["t", Input] }],
        ["multiply"] = [new Tanh("t"), new Multiply("y") { Inputs = ["t", "spread", Input] }],
        ["one channel for all"] =
        [
            new Slice("one", 1, 1), new Subtract("less") { Inputs = ["spread", "one"] }, new Tanh("t"),
            new Multiply("y") { Inputs = ["one", "one", "t"] },
        ],
        ["concat and slice"] =
        [
            new Tanh("t"), new Concat("c") { Inputs = ["spread", "t"] }, new Slice("y", 2, 3),
        ],
        ["dilation"] =
        [
            new Conv2d("a", 3, 4, 3, Padding: 2, Dilation: 2), new Conv2d("y", 4, 3, 3, Padding: new(3, 1), Dilation: new(3, 1)),
        ],
        ["groups"] = [new Conv2d("a", 3, 6, 3, Padding: 1, Groups: 3), new Conv2d("y", 6, 3, 3, Padding: 1, Groups: 3, Bias: false)],
        ["oblong"] =
        [
            new Conv2d("a", 3, 4, new(5, 2), Stride: new(1, 2), Padding: new(2, 0)),
            new Conv2d("b", 4, 4, new(3, 1), Stride: new(3, 1), Dilation: new(1, 2)),
            new ConvTranspose2d("y", 4, 3, new(3, 4), Stride: new(3, 2), Padding: new(0, 1)),
        ],
        ["reflected"] =
        [
            new Conv2d("a", 3, 4, 5, Padding: 2, PaddingMode: PaddingMode.Reflect),
            new Conv2d("b", 4, 4, 3, Stride: 2, Padding: 1, PaddingMode: PaddingMode.Reflect),
            new ConvTranspose2d("y", 4, 3, 2, Stride: 2, Bias: false),
        ],
        ["replicated"] = [new Conv2d("y", 3, 3, new(3, 5), Padding: new(1, 4), Dilation: new(1, 2), PaddingMode: PaddingMode.Replicate)],
        ["transposed"] =
        [
            new Conv2d("a", 3, 4, 2, Stride: 2, Bias: false),
            new ConvTranspose2d("y", 4, 3, 3, Stride: 2, Padding: 2, OutputPadding: 1, Dilation: 2),
        ],
        ["transposed groups"] =
        [
            new Conv2d("a", 3, 4, new(2, 3), Stride: new(2, 3)), new ConvTranspose2d("b", 4, 6, new(2, 3), Stride: new(2, 3), Groups: 2),
            new BatchNorm2d("norm", 6), new Conv2d("y", 6, 3, 1),
        ],
        ["pad"] = [new Pad("a", 1, 2, 3, 0), new Conv2d("y", 3, 3, 4)],
        ["pad by reflection"] =
        [
            new Pad("a", 3, 1, 0, 2, PaddingMode.Reflect), new Conv2d("b", 3, 3, new(3, 5)), new Conv2d("c", 3, 3, new(6, 3)),
            new Pad("y", 0, 2, 5, 0, PaddingMode.Reflect),
        ],
        ["pad by replication"] = [new Conv2d("a", 3, 3, new(5, 1)), new Pad("y", 0, 0, 1, 3, PaddingMode.Replicate)],
        ["max pool"] = [new MaxPool2d("a", 3, Stride: 2, Padding: 1), new Upsample("up"), new MaxPool2d("y", 3, Stride: 1, Padding: 1)],
        ["mean pool"] =
        [
            new AvgPool2d("a", new(3, 2), Stride: new(3, 2)), new Upsample("up", new(3, 2)), new AvgPool2d("y", 3, Stride: 1, Padding: 1),
        ],
        ["bilinear"] = [new AvgPool2d("a", 2), new Upsample("y", 2, Interpolation.Bilinear)],
        ["bilinear by 3 and 4"] = [new MaxPool2d("a", new(3, 4)), new Upsample("y", new(3, 4), Interpolation.Bilinear)],
        ["bilinear from corner to corner"] = [new AvgPool2d("a", 3), new Upsample("y", 3, Interpolation.Bilinear, AlignCorners: true)],
        ["attention to channels"] =
        [
            new GlobalAvgPool2d("mean"), new Conv2d("a", 3, 3, 1), new Sigmoid("s"), new Multiply("y") { Inputs = ["s", "spread"] },
        ],
        ["squeeze and excitation"] =
        [
            new GlobalAvgPool2d("mean"), new Flatten("f"), new Linear("l", 3, 3), new Unflatten("u", 3, 1, 1),
            new Add("y") { Inputs = ["u", "u", "spread"] },
        ],
        ["layer norm"] = [new Conv2d("a", 3, 8, 1), new LayerNorm2d("norm", 8), new Conv2d("y", 8, 3, 1)],
        // Zhang et al., Plug-and-play image restoration with deep denoiser prior, 2021.
        ["drunet"] =
        [
            new Conv2d("head", 3, 4, 3, Padding: 1, Bias: false), .. ResBlock("down", 4),
            new Conv2d("smaller", 4, 6, 2, Stride: 2, Bias: false), .. ResBlock("body", 6),
            new Add("skip") { Inputs = ["body.y", "smaller"] },
            new ConvTranspose2d("larger", 6, 4, 2, Stride: 2, Bias: false), .. ResBlock("up", 4),
            new Add("top") { Inputs = ["up.y", "head"] },
            new Conv2d("tail", 4, 3, 3, Padding: 1, Bias: false),
        ],
        // Chen, Chu, Zhang, Sun: Simple baselines for image restoration, 2022.
        ["nafnet"] =
        [
            new Conv2d("intro", 3, 4, 3, Padding: 1), .. NafBlock("encoder", 4, "intro"), new Conv2d("down", 4, 8, 2, Stride: 2),
            .. NafBlock("middle", 8, "down"), new Conv2d("up", 8, 16, 1, Bias: false), new PixelShuffle("shuffle"),
            new Add("skip") { Inputs = ["shuffle", "encoder.y"] }, .. NafBlock("decoder", 4, "skip"),
            new Conv2d("ending", 4, 3, 3, Padding: 1), new Add("y") { Inputs = ["ending", "spread"] },
        ],
        ["instance norm"] =
        [
            new Conv2d("a", 3, 3, 3, Padding: 1), new InstanceNorm2d("norm", 3), new InstanceNorm2d("y", 3, 1e-3, Affine: true),
        ],
    };

    private static Layer[] ResBlock(string name, int channels) =>
    [
        new Identity($"{name}.x"), new Conv2d($"{name}.a", channels, channels, 3, Padding: 1, Bias: false), new ReLU($"{name}.relu"),
        new Conv2d($"{name}.b", channels, channels, 3, Padding: 1, Bias: false),
        new Add($"{name}.y") { Inputs = [$"{name}.b", $"{name}.x"] },
    ];

    private static Layer[] NafBlock(string name, int channels, string from) =>
    [
        new LayerNorm2d($"{name}.norm1", channels), new Conv2d($"{name}.conv1", channels, 2 * channels, 1),
        new Conv2d($"{name}.conv2", 2 * channels, 2 * channels, 3, Padding: 1, Groups: 2 * channels),
        .. SimpleGate($"{name}.sg1", channels, $"{name}.conv2"),
        new GlobalAvgPool2d($"{name}.sca.0"), new Conv2d($"{name}.sca.1", channels, channels, 1),
        new Multiply($"{name}.sca") { Inputs = [$"{name}.sg1", $"{name}.sca.1"] },
        new Conv2d($"{name}.conv3", channels, channels, 1), new Scale($"{name}.beta", channels),
        new Add($"{name}.x") { Inputs = [from, $"{name}.beta"] },
        new LayerNorm2d($"{name}.norm2", channels), new Conv2d($"{name}.conv4", channels, 2 * channels, 1),
        .. SimpleGate($"{name}.sg2", channels, $"{name}.conv4"),
        new Conv2d($"{name}.conv5", channels, channels, 1), new Scale($"{name}.gamma", channels),
        new Add($"{name}.y") { Inputs = [$"{name}.x", $"{name}.gamma"] },
    ];

    private static Layer[] SimpleGate(string name, int channels, string from) =>
    [
        new Slice($"{name}.a", 0, channels) { Inputs = [from] }, new Slice($"{name}.b", channels, channels) { Inputs = [from] },
        new Multiply(name) { Inputs = [$"{name}.a", $"{name}.b"] },
    ];

    public static IEnumerable<string> Names => Layers.Keys;

    /// <summary>The network of a name. Its first layer spreads the input over -3 to 3, so that activations get both signs.</summary>
    public static Architecture Network(string name) => new(name, 3, [new Affine("spread", 6, -3), .. Layers[name]]);
}
