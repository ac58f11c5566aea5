using Denoise.CommandLine;
using Denoise.Imaging;

namespace Denoise;

/// <summary>From <c>--noise</c> to noise. Compiled into each tool that has the option.</summary>
internal static class NoiseOption
{
    /// <exception cref="ToolException">The words make no noise.</exception>
    public static Noise Parse(string words)
    {
        try
        {
            return Noise.Parse(words);
        }
        catch (FormatException e)
        {
            throw ToolException.Usage($"--noise: {e.Message}");
        }
    }
}
