namespace Denoise.Infer;

/// <summary>The device that was named cannot be used; the message says why.</summary>
/// <param name="message">One sentence.</param>
/// <param name="inner">The failure of ONNX Runtime.</param>
public sealed class DeviceUnavailableException(string message, Exception inner) : Exception(message, inner);
