using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp
{
    public enum PaddingModes
    {
        Zeros = 0,
        Reflect = 1,
        Replicate = 2,
        Circular = 3,
        Constant = 4,
    }

    public enum Padding
    {
        Valid = 0,
        Same = 1,
    }
}

namespace TorchSharp.Modules
{
    /// <summary>A convolution over N,C,H,W or C,H,W. Weight and bias begin uniform in +-1/sqrt(fan in).</summary>
    public abstract class Convolution : nn.Module<Tensor, Tensor>
    {
        private protected Convolution(string name, long in_channels, long out_channels, long[] weightShape, bool bias, Device? device,
            ScalarType? dtype) : base(name)
        {
            this.in_channels = in_channels;
            this.out_channels = out_channels;
            weight = AddParameter(nameof(weight), empty(weightShape, dtype, device));
            this.bias = bias ? AddParameter(nameof(bias), empty(out_channels, dtype, device)) : null;
            reset_parameters();
        }

        public Parameter weight { get; }

        public Parameter? bias { get; }

        public long in_channels { get; }

        public long out_channels { get; }

        public required long[] kernel_size { get; init; }

        public required long[] stride { get; init; }

        /// <summary>Null where there is a <see cref="padding_type"/>.</summary>
        public long[]? padding { get; init; }

        public Padding? padding_type { get; init; }

        public required long[] dilation { get; init; }

        public required long groups { get; init; }

        public required PaddingModes padding_mode { get; init; }

        public void reset_parameters() => nn.init.Reset(weight, bias);

        private protected void Validate(Tensor input)
        {
            long rank = input.Dimensions;
            if (rank is not (3 or 4) || input.size((int)rank - 3) != in_channels)
                throw new ArgumentException($"Expected 3D (unbatched) or 4D (batched) input with {in_channels} channels to {GetName()}.");
        }
    }

    /// <summary>Weight: out_channels, in_channels / groups, height, width.</summary>
    public sealed class Conv2d : Convolution
    {
        internal Conv2d(long in_channels, long out_channels, (long H, long W) kernel_size, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(Conv2d), in_channels, out_channels, [out_channels, in_channels / groups, kernel_size.H, kernel_size.W], bias, device, dtype) { }

        public override Tensor forward(Tensor input)
        {
            Validate(input);
            if (padding_type is { } type)
                return nn.functional.conv2d_padding(input, weight, bias, stride, type, dilation, groups);
            if (padding_mode == PaddingModes.Zeros)
                return nn.functional.conv2d(input, weight, bias, stride, padding, dilation, groups);
            using Tensor padded = nn.functional.pad(input, new[] { padding![1], padding[1], padding[0], padding[0] }, padding_mode);
            return nn.functional.conv2d(padded, weight, bias, stride, [0, 0], dilation, groups);
        }
    }

    /// <summary>Weight: in_channels, out_channels / groups, height, width.</summary>
    public sealed class ConvTranspose2d : Convolution
    {
        internal ConvTranspose2d(long in_channels, long out_channels, (long H, long W) kernel_size, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(ConvTranspose2d), in_channels, out_channels, [in_channels, out_channels / groups, kernel_size.H, kernel_size.W], bias,
                device, dtype) { }

        public required long[] output_padding { get; init; }

        public override Tensor forward(Tensor input)
        {
            Validate(input);
            return nn.functional.conv_transpose2d(input, weight, bias, stride, padding, output_padding, dilation, groups);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0,
                long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null,
                ScalarType? dtype = null) =>
                Conv2d(in_channels, out_channels, (kernel_size, kernel_size), (stride, stride), (padding, padding), (dilation, dilation),
                    padding_mode, groups, bias, device, dtype);

            public static Modules.Conv2d Conv2d(long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null,
                (long, long)? padding = null, (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1,
                bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, kernel_size, groups, bias, device, dtype)
                {
                    kernel_size = Array(kernel_size),
                    stride = Array(stride ?? (1, 1)),
                    padding = Array(padding ?? (0, 0)),
                    dilation = Array(dilation ?? (1, 1)),
                    groups = groups,
                    padding_mode = padding_mode,
                };

            /// <exception cref="NotSupportedException">A padding mode other than Zeros.</exception>
            public static Modules.Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1,
                long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null,
                ScalarType? dtype = null)
            {
                if (padding_mode != PaddingModes.Zeros)
                    throw new NotSupportedException($"Padding.{padding} with PaddingModes.{padding_mode} is not part of this binding.");
                return new(in_channels, out_channels, (kernel_size, kernel_size), groups, bias, device, dtype)
                {
                    kernel_size = [kernel_size, kernel_size],
                    stride = [stride, stride],
                    padding_type = padding,
                    dilation = [dilation, dilation],
                    groups = groups,
                    padding_mode = padding_mode,
                };
            }

            public static Modules.ConvTranspose2d ConvTranspose2d(long in_channels, long out_channels, long kernel_size, long stride = 1,
                long padding = 0, long output_padding = 0, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1,
                bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                ConvTranspose2d(in_channels, out_channels, (kernel_size, kernel_size), (stride, stride), (padding, padding),
                    (output_padding, output_padding), (dilation, dilation), padding_mode, groups, bias, device, dtype);

            /// <exception cref="ArgumentException">A padding mode other than Zeros.</exception>
            public static Modules.ConvTranspose2d ConvTranspose2d(long in_channels, long out_channels, (long, long) kernel_size,
                (long, long)? stride = null, (long, long)? padding = null, (long, long)? output_padding = null, (long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
            {
                if (padding_mode != PaddingModes.Zeros)
                    throw new ArgumentException("Only PaddingModes.Zeros is supported for ConvTransposeND", nameof(padding_mode));
                return new(in_channels, out_channels, kernel_size, groups, bias, device, dtype)
                {
                    kernel_size = Array(kernel_size),
                    stride = Array(stride ?? (1, 1)),
                    padding = Array(padding ?? (0, 0)),
                    output_padding = Array(output_padding ?? (0, 0)),
                    dilation = Array(dilation ?? (1, 1)),
                    groups = groups,
                    padding_mode = padding_mode,
                };
            }

            private static long[] Array((long, long) pair) => [pair.Item1, pair.Item2];

            public static partial class functional
            {
                public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null,
                    long[]? dilation = null, long groups = 1) =>
                    Aten.conv2d.Call(input, weight, bias, strides ?? [1], padding ?? [0], dilation ?? [1], groups);

                public static Tensor conv2d_padding(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null,
                    Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1) =>
                    Aten.conv2d_padding.Call(input, weight, bias, strides ?? [1], padding.ToString().ToLowerInvariant(), dilation ?? [1], groups);

                public static Tensor conv_transpose2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null,
                    long[]? padding = null, long[]? output_padding = null, long[]? dilation = null, long groups = 1) =>
                    Aten.conv_transpose2d_input.Call(input, weight, bias, strides ?? [1, 1], padding ?? [0, 0], output_padding ?? [0, 0], groups,
                        dilation ?? [1, 1]);
            }
        }
    }
}
