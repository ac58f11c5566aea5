namespace Denoise.Infer;

/// <summary>The device that was named cannot be used; the message says why.</summary>
public sealed class DeviceUnavailableException(string message, Exception inner) : Exception(message, inner);
