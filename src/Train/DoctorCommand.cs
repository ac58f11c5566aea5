using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The command <c>doctor</c> computes one gradient in libtorch, on the processor and on a GPU.</summary>
internal static class DoctorCommand
{
    private const string Library = "libLibTorchSharp.so";

    internal static int Run() => Doctor.Run(Console.Out, ("TorchSharp", TorchSharp), ("on the GPU", Gpu));

    private static string TorchSharp()
    {
        Load();
        string version = typeof(torch).Assembly.GetName().Version!.ToString(3);
        return $"{version}, made for libtorch {__version__}, with {Loaded()}: {Gradient(CPU)}";
    }

    /// <summary>The libtorch that is loaded, which another in the loader's path may have become.</summary>
    private static string Loaded()
    {
        using var process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>().Select(module => module.FileName)
            .FirstOrDefault(file => Path.GetFileNameWithoutExtension(file).EndsWith("torch_cpu", StringComparison.Ordinal))
            ?? "a libtorch in a place unknown";
    }

    private static string Gpu()
    {
        Load();
        if (cuda.is_available())
            return Gradient(CUDA);
        return Doctor.SeesGpu
            ? throw new NotSupportedException("this libtorch does not see it: build with TorchDevice=cuda")
            : "not built for one: train runs on the processor";
    }

    /// <summary>TorchSharp itself would print pages where it cannot load this, and copy libtorch's 500 MB.</summary>
    private static void Load()
    {
        NeededLibraries.Check(Library, Path.Combine(AppContext.BaseDirectory, Library));
        NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
    }

    /// <summary>The slope of x² at 3, by libtorch.</summary>
    private static string Gradient(Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(3f, device: device, requires_grad: true);
        (x * x).backward();
        float slope = x.grad!.ToSingle();
        return slope == 6
            ? $"a gradient is right on {device}"
            : throw new InvalidOperationException($"the slope of x² at 3 is {slope} on {device}");
    }
}
