namespace Denoise.Tests.Infer;

/// <summary>When a picture fails, the others are done, and the report says which was not.</summary>
public sealed class FailureTests : InferToolTest
{
    private const int Many = 100;

    /// <summary>Runs on many pictures, and does something to the folders when the first of them are written.</summary>
    private ToolProcess.Result WithTrouble(Action trouble)
    {
        for (int i = 0; i < Many; i++)
            Put($"noisy/{i:D3}.png", 160, 120, 3, seed: i);
        Process process = Start("--jobs", "2", "--report", "r.json");
        while (!process.HasExited && (!Directory.Exists(Folder["clean"]) || Directory.GetFiles(Folder["clean"]).Length < 10))
            Thread.Sleep(1);
        trouble();
        return ToolProcess.Finish(process);
    }

    /// <summary>Each picture is reported, as done or with its error.</summary>
    private (int Done, int Failed) Reported()
    {
        JsonElement json = Json("r.json");
        JsonElement[] pictures = [.. json.GetProperty("pictures").EnumerateArray()];
        int failed = pictures.Count(p => p.TryGetProperty("error", out _)), done = pictures.Count(p => p.TryGetProperty("width", out _));
        Assert.Equal((done, failed), (json.GetProperty("images").GetInt32(), json.GetProperty("failed").GetInt32()));
        return (done, failed);
    }

    [Fact]
    public void TheInputFolderVanishes()
    {
        ToolProcess.Result result = WithTrouble(() => Directory.Move(Folder["noisy"], Folder["away"]));
        var (done, failed) = Reported();
        Assert.Equal((ExitCode.Partial, Many), (result.ExitCode, done + failed));
        Assert.InRange(failed, 1, Many - 1);
        Assert.Equal(failed, result.ErrorLines.Count(line => line.Contains("Could not find a part of the path")));
        Assert.Equal(done, Directory.GetFiles(Folder["clean"], "*.png").Length);
    }

    [Fact]
    public void TheOutputFolderVanishes()
    {
        ToolProcess.Result result = WithTrouble(() => Directory.Move(Folder["clean"], Folder["away"]));
        var (done, failed) = Reported();
        Assert.Equal((ExitCode.Partial, Many), (result.ExitCode, done + failed));
        Assert.InRange(failed, 1, Many - 1);
        // A picture may be written and the folder gone before that is noted.
        Assert.InRange(Directory.GetFiles(Folder["away"], "*.png").Length, done, done + 4);
        Assert.Contains("clean/.denoised.tsv cannot be written, so --skip-existing will do some pictures again: ", result.ErrorLines[^1]);
    }

    /// <summary>The tool as a shell starts it.</summary>
    private ToolProcess.Result Shell(string before, string after) => ToolProcess.Run("bash", Folder.Path, "-c",
        $"{before} '{ToolProcess.Executable("Infer")}' --input noisy --output clean --device cpu {after}");

    [Fact]
    public void APictureBeyondTheLimitOnFilesIsOneThatFails()
    {
        Put("noisy/a.png");
        Put("noisy/b.png", 500, 500, 3);
        Put("noisy/c.png", seed: 2);
        // The runtime's own memory for code counts as a file unless it is told not to be careful with it.
        ToolProcess.Result result = Shell("ulimit -f 100; DOTNET_EnableWriteXorExecute=0 exec", "");
        Assert.Equal(ExitCode.Partial, result.ExitCode);
        Assert.StartsWith("noisy/b.png: ", result.ErrorLines[^1]);
        Assert.Equal(["a.png", "c.png"], PicturesIn("clean"));
        Assert.Empty(Directory.GetFiles(Folder["clean"], "*.partial"));
    }

    [Fact]
    public void MessagesThatCannotBeWrittenDoNotEndIt()
    {
        Put("noisy/a.png");
        File.WriteAllText(Folder["noisy/b.png"], "no picture");
        Assert.Equal(ExitCode.Partial, Shell("exec", "2> /dev/full").ExitCode);
        Assert.Equal(28, Read("clean/a.png").Width);
    }

    [Fact]
    public void AResultThatCannotBeWrittenIsSaid()
    {
        Put("noisy/a.png");
        ToolProcess.Result result = Shell("exec", "> /dev/full");
        Assert.Equal((ExitCode.Failed, 2), (result.ExitCode, result.ErrorLines.Length));
    }
}
