namespace Denoise.Tests;

/// <summary>The README's C# example, as it stands there.</summary>
internal static class ReadmeExample
{
    public static float[] Run(float[] noisy, int height, int width)
    {
        // README: begin
        using var denoiser = Denoiser.Load("model.onnx");
        var denoised = new float[noisy.Length];
        denoiser.Denoise(noisy, denoised, height, width); // one grey picture, H×W floats in [0,1]
        // README: end
        return denoised;
    }
}
