namespace Denoise.Tests.Robustness;

/// <summary>How often a test does what chance decides.</summary>
internal static class Rounds
{
    /// <param name="few">In the suite.</param>
    /// <param name="many">With <c>DENOISE_ROUNDS=many</c>, which takes hours.</param>
    public static int Of(int few, int many) => Environment.GetEnvironmentVariable("DENOISE_ROUNDS") == "many" ? many : few;
}
