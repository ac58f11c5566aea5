using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Denoise.Train;

/// <summary>Each layer as torch's operators. Maps are (N, C, H, W).</summary>
internal static class TorchLayers
{
    private const double BatchNormMomentum = 0.1; // PyTorch's default

    /// <summary>Whether an activation may write over a layer's output, because the layer's gradient does not need it. Layers that give
    /// a view are left out: writing over a view costs more than it saves.</summary>
    public static bool MayBeOverwritten(Layer layer) => layer is Conv2d or ConvTranspose2d or BatchNorm2d or Linear or MaxPool2d;

    /// <param name="overwrite">Whether an activation may write its output over its input.</param>
    public static Tensor Run(Layer layer, Tensor[] inputs, Pass pass, bool overwrite)
    {
        Tensor x = inputs[0];
        return layer switch
        {
            Conv2d { PaddingMode: PaddingMode.Zeros } conv => Convolve(conv, x, conv.Padding),
            Conv2d { Padding: var p } conv => Convolve(conv, Padded(x, p.Width, p.Width, p.Height, p.Height, conv.PaddingMode), 0),
            ConvTranspose2d conv => F.conv_transpose2d(x.to(pass.Precision), Factor("weight"), Bias(conv.Bias), Both(conv.Stride),
                Both(conv.Padding), Both(conv.OutputPadding), Both(conv.Dilation), conv.Groups),
            MaxPool2d pool => F.max_pool2d(x, Both(pool.Kernel), Both(pool.Stride), Both(pool.Padding)),
            AvgPool2d pool => F.avg_pool2d(x, Both(pool.Kernel), Both(pool.Stride), Both(pool.Padding)),
            GlobalAvgPool2d => x.mean([2, 3], keepdim: true),
            Upsample { Mode: Interpolation.Nearest } up => F.interpolate(x, scale_factor: Factors(up), mode: InterpolationMode.Nearest),
            Upsample up => F.interpolate(
                x, scale_factor: Factors(up), mode: InterpolationMode.Bilinear, align_corners: up.AlignCorners),
            Pad pad => Padded(x, pad.Left, pad.Right, pad.Top, pad.Bottom, pad.Mode),
            PixelShuffle shuffle => F.pixel_shuffle(x, shuffle.Factor),
            PixelUnshuffle unshuffle => F.pixel_unshuffle(x, unshuffle.Factor),
            BatchNorm2d norm => F.batch_norm(x, Value("running_mean"), Value("running_var"), Value("weight"), Value("bias"),
                pass.IsTraining, BatchNormMomentum, norm.Epsilon),
            LayerNorm2d norm => F.layer_norm(x.to(ScalarType.Float32).permute(0, 2, 3, 1), [norm.Channels],
                Value("weight"), Value("bias"), norm.Epsilon).permute(0, 3, 1, 2),
            InstanceNorm2d norm => F.instance_norm(x.to(ScalarType.Float32), null, null,
                norm.Affine ? Value("weight") : null, norm.Affine ? Value("bias") : null, use_input_stats: true, eps: norm.Epsilon),
            Linear linear => F.linear(x.to(pass.Precision), Factor("weight"), Bias(linear.Bias)),
            Flatten => x.flatten(1),
            Unflatten u => x.reshape(-1, u.Channels, u.Height, u.Width),
            ReLU => F.relu(x, overwrite),
            LeakyReLU leaky => overwrite ? x.leaky_relu_(Scalars.Of(leaky.Slope)) : x.leaky_relu(Scalars.Of(leaky.Slope)),
            PReLU => x.to(pass.Precision).prelu(Factor("weight")),
            ELU elu => x.elu(Scalars.Of(elu.Alpha), Scalars.Of(1), Scalars.Of(1)),
            SELU => x.selu(),
            GELU => x.gelu(),
            SiLU => x.silu(),
            Sigmoid => x.sigmoid(),
            Tanh => x.tanh(),
            Clamp clamp => x.clamp(Scalars.Of(clamp.Min), Scalars.Of(clamp.Max)),
            Affine affine => x.mul(Scalars.Of(affine.Factor)).Plus(affine.Offset),
            Scale => x.mul(Value("weight").view(-1, 1, 1)),
            Identity or Dropout => x,
            Add => inputs.Aggregate((sum, input) => sum.Plus(input)),
            Subtract => x.Minus(inputs[1]),
            Multiply => inputs.Aggregate((product, input) => product.mul(input)),
            Concat => cat(inputs, 1),
            Slice slice => x.narrow(1, slice.Start, slice.Channels),
            _ => throw new NotSupportedException($"Layer '{layer.Name}' ({layer.Kind}) has no torch form here."),
        };

        Tensor Value(string field) => pass.Values[$"{layer.Name}.{field}"];
        Tensor Factor(string field) => Value(field).to(pass.Precision);
        Tensor? Bias(bool has) => has ? Factor("bias") : null;
        Tensor Convolve(Conv2d conv, Tensor from, Sides padding) => F.conv2d(from.to(pass.Precision), Factor("weight"), Bias(conv.Bias),
            Both(conv.Stride), Both(padding), Both(conv.Dilation), conv.Groups);
    }

    private static long[] Both(Sides sides) => [sides.Height, sides.Width];

    private static double[] Factors(Upsample up) => [up.Scale.Height, up.Scale.Width];

    private static Tensor Padded(Tensor x, long left, long right, long top, long bottom, PaddingMode mode) =>
        F.pad(x, [left, right, top, bottom], mode switch
        {
            PaddingMode.Reflect => PaddingModes.Reflect,
            PaddingMode.Replicate => PaddingModes.Replicate,
            _ => PaddingModes.Constant,
        });
}
