using Denoise.Models;
using Denoise.Tests.Infer;

namespace Denoise.Tests.Packages;

/// <summary>The library compiled ahead of time, into a program without .NET's runtime.</summary>
public sealed class AotTests : FolderTest
{
    [Fact]
    public void TheSampleIsCompiledWithoutAWarningAndDenoises()
    {
        Assert.SkipUnless(Has("clang") || Has("gcc"), "There is no clang or gcc, which link programs that are compiled ahead of time.");
        string said = DotNet.Make(_folder, "publish", "samples/aot/AotSample.csproj", "-r", DotNet.System, "-o", _folder["out"]);
        Assert.DoesNotMatch("warning|IL[23][0-9]{3}", said);
        Assert.Empty(Directory.GetFiles(_folder["out"], "*.dll"));

        Picture noisy = Samples.Picture(37, 29, channels: 3);
        PictureFile.Write(_folder["noisy.ppm"], noisy);
        ToolProcess.Result result = ToolProcess.Run("bash", _folder.Path, "-c", "out/AotSample <noisy.ppm >denoised.ppm");
        Assert.True(result.ExitCode == 0, result.Error);
        using Denoiser denoiser = Denoiser.Load(PhotoModel.Bytes);
        Assert.Equal(denoiser.Denoised(noisy.Pixels, new(noisy.Height, noisy.Width) { Channels = 3, Interleaved = true }),
            PictureFile.Read(_folder["denoised.ppm"]).Pixels);
    }

    private static bool Has(string program) => ToolProcess.Run("bash", ".", "-c", $"command -v {program}").ExitCode == 0;
}
