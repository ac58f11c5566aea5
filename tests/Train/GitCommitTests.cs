using Denoise.Train;

namespace Denoise.Tests.Train;

/// <summary>The commit that a run was trained at, read without running git.</summary>
public sealed class GitCommitTests : FolderTest
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private string? Read(string folder = "")
    {
        Directory.CreateDirectory(_folder[folder]);
        return GitCommit.Of(_folder[folder]);
    }

    private void Put(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], text);
    }

    [Fact]
    public void ABranchIsFollowed()
    {
        Put(".git/HEAD", "ref: refs/heads/main\n");
        Assert.Null(Read());
        string other = new('9', 40);
        Put(".git/packed-refs", $"# pack-refs with: peeled\n{other} refs/heads/other/refs/heads/main\n{Commit} refs/heads/main\n");
        Assert.Equal(Commit, Read("deep/er"));
        Put(".git/refs/heads/main", $"{new string('a', 40)}\n");
        Assert.Equal(new string('a', 40), Read());
    }

    [Fact]
    public void AWorktreeAndACommitWithoutABranchAreFollowed()
    {
        Put("main/.git/HEAD", Commit);
        Assert.Equal(Commit, Read("main"));
        Put("main/.git/worktrees/w/HEAD", "ref: refs/heads/side");
        Put("main/.git/worktrees/w/commondir", "../..\n");
        Put("main/.git/refs/heads/side", new string('b', 64));
        Put("w/.git", $"gitdir: {_folder["main/.git/worktrees/w"]}\n");
        Assert.Equal(new string('b', 64), Read("w"));
    }

    [Theory]
    [InlineData("ref: refs/../../secret")]
    [InlineData("ref: /etc/passwd")]
    [InlineData("not a commit")]
    [InlineData("")]
    public void AnythingElseIsNone(string head)
    {
        Put(".git/HEAD", head);
        Put("secret", Commit);
        Assert.Null(Read());
    }

    [Fact]
    public void NoProgramOfTheRepositoryIsRun()
    {
        Put("program", $"#!/bin/sh\necho run >> '{_folder["witness"]}'\n");
        Assert.Equal(0, ToolProcess.Run("chmod", _folder.Path, "+x", "program").ExitCode);
        Put(".git/HEAD", Commit);
        Put(".git/config", $"[core]\n\tfsmonitor = {_folder["program"]}\n");
        ToolProcess.Result result =
            ToolProcess.Train(_folder.Path, "--dataset", "synthetic", "--limit", "100", "--epochs", "1", "--out", "run");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.False(File.Exists(_folder["witness"]));
        Assert.Contains($"\"git\": \"{Commit}\"", File.ReadAllText(_folder["run/run.json"]));
    }
}
