using Denoise.CommandLine;
using TorchSharp;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>From <c>--device</c> to torch's device.</summary>
internal static class Devices
{
    /// <exception cref="ToolException">The named device is not there, or torch's native half does not load.</exception>
    public static Device Choose(DeviceName name)
    {
        try
        {
            // Torch's first use.
            _ = get_num_threads();
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException)
        {
            throw new ToolException("torch's native libraries do not load on this system; `./denoise doctor` says what it lacks.");
        }
        int gpus = name.Kind == "cpu" || !cuda.is_available() ? 0 : cuda.device_count();
        if (name.Kind == "cuda" && name.Index >= gpus)
            throw new ToolException(gpus == 0
                ? $"The device {name} was asked for, but torch finds no CUDA device on this machine; use --device cpu or auto."
                : $"The device {name} was asked for, but there are {gpus} CUDA devices, cuda:0 to cuda:{gpus - 1}.");
        return gpus == 0 ? new Device(DeviceType.CPU) : new Device(DeviceType.CUDA, name.Index);
    }
}
