namespace Denoise.Infer;

/// <summary>How far the model's result is from the one that its exporter describes.</summary>
/// <param name="Difference">The largest absolute difference; white is 1. Not a number where the result holds such a value.</param>
/// <param name="Tolerance">The largest difference that the exporter allows for the model's type.</param>
public sealed record VerificationResult(double Difference, double Tolerance)
{
    /// <summary>Whether the difference is within the tolerance.</summary>
    public bool Passed => Difference <= Tolerance;
}
