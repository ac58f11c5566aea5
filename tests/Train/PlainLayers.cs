using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Denoise.Tests.Train;

/// <summary>The catalogue's layers, each by torch's operator of its name. The trainer's quicker forms must agree with them.</summary>
internal static class PlainLayers
{
    public static Tensor Forward(Architecture architecture, Tensor input, Tensor? sigma, IReadOnlyDictionary<string, Tensor> values) =>
        architecture.Walk(input, sigma!, (i, inputs) => Run(architecture.Layers[i], inputs, values))[^1];

    private static Tensor Run(Layer layer, Tensor[] inputs, IReadOnlyDictionary<string, Tensor> values)
    {
        Tensor x = inputs[0];
        Tensor Value(string field) => values[$"{layer.Name}.{field}"];
        return layer switch
        {
            Conv2d c => F.conv2d(x, Value("weight"), Value("bias"), Both(c.Stride), Both(c.Padding)),
            ConvTranspose2d c => F.conv_transpose2d(x, Value("weight"), Value("bias"), Both(c.Stride), Both(c.Padding), [0, 0]),
            MaxPool2d p => F.max_pool2d(x, p.Kernel.Height),
            AvgPool2d p => F.avg_pool2d(x, p.Kernel.Height),
            Upsample u => F.interpolate(x, scale_factor: [u.Scale.Height, u.Scale.Width]),
            Linear => F.linear(x, Value("weight"), Value("bias")),
            Flatten => x.flatten(1),
            Unflatten u => x.reshape(-1, u.Channels, u.Height, u.Width),
            ReLU => F.relu(x),
            LeakyReLU l => F.leaky_relu(x, l.Slope),
            Sigmoid => x.sigmoid(),
            PixelUnshuffle u => F.pixel_unshuffle(x, u.Factor),
            PixelShuffle s => F.pixel_shuffle(x, s.Factor),
            Add => inputs[0] + inputs[1],
            Concat => cat(inputs, 1),
            _ => throw new NotSupportedException(layer.Kind),
        };

        static long[] Both(Sides sides) => [sides.Height, sides.Width];
    }
}
