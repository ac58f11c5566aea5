using System.Runtime.InteropServices;

namespace Denoise.Train;

/// <summary>libtorch's threads, which OpenMP runs.</summary>
internal static partial class OpenMp
{
    /// <summary>Lets threads that wait sleep rather than spin, unless the user has said otherwise. Spinning, two threads on two
    /// cores are slower than one. To be called before torch is first used: OpenMP reads its settings when it is loaded.</summary>
    public static void WaitPassively()
    {
        // .NET's own Environment.SetEnvironmentVariable does not reach native code.
        if (OperatingSystem.IsLinux())
            _ = SetVariable("OMP_WAIT_POLICY", "passive", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
