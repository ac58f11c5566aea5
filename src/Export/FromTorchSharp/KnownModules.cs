using System.Globalization;
using TorchSharp;
using Modules = TorchSharp.Modules;
using static TorchSharp.torch;

namespace Denoise.Export.FromTorchSharp;

/// <summary>Turns each of TorchSharp's modules into a layer, one short method for each kind.</summary>
internal static class KnownModules
{
    /// <returns>Null for a module that computes nothing in evaluation, for one that is refused, and for one of another kind.</returns>
    public static Layer? Layer(nn.Module module, Settings s) => module switch
    {
        Modules.Conv2d conv => Conv2d(conv, s),
        Modules.ConvTranspose2d conv => ConvTranspose2d(conv, s),
        Modules.MaxPool2d pool => MaxPool2d(pool, s),
        Modules.AvgPool2d pool => AvgPool2d(pool, s),
        Modules.Upsample up => Upsample(up, s),
        Modules.PixelShuffle shuffle => new PixelShuffle(s.Path, Int(shuffle.upscale_factor)),
        Modules.PixelUnshuffle unshuffle => new PixelUnshuffle(s.Path, Int(unshuffle.downscale_factor)),
        Modules.BatchNorm2d norm => BatchNorm2d(norm, s),
        Modules.Linear linear => new Linear(s.Path, Int(linear.in_features), Int(linear.out_features), linear.bias is not null),
        Modules.Flatten flatten => Flatten(flatten, s),
        Modules.Unflatten unflatten => Unflatten(unflatten, s),
        Modules.ReLU => new ReLU(s.Path),
        Modules.LeakyReLU leaky => new LeakyReLU(s.Path, leaky.negative_slope),
        Modules.PReLU prelu => new PReLU(s.Path, Int(prelu.num_parameters)),
        Modules.ELU elu => new ELU(s.Path, elu.alpha),
        Modules.SELU => new SELU(s.Path),
        Modules.GELU gelu => Gelu(gelu, s),
        Modules.SiLU => new SiLU(s.Path),
        Modules.Sigmoid => new Sigmoid(s.Path),
        Modules.Tanh => new Tanh(s.Path),
        Modules.ReLU6 => new Clamp(s.Path, 0, 6),
        Modules.Identity or Modules.Dropout or Modules.Dropout2d => null,
        _ => OfAnotherKind(s),
    };

    private static Conv2d Conv2d(Modules.Conv2d conv, Settings s)
    {
        Plain(conv, s);
        return new(s.Path, Int(conv.in_channels), Int(conv.out_channels), s.Same("kernel_size", conv.kernel_size),
            s.Same("stride", conv.stride), s.Same("padding", conv.padding), conv.bias is not null);
    }

    private static ConvTranspose2d ConvTranspose2d(Modules.ConvTranspose2d conv, Settings s)
    {
        Plain(conv, s);
        return new(s.Path, Int(conv.in_channels), Int(conv.out_channels), s.Same("kernel_size", conv.kernel_size),
            s.Same("stride", conv.stride), s.Same("padding", conv.padding), s.Same("output_padding", conv.output_padding),
            conv.bias is not null);
    }

    private static void Plain(Modules.Convolution conv, Settings s)
    {
        s.Require("dilation", s.Same("dilation", conv.dilation), 1);
        s.Require("groups", conv.groups, 1L);
        s.Require("padding_mode", conv.padding_mode, PaddingModes.Zeros);
        if (conv.padding_type is { } type)
            s.Refuse($"has padding {type}, expected a number");
    }

    private static MaxPool2d MaxPool2d(Modules.MaxPool2d pool, Settings s)
    {
        s.Require("dilation", s.Same("dilation", pool.dilation, 1), 1);
        return new(s.Path, Blocks(pool.kernel_size, pool.stride, pool.padding, pool.ceil_mode, s));
    }

    private static AvgPool2d AvgPool2d(Modules.AvgPool2d pool, Settings s)
    {
        s.Require("divisor_override", pool.divisor_override, null);
        return new(s.Path, Blocks(pool.kernel_size, pool.stride, pool.padding, pool.ceil_mode, s));
    }

    /// <summary>The kernel of a pooling whose blocks lie side by side.</summary>
    private static int Blocks(long[] kernelSize, long[]? stride, long[]? padding, bool ceilMode, Settings s)
    {
        int kernel = s.Same("kernel_size", kernelSize);
        s.Require("stride", s.Same("stride", stride, kernel), kernel);
        s.Require("padding", s.Same("padding", padding), 0);
        s.Require("ceil_mode", ceilMode, false);
        return kernel;
    }

    private static Upsample? Upsample(Modules.Upsample up, Settings s)
    {
        s.Require("mode", up.mode, UpsampleMode.Nearest);
        s.Require("align_corners", up.align_corners, null);
        double[] factors = up.scale_factor.ToArray();
        if (factors.Distinct().ToArray() is [> 0 and < int.MaxValue and var factor] && double.IsInteger(factor))
            return new(s.Path, (int)factor);
        string found = string.Join('×', factors.Select(f => f.ToString(CultureInfo.InvariantCulture)));
        s.Refuse(factors.Length == 0 ? "has a size, expected a scale_factor" : $"has scale_factor {found}, expected one whole number");
        return null;
    }

    private static BatchNorm2d BatchNorm2d(Modules.BatchNorm2d norm, Settings s)
    {
        s.Require("affine", norm.affine, true);
        s.Require("track_running_stats", norm.track_running_stats, true);
        return new(s.Path, Int(norm.num_features), norm.eps);
    }

    private static Flatten Flatten(Modules.Flatten flatten, Settings s)
    {
        s.Require("start_dim", flatten.start_dim, 1L);
        if (flatten.end_dim != 3)
            s.Require("end_dim", flatten.end_dim, -1L);
        return new(s.Path);
    }

    private static Unflatten? Unflatten(Modules.Unflatten unflatten, Settings s)
    {
        if (unflatten.dim != -1)
            s.Require("dim", unflatten.dim, 1L);
        if (unflatten.unflattened_size is [> 0 and var channels, > 0 and var height, > 0 and var width])
            return new(s.Path, Int(channels), Int(height), Int(width));
        s.Refuse($"has unflattened_size {string.Join('×', unflatten.unflattened_size)}, expected channels, height and width");
        return null;
    }

    private static GELU Gelu(Modules.GELU gelu, Settings s)
    {
        s.Require("approximate", gelu.approximate, Modules.GELU.Approximate.none);
        return new(s.Path);
    }

    private static Layer? OfAnotherKind(Settings s)
    {
        s.IsKnown = false;
        return null;
    }

    private static int Int(long value) => checked((int)value);
}
