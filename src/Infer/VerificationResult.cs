namespace Denoise.Infer;

/// <summary>How near a model comes to what its exporter says it gives.</summary>
/// <param name="Difference">The largest absolute difference; white is 1. Not a number where the model gave such a value.</param>
/// <param name="Tolerance">What the exporter allows for the type of the model.</param>
public sealed record VerificationResult(double Difference, double Tolerance)
{
    /// <summary>Whether the difference is within the tolerance.</summary>
    public bool Passed => Difference <= Tolerance;
}
