using Denoise.Tests.Infer;

namespace Denoise.Tests.Robustness;

/// <summary>Whatever ends <c>infer</c>, no picture is half-written, and the next run does the rest to the same bytes.</summary>
public sealed class InterruptionTests : InferToolTest
{
    private const int Count = 24;

    private static readonly string[] GoOn = [.. Folders, "--skip-existing", "--jobs", "2"];

    /// <summary>The names and bytes of what an uninterrupted run writes.</summary>
    private Dictionary<string, byte[]> Expected()
    {
        for (int i = 0; i < Count; i++)
            Put($"noisy/{i:D2}.png", 150, 110 + i, seed: i);
        Done("--input", "noisy", "--output", "whole");
        return PicturesIn("whole").ToDictionary(name => name, name => File.ReadAllBytes(Folder[$"whole/{name}"]));
    }

    /// <summary>All that is there is whole.</summary>
    private void AssertWhole(Dictionary<string, byte[]> expected, string folder) =>
        Assert.All(PicturesIn(folder), name => Assert.Equal(expected[name], File.ReadAllBytes(Folder[$"{folder}/{name}"])));

    [Fact]
    public void KillsHarmNothing()
    {
        Dictionary<string, byte[]> expected = Expected();
        Directory.CreateDirectory(Folder["clean"]);
        var random = new Random(1);
        for (int round = 0; round < Rounds.Of(4, 100); round++)
        {
            using Process process = ToolProcess.Start("Infer", Folder.Path, [.. GoOn, "--device", "cpu"]);
            process.WaitForExit(random.Next(200, 1500));
            process.Kill();
            process.WaitForExit();
            AssertWhole(expected, "clean");
            if (PicturesIn("clean").Length == Count)
                Directory.Delete(Folder["clean"], recursive: true);
            Directory.CreateDirectory(Folder["clean"]);
        }
        Done(GoOn);
        AssertWhole(expected, "clean");
        Assert.Equal(Count, PicturesIn("clean").Length);
    }

    [Fact]
    public void AFullDiskHarmsNothing()
    {
        bool mayMount = ToolProcess.Run("unshare", Folder.Path, "-rm", "true").ExitCode == 0;
        Assert.SkipUnless(mayMount, "needs the right to mount a file system of its own");
        Dictionary<string, byte[]> expected = Expected();
        long bytes = expected.Values.Sum(picture => picture.LongLength);
        for (int round = 0; round < Rounds.Of(1, 25); round++)
        {
            string infer = $"'{ToolProcess.Executable("Infer")}' --device cpu --input noisy --output disk/clean --skip-existing";
            ToolProcess.Result result = ToolProcess.Run("unshare", Folder.Path, "-rm", "bash", "-ec", $$"""
                rm -rf disk clean clean-full; mkdir disk; mount -t tmpfs -o size={{bytes * (2 + round % 8) / 16}} none disk
                {{infer}} >/dev/null || echo "ended with $?"
                cp -r disk/clean clean-full
                mount -o remount,size={{4 * bytes + (4 << 20)}} disk; {{infer}} >/dev/null; cp -r disk/clean clean
                """);
            Assert.Equal("ended with 3\n", result.Output);
            Assert.DoesNotContain("Unexpected", result.Error);
            Assert.InRange(PicturesIn("clean-full").Length, 1, Count - 1);
            AssertWhole(expected, "clean-full");
            AssertWhole(expected, "clean");
            Assert.Equal(Count, PicturesIn("clean").Length);
        }
    }
}
