using TorchSharp.Interop;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements; of a copy when the tensor is on a GPU.</summary>
        /// <exception cref="ArgumentException">T is not what the tensor holds.</exception>
        public Utils.TensorAccessor<T> data<T>() where T : unmanaged
        {
            ValidateType(typeof(T));
            return new(device_type == DeviceType.CPU ? this : cpu());
        }

        /// <summary>The one element.</summary>
        public T item<T>() where T : unmanaged
        {
            if (NumberOfElements != 1)
                throw new ArgumentException("Number of elements in the tensor must be 1");
            return data<T>()[0];
        }

        /// <summary>The one element, as the number it is.</summary>
        public Scalar ToScalar() => Aten.item.CallScalar(this);

        /// <summary>The memory itself, valid while the tensor lives; setting copies into it.</summary>
        /// <exception cref="InvalidOperationException">The tensor is on a GPU, or not contiguous.</exception>
        public Span<byte> bytes
        {
            get => Bytes("Bytes()");
            set
            {
                if (NumberOfElements * ElementSize != value.Length)
                    throw new ArgumentException("Mismatched data sizes in SetBytes().");
                value.CopyTo(Bytes("SetBytes()"));
            }
        }

        public void WriteBytesToStream(Stream stream) => stream.Write(bytes);

        public void ReadBytesFromStream(Stream stream) => stream.ReadExactly(bytes);

        internal unsafe void* DataPointer
        {
            get
            {
                void* data = dt_tensor_data(Handle);
                return data != null || NumberOfElements == 0 ? data : throw Op.Failure();
            }
        }

        internal void ValidateType(Type dotnetType)
        {
            if (ToScalarType(dotnetType) != dtype)
                throw new ArgumentException($"{dotnetType.Name} is not compatible with {dtype}");
        }

        private unsafe Span<byte> Bytes(string caller)
        {
            TensorInfo info = Info;
            if (info.IsContiguous == 0)
                throw new InvalidOperationException($"{caller} called on non-contiguous tensor.");
            if (info.DeviceType != (long)DeviceType.CPU)
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            long length = info.Elements * info.ElementSize;
            if (length > int.MaxValue)
                throw new ArgumentException("Span only supports up to int.MaxValue elements.");
            return new(DataPointer, (int)length);
        }

        public Tensor cpu() => to(CPU);

        /// <param name="device">Which GPU; the current one when null.</param>
        /// <param name="non_blocking">Return before the copy from pinned memory is done.</param>
        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);

        /// <summary>Of another type; the same tensor again when it has it already and no copy is asked for.</summary>
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(type, null, copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(type, null, copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(dtype, device, copy, disposeAfter, non_blocking);

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(dtype, new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(dtype, new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(type, device, copy, disposeAfter, non_blocking);

        public Tensor to(Tensor other, bool non_blocking = false) => To(other.dtype, other.device, false, false, non_blocking);

        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        public Tensor clone() => Aten.clone.Call(this);

        /// <summary>Copies the elements in, converting and broadcasting them.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Aten.copy_.Change(this, source, nonBlocking);

        public Tensor contiguous() => Aten.contiguous.Call(this);

        /// <summary>A copy in memory that a GPU reads directly.</summary>
        public Tensor pin_memory() => Aten.pin_memory.Call(this);

        private Tensor To(ScalarType type, Device? device, bool copy, bool disposeAfter, bool nonBlocking)
        {
            device = device is null ? this.device : InitializeDevice(device);
            Tensor moved = Aten.to_device.Call(this, device, (ScalarType?)type, nonBlocking, copy);
            if (disposeAfter)
                Dispose();
            return moved;
        }

        public static explicit operator float(Tensor value) => value.ToSingle();
        public static explicit operator double(Tensor value) => value.ToDouble();
        public static explicit operator byte(Tensor value) => value.ToByte();
        public static explicit operator int(Tensor value) => value.ToInt32();
        public static explicit operator long(Tensor value) => value.ToInt64();
        public static explicit operator bool(Tensor value) => value.ToBoolean();
    }
}
