using System.Runtime.InteropServices;

namespace Denoise.CommandLine;

/// <summary>Environment variables for native libraries, which do not see the copy of the environment that .NET keeps.</summary>
public static class NativeEnvironment
{
    /// <summary>Sets a variable unless the user has set it. To be called before the library is loaded.</summary>
    public static void SetDefault(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is not null)
            return;
        if (OperatingSystem.IsWindows())
            Environment.SetEnvironmentVariable(name, value);
        else
            _ = SetVariable(name, value, overwrite: 0);
    }

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetVariable(string name, string value, int overwrite);
}
