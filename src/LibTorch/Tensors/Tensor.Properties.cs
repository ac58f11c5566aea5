using System.Runtime.CompilerServices;
using TorchSharp.Interop;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public long Dimensions => Info.Dimensions;

        public long dim() => Info.Dimensions;

        public long ndim => Info.Dimensions;

        public long NumberOfElements => Info.Elements;

        public long numel() => Info.Elements;

        /// <summary>In bytes.</summary>
        public long ElementSize => Info.ElementSize;

        public long element_size() => Info.ElementSize;

        public ScalarType dtype => (ScalarType)Info.Dtype;

        public DeviceType device_type => (DeviceType)Info.DeviceType;

        public int device_index => (int)Info.DeviceIndex;

        public Device device
        {
            get
            {
                TensorInfo info = Info;
                return info.DeviceType == (long)DeviceType.CPU ? CPU : new((DeviceType)info.DeviceType, (int)info.DeviceIndex);
            }
        }

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_contiguous() => Info.IsContiguous != 0;

        public bool is_leaf => Info.IsLeaf != 0;

        /// <summary>A copy of the sizes.</summary>
        public long[] shape => size();

        public unsafe long[] size() => Copy(dt_tensor_sizes(Handle));

        public unsafe long size(int dim) => At(dt_tensor_sizes(Handle), dim);

        /// <summary>A copy of the strides, counted in elements.</summary>
        public unsafe long[] stride() => Copy(dt_tensor_strides(Handle));

        public unsafe long stride(int dim) => At(dt_tensor_strides(Handle), dim);

        internal unsafe TensorInfo Info
        {
            [SkipLocalsInit]
            get
            {
                TensorInfo info;
                Op.Check(dt_tensor_info(Handle, &info));
                GC.KeepAlive(this);
                return info;
            }
        }

        private unsafe long[] Copy(long* values)
        {
            long[] copy = new ReadOnlySpan<long>(values, (int)Dimensions).ToArray();
            GC.KeepAlive(this);
            return copy;
        }

        private unsafe long At(long* values, int dim)
        {
            int rank = (int)Dimensions, index = dim < 0 ? dim + rank : dim;
            if (index < 0 || index >= rank)
                throw new System.Runtime.InteropServices.ExternalException($"Dimension out of range (expected to be in range of [{-rank}, {rank - 1}], but got {dim})");
            long value = values[index];
            GC.KeepAlive(this);
            return value;
        }
    }

    public static bool is_floating_point(Tensor input) => is_floating_point(input.dtype);

    public static long numel(Tensor input) => input.numel();
}
