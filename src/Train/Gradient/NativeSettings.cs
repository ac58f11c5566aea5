using System.Runtime.InteropServices;

namespace Denoise.Train;

/// <summary>How libtorch's threads and memory work on Linux. To be set before torch is first used.</summary>
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
        // Waiting threads sleep rather than spin, unless the user asks otherwise: two threads that spin are slower on two cores than one.
        NativeEnvironment.SetDefault("OMP_WAIT_POLICY", "passive");
        KeepFreedMemory();
    }

    /// <summary>Keeps the memory of freed tensors for the next step. Otherwise the system takes it back and zeroes it again page by
    /// page, which costs a fifth of the images/s at batch 128.</summary>
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
