namespace TorchSharp;

public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
    MPS = 13,
    META = 14,
}

public static partial class torch
{
    /// <summary>A CPU or one of the GPUs. Its index is -1 where none was named.</summary>
    public class Device
    {
        public DeviceType type { get; }

        public int index { get; }

        /// <summary>"cpu", "cuda" or "cuda:1".</summary>
        public Device(string description)
        {
            string[] parts = description.Split(':');
            type = Enum.Parse<DeviceType>(parts[0].ToUpperInvariant());
            index = parts.Length > 1 ? int.Parse(parts[1]) : -1;
        }

        public Device(string deviceType, int index = -1) : this(Enum.Parse<DeviceType>(deviceType.ToUpperInvariant()), index) { }

        public Device(DeviceType deviceType, int index = -1) => (type, this.index) = (deviceType, index);

        /// <summary>The GPU of that number.</summary>
        public Device(int index) : this(DeviceType.CUDA, index) { }

        public override string ToString()
        {
            string name = type.ToString().ToLowerInvariant();
            return type == DeviceType.CPU || index == -1 ? name : $"{name}:{index}";
        }

        public static implicit operator Device(string description) => new(description);
    }

    public static readonly Device CPU = new(DeviceType.CPU);

    public static readonly Device META = new(DeviceType.META);

    private static Device default_device = CPU;

    /// <exception cref="InvalidOperationException">There is no usable GPU.</exception>
    public static Device CUDA => InitializeDevice(new Device(DeviceType.CUDA));

    public static Device device(string description) => InitializeDevice(new Device(description));

    public static Device device(string deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    public static Device device(DeviceType deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    public static Device device(int index) => new(DeviceType.CUDA, index);

    public static Device get_default_device() => default_device;

    /// <summary>Sets where tensors are made when no device is named.</summary>
    public static void set_default_device(Device device) => default_device = device ?? throw new ArgumentNullException(nameof(device));

    public static void set_default_device(string device) => set_default_device(new Device(device));

    public static bool TryInitializeDeviceType(DeviceType deviceType) =>
        deviceType == DeviceType.CUDA ? cuda.is_available() : deviceType != DeviceType.MPS;

    /// <exception cref="InvalidOperationException">This machine or this libtorch has no such device.</exception>
    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (!TryInitializeDeviceType(deviceType))
            throw new InvalidOperationException($"Torch device type {deviceType} is not available on this machine with this libtorch.");
    }

    public static Device InitializeDevice(Device? device)
    {
        device ??= default_device;
        if (device.type != DeviceType.CPU)
            InitializeDeviceType(device.type);
        return device;
    }
}
