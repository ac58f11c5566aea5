using System.Runtime.InteropServices;
using Denoise.Train;

namespace Denoise.Tests.Train;

public class NativeSettingsTests
{
    [Fact]
    public void NativeCodeSeesThatThreadsWaitPassively()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Linux only.");
        string expected = Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") ?? "passive";
        NativeSettings.Apply();
        Assert.Equal(expected, Marshal.PtrToStringUTF8(GetVariable("OMP_WAIT_POLICY")));
    }

    [DllImport("libc", EntryPoint = "getenv")]
    private static extern nint GetVariable(string name);
}
