using Denoise.Infer.Tool;

namespace Denoise.Tests.Infer;

/// <summary>A run that does not come to its end leaves nothing half-done, and the next one does the rest.</summary>
public sealed partial class StopTests : InferToolTest
{
    private const int Many = 200;

    private string[] Written => Directory.Exists(Folder["clean"]) ? Directory.GetFiles(Folder["clean"], "*.png") : [];

    /// <summary>Starts the tool and comes back when it has written some pictures.</summary>
    private Process Start(int written, params string[] more)
    {
        Process process = Start(more);
        while (!process.HasExited && Written.Count(path => !Path.GetFileName(path).StartsWith('.')) < written)
            Thread.Sleep(1);
        return process;
    }

    private void PutMany()
    {
        for (int i = 0; i < Many; i++)
            Put($"noisy/{i:D3}.png", 160, 120, 3, seed: i);
    }

    [Theory]
    [InlineData(ToolProcess.SigInt, ExitCode.Interrupted)]
    [InlineData(ToolProcess.SigKill, 128 + ToolProcess.SigKill)]
    public void HoweverItIsStoppedNoPictureIsHalfWritten(int signal, int exitCode)
    {
        PutMany();
        using Process process = Start(10, "--jobs", "2");
        ToolProcess.Signal(process, signal);
        process.WaitForExit();
        Assert.Equal(exitCode, process.ExitCode);

        string[] written = [.. Written.Where(PictureFile.IsPicture)];
        Assert.InRange(written.Length, 1, Many - 1);
        Assert.All(written.Where(path => !Path.GetFileName(path).StartsWith('.')), path => Assert.Equal(160, PictureFile.Read(path).Width));
        if (signal == ToolProcess.SigInt)
            Assert.DoesNotContain(Directory.GetFiles(Folder["clean"]), path => path.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public void TheWayOnIsSaidAndLeadsOn()
    {
        PutMany();
        ToolProcess.Result first = Stop(Start(10));
        Match said = Stopped().Match(first.ErrorLines[^1]);
        Assert.True(said.Success, first.Error);
        int done = int.Parse(said.Groups[1].Value), left = int.Parse(said.Groups[2].Value);
        Assert.Equal((ExitCode.Interrupted, "", Many), (first.ExitCode, first.Output, done + left));
        Assert.Equal("Run the same command with --skip-existing to do these.", said.Groups[3].Value);
        Assert.Equal("Finishing the pictures that are begun; Ctrl-C again ends at once.", first.ErrorLines[^2]);
        Assert.Equal(done, Written.Length);

        ToolProcess.Result second = Stop(Start(done + 10, "--skip-existing"));
        said = Stopped().Match(second.ErrorLines[^1]);
        Assert.True(said.Success, second.Error);
        Assert.Equal(left, int.Parse(said.Groups[1].Value) + int.Parse(said.Groups[2].Value));
        Assert.Equal("Run the same command again to do these.", said.Groups[3].Value);

        ToolProcess.Result last = Infer([.. Folders, "--skip-existing"]);
        Assert.StartsWith($"{said.Groups[2].Value} images in ", last.Output);
        Assert.EndsWith($"; {Many - int.Parse(said.Groups[2].Value)} were there already\n", last.Output);
        Assert.Equal(Many, Written.Length);
    }

    [Fact]
    public void ASecondCtrlCEndsItAtOnce()
    {
        // Pictures that take seconds each.
        Put("noisy/0.png", 6000, 5000);
        for (int i = 1; i < 6; i++)
            File.Copy(Folder["noisy/0.png"], Folder[$"noisy/{i}.png"]);
        using Process process = Start(1, "--jobs", "1");
        Thread.Sleep(200); // into the next one
        ToolProcess.Signal(process, ToolProcess.SigInt);
        Thread.Sleep(100);
        ToolProcess.Signal(process, ToolProcess.SigInt);
        ToolProcess.Result result = ToolProcess.Finish(process);
        Assert.DoesNotContain("Stopped", result.Error);
        Assert.NotEqual(ExitCode.Done, result.ExitCode);
        Assert.All(Written, path => Assert.Equal(6000, PictureFile.Read(path).Width));
    }

    [Fact]
    public void AnInputThatHasChangedSinceItWasListedIsDoneAgain()
    {
        Put("noisy/a.png");
        Directory.CreateDirectory(Folder["clean"]);
        var destination = new Destination(new([Folder["noisy"]]), Folder["clean"]);
        PictureJob before = Look();
        Put("clean/a.png");
        Assert.True(IsKnown(before, before));
        Put("noisy/a.png", 30, 30);
        Assert.False(IsKnown(before, Look()));

        PictureJob Look() => Assert.Single(destination.Pictures(mayBeEmpty: false));

        bool IsKnown(PictureJob listed, PictureJob now)
        {
            using (DoneList list = Open())
                list.Add(listed);
            using DoneList next = Open();
            return next.Has(now);
        }

        DoneList Open() => new(Folder["clean"], Folder["model.onnx"], "", null);
    }

    [Fact]
    public void TheListGrowsOnlyWithWhatIsNew()
    {
        Put("noisy/a b.png");
        Done(Folders);
        string list = File.ReadAllText(Folder["clean/.denoised.tsv"]);
        Done(Folders);
        Assert.Equal(list, File.ReadAllText(Folder["clean/.denoised.tsv"]));
        Assert.Contains("1 were there already", Infer([.. Folders, "--skip-existing"]).Error);

        // One picture under a name of its own leaves nothing else in the folder.
        Done("--input", "noisy/a b.png", "--output", "c.png");
        Assert.False(File.Exists(Folder[".denoised.tsv"]));
    }

    [GeneratedRegex(@"^Stopped: (\d+) images are done, (\d+) are left\. (.*)$")]
    private static partial Regex Stopped();
}
