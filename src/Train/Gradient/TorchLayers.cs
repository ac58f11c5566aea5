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

    /// <param name="layer">The layer to run.</param>
    /// <param name="inputs">The maps that it reads.</param>
    /// <param name="pass">The values to run it with.</param>
    /// <param name="overwrite">Whether an activation may write its output over its input.</param>
    public static Tensor Run(Layer layer, Tensor[] inputs, Pass pass, bool overwrite)
    {
        Tensor x = inputs[0];
        return layer switch
        {
            Conv2d conv => F.conv2d(x.to(pass.Precision), Factor("weight"), Bias(conv.Bias), Both(conv.Stride), Both(conv.Padding)),
            ConvTranspose2d conv => F.conv_transpose2d(x.to(pass.Precision), Factor("weight"), Bias(conv.Bias),
                Both(conv.Stride), Both(conv.Padding), Both(conv.OutputPadding)),
            MaxPool2d pool => F.max_pool2d(x, pool.Kernel),
            AvgPool2d pool => F.avg_pool2d(x, pool.Kernel),
            Upsample up => F.interpolate(x, scale_factor: [up.Scale, up.Scale], mode: InterpolationMode.Nearest),
            PixelShuffle shuffle => F.pixel_shuffle(x, shuffle.Factor),
            PixelUnshuffle unshuffle => F.pixel_unshuffle(x, unshuffle.Factor),
            BatchNorm2d norm => F.batch_norm(x, Value("running_mean"), Value("running_var"), Value("weight"), Value("bias"),
                pass.IsTraining, BatchNormMomentum, norm.Epsilon),
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
            Affine affine => x.mul(Scalars.Of(affine.Factor)).add(Scalars.Of(affine.Offset), alpha: Scalars.Of(1)),
            Scale => x.mul(Value("weight").view(-1, 1, 1)),
            Identity or Dropout => x,
            Add => inputs.Aggregate((sum, input) => sum.add(input, alpha: Scalars.Of(1))),
            Subtract => x.sub(inputs[1]),
            Multiply => inputs.Aggregate((product, input) => product.mul(input)),
            Concat => cat(inputs, 1),
            Slice slice => x.narrow(1, slice.Start, slice.Channels),
            _ => throw new NotSupportedException($"Layer '{layer.Name}' ({layer.Kind}) has no torch form here."),
        };

        Tensor Value(string field) => pass.Values[$"{layer.Name}.{field}"];
        Tensor Factor(string field) => Value(field).to(pass.Precision);
        Tensor? Bias(bool has) => has ? Factor("bias") : null;
        static long[] Both(int value) => [value, value];
    }
}
