namespace Denoise.Tests.Train;

/// <summary>Runs <c>train</c> as a user does, in a folder of its own, and looks at the run folders it leaves.</summary>
public abstract class TrainToolTest : FolderTest
{
    private protected static readonly string[] Small = ["--dataset", "synthetic", "--limit", "200", "--threads", "2"];

    private protected ToolProcess.Result Train(params string[] arguments) => ToolProcess.Train(_folder.Path, arguments);

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

    private protected JsonElement Json(string run) => JsonDocument.Parse(File.ReadAllText(_folder[$"{run}/run.json"])).RootElement;

    private protected double BestFigure(string run, string name) => Json(run).GetProperty("best").GetProperty(name).GetDouble();

    /// <summary>The lines of metrics.csv, without its header.</summary>
    private protected string[] Epochs(string run) => File.ReadAllLines(_folder[$"{run}/metrics.csv"])[1..];

    private protected string CheckpointPath(string run, string name) => _folder[$"{run}/checkpoints/{name}.safetensors"];

    private protected byte[] Last(string run) => File.ReadAllBytes(CheckpointPath(run, "last"));

    private protected byte[] Best(string run) => File.ReadAllBytes(CheckpointPath(run, "best"));

    /// <summary>Makes pictures/00.png and so on.</summary>
    private protected void PutPictures(int count, int width, int height, int channels = 1)
    {
        Directory.CreateDirectory(_folder["pictures"]);
        for (int i = 0; i < count; i++)
            PictureFile.Write(_folder[$"pictures/{i:D2}.png"], Samples.Picture(width, height, channels, seed: i));
    }

    /// <summary>Makes x.idx with two black images.</summary>
    private protected void PutIdx(byte height, byte width) =>
        File.WriteAllBytes(_folder["x.idx"], [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, height, 0, 0, 0, width, .. new byte[2 * height * width]]);
}
