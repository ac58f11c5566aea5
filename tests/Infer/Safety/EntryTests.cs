using System.Net.Sockets;

namespace Denoise.Tests.Infer;

/// <summary>An entry of a folder that is no picture, whatever its name, harms none of the others.</summary>
public sealed class EntryTests : InferToolTest
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private ToolProcess.Result Shell(string command) => ToolProcess.Run("bash", Folder.Path, "-c", command);

    /// <summary>Where it hangs, it is ended, which is another exit status.</summary>
    private ToolProcess.Result InTime(params string[] arguments)
    {
        using Process process = ToolProcess.Start("Infer", Folder.Path, ["--device", "cpu", .. arguments]);
        _ = Task.Delay(Long).ContinueWith(_ => ToolProcess.Signal(process, ToolProcess.SigKill), TaskScheduler.Default);
        return ToolProcess.Finish(process);
    }

    [Fact]
    public void PipesSocketsDevicesAndLoopsArePassedOver()
    {
        Put("noisy/a.png");
        Put("noisy/z.png", seed: 2);
        Assert.Equal(0, Shell("mkfifo noisy/f.png").ExitCode);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Folder["noisy/s.png"]));
        File.CreateSymbolicLink(Folder["noisy/d.png"], "/dev/zero");
        File.CreateSymbolicLink(Folder["noisy/l.png"], "l.png");
        File.CreateSymbolicLink(Folder["noisy/gone.png"], "nowhere.png");
        Directory.CreateSymbolicLink(Folder["noisy/circle"], Folder["noisy"]);
        ToolProcess.Result result = InTime(Folders);
        Assert.Equal(ExitCode.Partial, result.ExitCode);
        Assert.Equal(["a.png", "z.png"], PicturesIn("clean"));
        Assert.Contains("2 images in ", result.Output);
        Assert.Contains("; 5 failed", result.Output);
        foreach (string name in new[] { "f", "s", "d" })
            Assert.Contains($"noisy/{name}.png is a pipe, a socket or a device, and not a file.", result.ErrorLines);
        foreach (string name in new[] { "l", "gone" })
            Assert.Single(result.ErrorLines, line => line.Contains($"/noisy/{name}.png"));
    }

    [Fact]
    public void ACleanPictureThatIsAPipeIsSaid()
    {
        Put("noisy/a.png");
        Put("noisy/b.png");
        Put("real/b.png");
        Assert.Equal(0, Shell("mkfifo real/a.png").ExitCode);
        ToolProcess.Result result = InTime([.. Folders, "--reference", "real"]);
        Assert.Equal((ExitCode.Partial, "real/a.png is a pipe, a socket or a device, and not a file."),
            (result.ExitCode, result.ErrorLines[^1].Split(": ")[^1]));
        Assert.Contains("means over the 1 images", result.Output);
    }

    [Fact]
    public void AFolderThatCannotBeListedIsPassedOver()
    {
        Put("noisy/a.png");
        Put("noisy/b/c.png");
        // So deep that the system takes no such path: rights would not keep root out.
        string name = new('d', 200);
        string deep = $"cd noisy && for i in $(seq 25); do mkdir {name} && cd {name}; done";
        Assert.Equal(0, Shell(deep).ExitCode);
        try
        {
            ToolProcess.Result result = InTime([.. Folders, "--report", "r.json"]);
            Assert.Equal(ExitCode.Partial, result.ExitCode);
            Assert.Contains($"/noisy/{name}/", result.ErrorLines[^1]);
            Assert.Contains("2 images in ", result.Output);
            Assert.Contains("; 1 failed", result.Output);
            Assert.Equal(28, Read("clean/b/c.png").Width);
            Assert.Equal(1, Json("r.json").GetProperty("failed").GetInt32());
            Assert.Equal(ExitCode.Partial, InTime([.. Folders, "--dry-run"]).ExitCode);
        }
        finally
        {
            Shell("rm -rf noisy"); // .NET cannot either
        }
    }

    [Fact]
    public void ANamedPipeIsReadAndCtrlCEndsTheWaiting()
    {
        Put("noisy/a.png");
        Assert.Equal(0, Shell("mkfifo pipe").ExitCode);
        string tool = ToolProcess.Executable("Infer");
        ToolProcess.Result result = Shell($"cat noisy/a.png > pipe & '{tool}' --device cpu --input pipe --output b.png");
        Assert.True(result.ExitCode == ExitCode.Done, result.Error);
        Assert.Equal(28, Read("b.png").Width);

        using Process waiting = ToolProcess.Start("Infer", Folder.Path, "--device", "cpu", "--input", "pipe", "--output", "c.png");
        while (waiting.StandardError.ReadLine() is { } line && !line.Contains("1 at once"))
        {
        }
        Thread.Sleep(300); // until it waits
        ToolProcess.Signal(waiting, ToolProcess.SigInt);
        Assert.True(waiting.WaitForExit(Long));
        Assert.Equal(ExitCode.Interrupted, waiting.ExitCode);
    }

    [Fact]
    public void NamesMayBeAsLongAsNamesCanBeAndHaveNewLines()
    {
        string[] names = [$"{new string('n', 251)}.png", "a\nb.png", "50%.png", "a%0Ab.png"];
        foreach (string name in names)
            Put($"noisy/{name}");
        Done(Folders);
        Assert.Equal(names.Order(), PicturesIn("clean"));
        Assert.Contains("4 were there already", Infer([.. Folders, "--skip-existing"]).Error);
    }

    [Fact]
    public void WhatANameCommandsATerminalToDoIsNotDone()
    {
        File.WriteAllText(Folder["noisy/\e[31m.png"], "no picture");
        ToolProcess.Result result = Infer(Folders);
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Equal($@"noisy/\x1B[31m.png {IsNoPicture}: it begins with ""no picture"".", result.ErrorLines[^1]);
        Put("noisy/\e[31m.png");
        Assert.Equal([@"noisy/\x1B[31m.png -> clean/\x1B[31m.png"], Planned(Folders));
    }
}
