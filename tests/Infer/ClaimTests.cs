using Denoise.Infer.Tool;

namespace Denoise.Tests.Infer;

/// <summary><c>--claim</c>: processes share the pictures of a folder.</summary>
public sealed class ClaimTests : InferToolTest
{
    private const string Claim = "--claim", StaleAfter = "--stale-after", OneSecond = "1";

    [Fact]
    public void ProcessesShareThePicturesAndEachIsDoneOnce()
    {
        PutMany(90, side: 28);
        string[] runs = ["a", "b", "c"];
        Process[] processes = [.. runs.Select(run => Start(Claim, "--report", $"{run}.json"))];
        Assert.All(processes, process => Assert.Equal(ExitCode.Done, ToolProcess.Finish(process).ExitCode));

        Assert.Equal(90, PicturesIn("clean").Length);
        Assert.Equal(90, runs.Sum(run => Number($"{run}.json", "images")));
        Assert.Equal(3 * 90, runs.Sum(run => Number($"{run}.json", "images") + Number($"{run}.json", "skipped")));
        Assert.Equal(90, Listed().Distinct().Count());
        Assert.Equal(90, Listed().Length);
        Assert.Empty(Leases());
    }

    [Fact]
    public void WhatAKilledProcessHeldIsDoneByAnother()
    {
        PutMany(12, side: 400);
        using Process killed = Start(Claim, StaleAfter, OneSecond, "--jobs", "1");
        SpinWait.SpinUntil(() => Listed().Length >= 2 && Leases().Length > 0, TimeSpan.FromMinutes(1));
        ToolProcess.Signal(killed, ToolProcess.SigKill);
        killed.WaitForExit();
        int before = Listed().Length;
        Assert.InRange(before, 2, 11);
        Assert.NotEmpty(Leases());

        Done([.. Folders, Claim, StaleAfter, OneSecond, "--report", "rest.json"]);
        Assert.Equal(12, PicturesIn("clean").Length);
        Assert.Equal((12 - before, before), (Number("rest.json", "images"), Number("rest.json", "skipped")));
        Assert.Empty(Leases());
        Assert.Contains("12 were there already", Done([.. Folders, Claim]).Error);
        Assert.Contains("12 were there already", Done([.. Folders, "--skip-existing"]).Error);
    }

    [Fact]
    public void ALeaseOfALivingProcessIsNotTakenOver()
    {
        Put("noisy/a.png");
        using Claims living = NewClaims();
        Process? other = null;
        living.Work([Job("a.png")], taken =>
        {
            Assert.Single(taken);
            Assert.Single(Leases());
            other = Start(Claim, StaleAfter, OneSecond);
            Assert.False(other.WaitForExit(TimeSpan.FromSeconds(5)));
        });
        Assert.Equal(ExitCode.Done, ToolProcess.Finish(other!).ExitCode);
        Assert.Equal(["a.png"], PicturesIn("clean"));
        Assert.Empty(Leases());
    }

    [Fact]
    public async Task OneOfTwoTakesAnAbandonedLeaseOver()
    {
        Put("noisy/a.png");
        using Claims one = NewClaims(), two = NewClaims();
        Abandon("a.png", holders: 1);
        PictureJob picture = Job("a.png");
        Action<List<PictureJob>> nothing = Assert.Empty;
        one.Work([picture], nothing); // its time is not over
        two.Work([picture], nothing);
        await Task.Delay(1500);

        using var refused = new ManualResetEventSlim();
        int holders = 0;
        Action<List<PictureJob>> work = taken =>
        {
            if (taken.Count == 0)
                refused.Set();
            else if (Interlocked.Increment(ref holders) == 1)
                Assert.True(refused.Wait(TimeSpan.FromSeconds(20)));
        };
        await Task.WhenAll(Task.Run(() => one.Work([picture], work)), Task.Run(() => two.Work([picture], work)));
        Assert.Equal(1, holders);
        Assert.Empty(Leases());
    }

    [Fact]
    public void APictureThatEndsThreeProcessesIsGivenUp()
    {
        Put("noisy/a.png");
        Put("noisy/b.png");
        Abandon("a.png", holders: 3);
        ToolProcess.Result result = Infer([.. Folders, Claim]);
        Assert.Equal(ExitCode.Partial, result.ExitCode);
        string first = Path.ChangeExtension(LeaseName("a.png", 0), null);
        Assert.Contains("noisy/a.png: 3 processes were killed while they worked on it. "
            + $"To try it again, delete clean/.denoised/{first}.*", result.ErrorLines);
        Assert.Equal(["b.png"], PicturesIn("clean"));
    }

    [Fact]
    public void EachProcessReportsAPictureThatFails()
    {
        PutMany(4, side: 28);
        File.WriteAllText(Folder["noisy/broken.png"], "no picture");
        Process[] processes = [Start(Claim), Start(Claim)];
        Assert.All(processes, process =>
        {
            ToolProcess.Result result = ToolProcess.Finish(process);
            Assert.Contains($"noisy/broken.png {IsNoPicture}", result.Error);
        });
        Assert.Equal(4, PicturesIn("clean").Length);
        Assert.Empty(Leases());
    }

    [Fact]
    public void WhatContradictsClaimingIsRefused()
    {
        Put("noisy/a.png");
        Fails(ExitCode.Usage, "--claim and --shard contradict each other: it shares all pictures.", [.. Folders, Claim, "--shard", "0/2"]);
        Fails(ExitCode.Usage, "--claim and --watch contradict each other: it ends when all pictures are done.",
            [.. Folders, Claim, "--watch"]);
        Fails(ExitCode.Usage, "--claim shares the pictures of a folder: name a folder as --output.",
            ["--input", "noisy/a.png", "--output", "b.png", Claim]);
        Fails(ExitCode.Usage, "--stale-after goes with --claim, which is missing.", [.. Folders, StaleAfter, OneSecond]);
    }

    private void PutMany(int count, int side)
    {
        for (int i = 0; i < count; i++)
            Put($"noisy/{i:000}.png", side, side, seed: i);
    }

    private int Number(string report, string field) => Json(report).GetProperty(field).GetInt32();

    private string[] Leases() => [.. Files().Where(path => !path.EndsWith(".tsv", StringComparison.Ordinal))];

    /// <summary>The names on the lists of all processes.</summary>
    private string[] Listed() => [.. Files().Where(path => path.EndsWith(".tsv", StringComparison.Ordinal))
        .SelectMany(File.ReadLines).Where(line => line.Length > 0).Select(line => line.Split('\t')[^1])];

    private string[] Files() => Directory.Exists(Folder["clean/.denoised"]) ? Directory.GetFiles(Folder["clean/.denoised"]) : [];

    /// <summary>Leaves what killed processes leave.</summary>
    private void Abandon(string picture, int holders)
    {
        string folder = Directory.CreateDirectory(Folder["clean/.denoised"]).FullName;
        for (int holder = 0; holder < holders; holder++)
            File.WriteAllText(Path.Combine(folder, LeaseName(picture, holder)), "gone 0 1\n");
    }

    private static string LeaseName(string picture, int holder) => $"{ListedName.Hash(picture):x16}.{holder}";

    private PictureJob Job(string name) => new(InputFile.Of(Folder["noisy"], name), new(new([Folder["noisy"]]), Folder["clean"]));

    private Claims NewClaims() =>
        new(Folder["clean"], new DoneList(Folder["clean"], Folder["model.onnx"], "", DoneList.NewShared()), seconds: 1);
}
