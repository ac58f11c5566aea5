using Modules = TorchSharp.Modules;

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
        Modules.AdaptiveAvgPool2d pool => GlobalAvgPool2d(pool, s),
        Modules.ZeroPad2d pad => Pad(pad, PaddingMode.Zeros, s),
        Modules.ReflectionPad2d pad => Pad(pad, PaddingMode.Reflect, s),
        Modules.ReplicationPad2d pad => Pad(pad, PaddingMode.Replicate, s),
        Modules.Upsample up => Upsample(up, s),
        Modules.PixelShuffle shuffle => new PixelShuffle(s.Path, Int(shuffle.upscale_factor)),
        Modules.PixelUnshuffle unshuffle => new PixelUnshuffle(s.Path, Int(unshuffle.downscale_factor)),
        Modules.BatchNorm2d norm => BatchNorm2d(norm, s),
        Modules.InstanceNorm2d norm => InstanceNorm2d(norm, s),
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

    private static Conv2d Conv2d(Modules.Conv2d conv, Settings s) => new(
        s.Path, Int(conv.in_channels), Int(conv.out_channels), Settings.Both(conv.kernel_size, 1), Settings.Both(conv.stride, 1),
        Padding(conv, s), conv.bias is not null, Settings.Both(conv.dilation, 1), Int(conv.groups), Mode(conv, s));

    private static ConvTranspose2d ConvTranspose2d(Modules.ConvTranspose2d conv, Settings s)
    {
        s.Require("padding_mode", conv.padding_mode, PaddingModes.Zeros);
        return new(s.Path, Int(conv.in_channels), Int(conv.out_channels), Settings.Both(conv.kernel_size, 1),
            Settings.Both(conv.stride, 1), Settings.Both(conv.padding, 0), Settings.Both(conv.output_padding, 0), conv.bias is not null,
            Settings.Both(conv.dilation, 1), Int(conv.groups));
    }

    /// <summary>The same on both sides of the picture: Same adds one pixel more behind it where a kernel is even.</summary>
    private static Sides Padding(Modules.Conv2d conv, Settings s)
    {
        if (conv.padding_type is not { } type)
            return Settings.Both(conv.padding, 0);
        Sides kernel = Settings.Both(conv.kernel_size, 1), dilation = Settings.Both(conv.dilation, 1);
        Sides added = type == TorchSharp.Padding.Valid ? 0
            : new Sides(dilation.Height * (kernel.Height - 1), dilation.Width * (kernel.Width - 1));
        if (added.Height % 2 + added.Width % 2 > 0)
            s.Refuse($"has padding Same with a kernel of {kernel}, expected an odd one");
        return new(added.Height / 2, added.Width / 2);
    }

    private static PaddingMode Mode(Modules.Conv2d conv, Settings s)
    {
        switch (conv.padding_mode)
        {
            case PaddingModes.Zeros: return PaddingMode.Zeros;
            case PaddingModes.Reflect: return PaddingMode.Reflect;
            case PaddingModes.Replicate: return PaddingMode.Replicate;
            default:
                s.Refuse($"has padding_mode {conv.padding_mode}, expected Zeros, Reflect or Replicate");
                return PaddingMode.Zeros;
        }
    }

    private static MaxPool2d MaxPool2d(Modules.MaxPool2d pool, Settings s)
    {
        s.Require("dilation", Settings.Both(pool.dilation, 1), (Sides)1);
        s.Require("ceil_mode", pool.ceil_mode, false);
        Sides kernel = Settings.Both(pool.kernel_size, 1);
        return new(s.Path, kernel, Settings.Both(pool.stride, kernel), Settings.Both(pool.padding, 0));
    }

    private static AvgPool2d AvgPool2d(Modules.AvgPool2d pool, Settings s)
    {
        s.Require("divisor_override", pool.divisor_override, null);
        s.Require("ceil_mode", pool.ceil_mode, false);
        Sides kernel = Settings.Both(pool.kernel_size, 1), padding = Settings.Both(pool.padding, 0);
        if (padding != 0)
            s.Require("count_include_pad", pool.count_include_pad, true);
        return new(s.Path, kernel, Settings.Both(pool.stride, kernel), padding);
    }

    private static GlobalAvgPool2d GlobalAvgPool2d(Modules.AdaptiveAvgPool2d pool, Settings s)
    {
        if (pool.output_size is not ([1] or [1, 1]))
            s.Refuse($"has output_size {string.Join('×', pool.output_size)}, expected 1");
        return new(s.Path);
    }

    private static Pad Pad(Modules.PadBase pad, PaddingMode mode, Settings s)
    {
        var (left, right, top, bottom) = pad.padding switch
        {
            [var all] => (all, all, all, all),
            [var l, var r] => (l, r, 0, 0),
            [var l, var r, var t, var b] => (l, r, t, b),
            _ => (-1, -1, -1, -1),
        };
        if (Math.Min(Math.Min(left, right), Math.Min(top, bottom)) < 0)
            s.Refuse($"has padding {string.Join('×', pad.padding)}, expected numbers of pixels to add");
        return new(s.Path, Int(left), Int(right), Int(top), Int(bottom), mode);
    }

    private static Upsample? Upsample(Modules.Upsample up, Settings s)
    {
        bool isBilinear = up.mode == UpsampleMode.Bilinear;
        if (!isBilinear)
            s.Require("mode", up.mode, UpsampleMode.Nearest);
        double[] factors = up.scale_factor.ToArray();
        if (factors is [_] or [_, _] && factors.All(f => f is > 0 and < int.MaxValue && double.IsInteger(f)))
            return new(s.Path, new((int)factors[0], (int)factors[^1]), isBilinear ? Interpolation.Bilinear : Interpolation.Nearest,
                isBilinear && up.align_corners == true);
        string found = string.Join('×', factors.Select(f => f.ToString(CultureInfo.InvariantCulture)));
        s.Refuse(factors.Length == 0 ? "has a size, expected a scale_factor" : $"has scale_factor {found}, expected whole numbers");
        return null;
    }

    private static BatchNorm2d BatchNorm2d(Modules.BatchNorm2d norm, Settings s)
    {
        s.Require("affine", norm.affine, true);
        s.Require("track_running_stats", norm.track_running_stats, true);
        return new(s.Path, Int(norm.num_features), norm.eps);
    }

    private static InstanceNorm2d InstanceNorm2d(Modules.InstanceNorm2d norm, Settings s)
    {
        s.Require("track_running_stats", norm.track_running_stats, false);
        return new(s.Path, Int(norm.num_features), norm.eps, norm.affine);
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
