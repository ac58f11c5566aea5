using System.Runtime.InteropServices;
using Denoise.CommandLine;

namespace Denoise.Train;

/// <summary>How libtorch's threads and memory are run on Linux. To be set before torch is first used.</summary>
internal static partial class NativeSettings
{
    // malloc.h of glibc
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int OneGigabyte = 1 << 30;

    public static void Apply()
    {
        if (!OperatingSystem.IsLinux())
            return;
        WaitPassively();
        KeepFreedMemory();
    }

    /// <summary>Threads that wait sleep rather than spin, unless the user has said otherwise: spinning, two threads on two cores
    /// are slower than one.</summary>
    private static void WaitPassively() =>
        NativeEnvironment.SetDefault("OMP_WAIT_POLICY", "passive");

    /// <summary>Memory of freed tensors is kept for the next step instead of going back to the system and being zeroed again
    /// page by page: a fifth more images/s at batch 128.</summary>
    private static void KeepFreedMemory()
    {
        try
        {
            _ = SetMalloc(MmapThreshold, OneGigabyte);
            _ = SetMalloc(TrimThreshold, int.MaxValue);
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetMalloc(int parameter, int value);
}
