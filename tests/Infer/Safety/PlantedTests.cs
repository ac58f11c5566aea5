namespace Denoise.Tests.Infer;

/// <summary>Links that others have put where files are to be written lead nowhere, and two runs do not meet.</summary>
public sealed class PlantedTests : InferToolTest
{
    private const string Precious = "a key";

    private void Plant(string name)
    {
        Directory.CreateDirectory(Folder["clean"]);
        File.WriteAllText(Folder["precious"], Precious);
        File.CreateSymbolicLink(Folder[$"clean/{name}"], Folder["precious"]);
    }

    [Theory]
    [InlineData(".a.png.partial")]
    [InlineData(".denoised.tsv")]
    [InlineData(".denoised.begun")]
    public void ALinkInTheOutputFolderIsNotFollowed(string name)
    {
        Put("noisy/a.png");
        Plant(name);
        Done(Folders);
        Assert.Equal(28, Read("clean/a.png").Width);
        Assert.Equal(Precious, File.ReadAllText(Folder["precious"]));
    }

    [Fact]
    public void AListThatIsAPipeDoesNotHoldItUp()
    {
        Put("noisy/a.png");
        Directory.CreateDirectory(Folder["clean"]);
        Assert.Equal(0, ToolProcess.Run("mkfifo", Folder.Path, "clean/.denoised.tsv", "clean/.denoised.begun").ExitCode);
        Assert.Equal("clean/.denoised.tsv cannot be written, so --skip-existing will do some pictures again: "
            + "It is a link, a pipe or a device.", Infer([.. Folders, "--skip-existing"]).ErrorLines[^1]);
    }

    [Fact]
    public void ALinkThatIsNamedAsOutputStays()
    {
        Put("noisy/a.png");
        Put("real.png", 5, 5);
        File.CreateSymbolicLink(Folder["link.png"], "real.png");
        File.CreateSymbolicLink(Folder["new.json"], "report.json");
        Done("--input", "noisy/a.png", "--output", "link.png", "--report", "new.json");
        Assert.Equal("real.png", new FileInfo(Folder["link.png"]).LinkTarget);
        Assert.Equal(28, Read("real.png").Width);
        Assert.Equal(1, Json("report.json").GetProperty("images").GetInt32());
    }

    [Fact]
    public void WhatAKilledRunLeftIsRemovedWhenItIsOld()
    {
        Put("noisy/a.png");
        Directory.CreateDirectory(Folder["clean"]);
        foreach (string name in new[] { ".denoise-old.partial", ".denoise-new.partial" })
            File.WriteAllText(Folder[$"clean/{name}"], "half");
        File.SetLastWriteTimeUtc(Folder["clean/.denoise-old.partial"], DateTime.UtcNow.AddHours(-2));
        Done(Folders);
        Assert.Equal([".denoise-new.partial"], Directory.GetFiles(Folder["clean"], "*.partial").Select(Path.GetFileName));
    }

    [Fact]
    public void TwoRunsIntoOneFolderDoNotMeet()
    {
        for (int i = 0; i < 60; i++)
            Put($"noisy/{i:D2}.png", 60, 60, seed: i);
        Process[] both = [Start("--jobs", "2"), Start("--jobs", "2")];
        ToolProcess.Result[] results = [.. both.Select(ToolProcess.Finish)];
        Assert.All(results, result => Assert.True(result.ExitCode == ExitCode.Done, result.Error));
        Assert.Equal(60, PicturesIn("clean").Length);
        Assert.All(PicturesIn("clean"), name => Assert.Equal(60, Read($"clean/{name}").Width));
    }
}
