namespace Denoise.CommandLine;

/// <summary>ONNX Runtime's builds for Linux and Windows keep a record in the user's cache folder of what they are used for.</summary>
public static class OnnxRuntimeTelemetry
{
    /// <summary>Turns the record off, as nobody else need know what a person denoises. To be called before ONNX Runtime is used.</summary>
    public static void TurnOff() => NativeEnvironment.SetDefault("ORT_DISABLE_TELEMETRY", "1");
}
