using System.Text.Json;

namespace Denoise.Tests.Train;

/// <summary>Runs <c>train</c> as a user does, in a folder of its own, and looks at the run folders it leaves.</summary>
public abstract class TrainToolTest : IDisposable
{
    private protected static readonly string[] Small = ["--dataset", "synthetic", "--limit", "200", "--threads", "2"];

    private protected TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected ToolProcess.Result Train(params string[] arguments) => ToolProcess.Train(Folder.Path, arguments);

    private protected ToolProcess.Result Done(params string[] arguments)
    {
        ToolProcess.Result result = Train(arguments);
        Assert.True(result.ExitCode == ExitCode.Done, result.Error);
        return result;
    }

    /// <summary>The one line of a training that is refused.</summary>
    private protected string Refused(int exitCode, params string[] arguments)
    {
        ToolProcess.Result result = Train(arguments);
        Assert.Equal(exitCode, result.ExitCode);
        return Assert.Single(result.ErrorLines);
    }

    private protected JsonElement Json(string run) => JsonDocument.Parse(File.ReadAllText(Folder[$"{run}/run.json"])).RootElement;

    private protected double BestFigure(string run, string name) => Json(run).GetProperty("best").GetProperty(name).GetDouble();

    /// <summary>The lines of metrics.csv, without its header.</summary>
    private protected string[] Epochs(string run) => File.ReadAllLines(Folder[$"{run}/metrics.csv"])[1..];

    private protected string CheckpointPath(string run, string name) => Folder[$"{run}/checkpoints/{name}.safetensors"];

    private protected byte[] Last(string run) => File.ReadAllBytes(CheckpointPath(run, "last"));

    private protected byte[] Best(string run) => File.ReadAllBytes(CheckpointPath(run, "best"));

    /// <summary>Makes pictures/00.png and so on.</summary>
    private protected void PutPictures(int count, int width, int height, int channels = 1)
    {
        Directory.CreateDirectory(Folder["pictures"]);
        for (int i = 0; i < count; i++)
        {
            byte[] pixels = [.. Samples.Image(channels * width * height, i).Select(v => (byte)(v * 255))];
            PictureFile.Write(Folder[$"pictures/{i:D2}.png"], new(width, height, channels, pixels));
        }
    }

    /// <summary>Makes x.idx with two black images.</summary>
    private protected void PutIdx(byte height, byte width) =>
        File.WriteAllBytes(Folder["x.idx"], [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, height, 0, 0, 0, width, .. new byte[2 * height * width]]);
}
