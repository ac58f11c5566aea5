namespace Denoise.Tests.Robustness;

public class FuzzTests
{
    /// <summary>A few of the cases that DENOISE_FUZZ=20000 runs all of: damaged files give a picture, a model or one sentence.</summary>
    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("tiff")]
    [InlineData("webp")]
    [InlineData("avif")]
    [InlineData("bmp")]
    [InlineData("pnm")]
    [InlineData("pfm")]
    [InlineData("onnx")]
    public void DamageIsSurvived(string format)
    {
        string count = Environment.GetEnvironmentVariable("DENOISE_FUZZ") ?? "300";
        ToolProcess.Result result = ToolProcess.Run(ToolProcess.Executable("Fuzz"), Repository.Root, format, count);
        Assert.True((0, $"{format}: {count} cases, 0 findings\n") == (result.ExitCode, result.Output),
            $"{result.Output}status {result.ExitCode} after case {result.ErrorLines.LastOrDefault()}");
    }
}
