namespace Denoise.Network;

/// <summary>An architecture that cannot be: the message names the layer, what was found and what was expected.</summary>
public sealed class ArchitectureException(string message) : FormatException(message);
