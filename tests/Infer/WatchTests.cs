namespace Denoise.Tests.Infer;

/// <summary><c>--watch</c>.</summary>
public sealed class WatchTests : InferToolTest
{
    private void WaitFor(Process process, string name)
    {
        var clock = Stopwatch.StartNew();
        while (!File.Exists(Folder[name]))
        {
            Assert.True(!process.HasExited && clock.Elapsed < TimeSpan.FromMinutes(1), $"{name} does not come.");
            Thread.Sleep(20);
        }
    }

    [Fact]
    public void PicturesAreDenoisedAsTheyComeAndWhole()
    {
        Put("noisy/a.png", seed: 1);
        Put("later.png", 60, 50, seed: 2);
        byte[] later = File.ReadAllBytes(Folder["later.png"]);
        using Process process = Start("--watch");
        WaitFor(process, "clean/a.png");

        // Something copies slowly, half a second for each quarter.
        Directory.CreateDirectory(Folder["noisy/sub"]);
        for (int quarter = 0; quarter < 4; quarter++)
        {
            using (FileStream stream = new(Folder["noisy/sub/later.png"], FileMode.Append))
                stream.Write(later.AsSpan((quarter * later.Length / 4)..((quarter + 1) * later.Length / 4)));
            Thread.Sleep(500);
        }
        WaitFor(process, "clean/sub/later.png");
        Assert.Equal(60, Read("clean/sub/later.png").Width);

        // The folder is gone for a while, and another picture in it when it is back. What was taken away from the output is not done again.
        File.Delete(Folder["clean/a.png"]);
        Directory.Move(Folder["noisy"], Folder["away"]);
        Thread.Sleep(1500);
        File.Move(Folder["away/a.png"], Folder["away/b.png"]);
        Directory.Move(Folder["away"], Folder["noisy"]);
        WaitFor(process, "clean/b.png");

        ToolProcess.Result result = Stop(process);
        Assert.Equal(ExitCode.Done, result.ExitCode);
        Assert.Equal(["noisy/a.png -> clean/a.png", "noisy/sub/later.png -> clean/sub/later.png", "noisy/b.png -> clean/b.png"],
            result.ErrorLines.Where(line => line.Contains(" -> ")));
        Assert.Single(result.ErrorLines, line => line.Contains("Could not find"));
        Assert.StartsWith("3 images in ", result.Output);
        Assert.False(File.Exists(Folder["clean/a.png"]));
    }

    [Fact]
    public void WhatIsThereIsLeftOutAndWhatIsBrokenIsSaidOnce()
    {
        Put("noisy/a.png", seed: 1);
        Done(Folders);
        File.WriteAllText(Folder["noisy/b.png"], "no picture");
        Put("noisy/c.png", seed: 2);
        using Process process = Start("--watch", "--json", "--report", "r.json");
        WaitFor(process, "clean/c.png");
        Thread.Sleep(1500);
        ToolProcess.Result result = Stop(process);
        Assert.Equal(ExitCode.Partial, result.ExitCode);
        Assert.Single(result.ErrorLines, line => line.StartsWith("noisy/b.png is not a PNG", StringComparison.Ordinal));
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal([1, 1, 1], new[] { "images", "failed", "skipped" }.Select(name => json.RootElement.GetProperty(name).GetInt32()));
        Assert.Equal(["noisy/b.png", "noisy/c.png"],
            Json("r.json").GetProperty("pictures").EnumerateArray().Select(p => p.GetProperty("input").GetString()));
    }

    [Fact]
    public void AnEmptyFolderIsWatchedToo()
    {
        using Process process = Start("--watch");
        Put("noisy/a.png");
        WaitFor(process, "clean/a.png");
        ToolProcess.Result result = Stop(process);
        Assert.Equal((ExitCode.Done, "1 images in"), (result.ExitCode, result.Output[..11]));
    }

    [Fact]
    public void WhatCannotBeWatchedIsRefused()
    {
        Put("noisy/a.png");
        Fails(ExitCode.Usage, "--watch needs a folder or a pattern as --input: nothing can be added to named pictures.",
            "--input", "noisy/a.png", "--output", "clean/", "--watch");
        Fails(ExitCode.Usage, "--watch and --reference contradict each other: pictures are measured when all are there.",
            [.. Folders, "--watch", "--reference", "noisy"]);
    }
}
