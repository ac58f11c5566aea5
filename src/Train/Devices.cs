using System.CommandLine;
using TorchSharp;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The option <c>--device</c>, and torch's device for it.</summary>
internal static class Devices
{
    private enum Kind
    {
        Auto,
        Cpu,
        Cuda,
    }

    public static readonly Option<string> Option = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N", DefaultValueFactory = _ => "auto",
    };

    /// <exception cref="ToolException">No device has this name, it is not there, or torch's native libraries do not load.</exception>
    public static Device Choose(string name)
    {
        var (kind, index) = Parse(name);
        LoadTorch();
        int gpus = kind == Kind.Cpu || !cuda.is_available() ? 0 : cuda.device_count();
        if (kind == Kind.Cuda && index >= gpus)
            throw new ToolException(gpus == 0
                ? $"The device cuda:{index} was asked for, but torch finds no CUDA device on this machine; use --device cpu or auto."
                : $"The device cuda:{index} was asked for, but there are {gpus} CUDA devices, cuda:0 to cuda:{gpus - 1}.");
        return gpus == 0 ? new Device(DeviceType.CPU) : new Device(DeviceType.CUDA, index);
    }

    private static (Kind Kind, int Index) Parse(string name) => name.Split(':') switch
    {
        ["auto"] => (Kind.Auto, 0),
        ["cpu"] => (Kind.Cpu, 0),
        ["cuda"] => (Kind.Cuda, 0),
        ["cuda", var n] when int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out int index) => (Kind.Cuda, index),
        _ => throw ToolException.Usage($"Unknown device '{name}': expected auto, cpu, cuda or cuda:N."),
    };

    private static void LoadTorch()
    {
        try
        {
            _ = get_num_threads();
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException)
        {
            throw new ToolException("torch's native libraries do not load on this system; `./denoise doctor` says what it lacks.");
        }
    }
}
