using System.Runtime.InteropServices;

namespace Denoise;

/// <summary>
/// ONNX Runtime's own builds for Linux and Windows note in the user's cache folder what they are used for. What a person denoises
/// is nobody's business: the tools turn that off. Compiled into each tool that runs models.
/// </summary>
internal static class OnnxRuntimeTelemetry
{
    private const string Switch = "ORT_DISABLE_TELEMETRY";

    /// <summary>To be called before anything else of ONNX Runtime. What the user has set stays.</summary>
    internal static void TurnOff()
    {
        if (Environment.GetEnvironmentVariable(Switch) is not null)
            return;
        if (OperatingSystem.IsWindows())
            Environment.SetEnvironmentVariable(Switch, "1");
        else
            SetEnvironment(Switch, "1", overwrite: 0); // .NET keeps a copy of the environment, which native code does not see
    }

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetEnvironment(string name, string value, int overwrite);
}
