namespace Denoise.Network;

/// <summary>The values of one parameter: float32, row-major.</summary>
/// <param name="Shape">Dimensions, outermost first.</param>
public sealed record ParameterValues(int[] Shape, float[] Values);
