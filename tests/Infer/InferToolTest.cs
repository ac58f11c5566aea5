using Denoise.Export;
using Denoise.Imaging;
using Xunit;

namespace Denoise.Tests.Infer;

/// <summary>A folder with a small network as model.onnx, an empty folder noisy, and the tool to be run in it.</summary>
public abstract class InferToolTest : IDisposable
{
    private protected readonly TemporaryFolder Folder = new();

    protected InferToolTest()
    {
        File.WriteAllBytes(Folder["model.onnx"], OnnxExporter.Export(Samples.Checkpoint(Samples.Small["unet"]())).ToBytes());
        Directory.CreateDirectory(Folder["noisy"]);
    }

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected ToolProcess.Result Infer(params string[] arguments) => ToolProcess.Infer(Folder.Path, ["--device", "cpu", .. arguments]);

    private protected Picture Put(string name, int width = 28, int height = 28, int channels = 1, int seed = 1)
    {
        byte[] pixels = new byte[width * height * channels];
        new Random(seed).NextBytes(pixels);
        Picture picture = new(width, height, channels, pixels);
        Directory.CreateDirectory(Path.GetDirectoryName(Folder[name])!);
        PictureFile.Write(Folder[name], picture);
        return picture;
    }

    private protected void Fails(int exitCode, string sentence, params string[] arguments)
    {
        ToolProcess.Result result = Infer(arguments);
        Assert.Equal(sentence, Assert.Single(result.ErrorLines));
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
    }

    /// <summary>What a dry run says would be done.</summary>
    private protected string[] Planned(params string[] arguments)
    {
        ToolProcess.Result result = Infer([.. arguments, "--dry-run"]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
