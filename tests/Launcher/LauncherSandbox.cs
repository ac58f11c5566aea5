namespace Denoise.Tests.Launcher;

/// <summary>The outcome of one command: its exit status and its output.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Errors);

/// <summary>A copy of the launcher and its scripts in a folder of its own, on a machine of its own: PATH holds a few plain tools and a
/// stand-in for dotnet that writes down how it was called.</summary>
internal sealed class LauncherSandbox : IDisposable
{
    private static readonly string[] PlainTools =
    [
        "awk", "bash", "env", "cat", "chmod", "cp", "dirname", "find", "flock", "ln", "mkdir", "readlink", "rm", "sed", "sleep", "tail",
        "touch",
    ];

    private readonly TemporaryFolder _folder = new();

    public LauncherSandbox()
    {
        CopyScripts();
        Directory.CreateDirectory(_folder["bin"]);
        Directory.CreateDirectory(Work);
        foreach (string tool in PlainTools)
            File.CreateSymbolicLink(Path.Combine(_folder["bin"], tool), Locate(tool));
        StubDotnet();
    }

    /// <summary>The copy of the repository; its name has a space in it.</summary>
    public string Root => _folder["a copy"];

    /// <summary>The working folder of every run.</summary>
    public string Work => _folder["work here"];

    public string Launcher => Path.Combine(Root, "denoise");

    /// <summary>Set for every run.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>How dotnet was called since the last look, one line each.</summary>
    public List<string> TakeCalls()
    {
        string log = _folder["calls"];
        string[] calls = File.Exists(log) ? File.ReadAllLines(log) : [];
        File.Delete(log);
        return [.. calls];
    }

    /// <summary>Gives the machine an NVIDIA GPU.</summary>
    public void HaveGpu() => File.WriteAllText(_folder["driver"], "");

    /// <summary>Empties NuGet's cache, to which the libraries beside a program are links.</summary>
    public void EmptyCache() => Directory.Delete(_folder["cache"], recursive: true);

    public void Remove(string tool) => File.Delete(Path.Combine(_folder["bin"], tool));

    /// <summary>Writes down its call, with the devices that MSBuild would read from the environment.</summary>
    private void StubDotnet()
    {
        string path = Path.Combine(_folder["bin"], "dotnet"), log = _folder["calls"];
        File.WriteAllText(path, $$"""
            #!/usr/bin/env bash
            echo "dotnet $* [${TorchDevice:-}|${OnnxRuntimeDevice:-}]" >>'{{log}}'
            {{Dotnet}}
            """);
        MakeExecutable(path);
    }

    public Outcome Denoise(params string[] arguments) => Run(Launcher, arguments);

    public Outcome Run(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, errors.Result);
    }

    public Process Start(string program, params string[] arguments)
    {
        // Not the program itself: its own PATH would be asked for the interpreter of its first line.
        var start = new ProcessStartInfo("/bin/bash", [program, .. arguments])
        {
            WorkingDirectory = Work,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = _folder["bin"];
        start.Environment["HOME"] = _folder.Path;
        foreach (var (name, value) in Variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public void Dispose() => _folder.Dispose();

    private void CopyScripts()
    {
        string[] folders = ["src", "tests", "samples", "eng"];
        foreach (string folder in folders)
            Directory.CreateDirectory(Path.Combine(Root, folder));
        string[] files =
        [
            "denoise", "eng/quickstart.sh", "Directory.Build.props", "Directory.Packages.props", "global.json",
        ];
        foreach (string file in files)
            File.Copy(Repository.File(file), Path.Combine(Root, file));
        // Whether this machine has a GPU is the test's to say.
        string launcher = File.ReadAllText(Launcher);
        Assert.Contains(DriverLine, launcher);
        File.WriteAllText(Launcher, launcher.Replace(DriverLine, $"gpu_driver='{_folder["driver"]}'\n"));
    }

    private const string DriverLine = "gpu_driver=/proc/driver/nvidia/version\n";

    private static string Locate(string tool) =>
        new[] { "/usr/bin", "/bin", "/usr/sbin", "/sbin" }.Select(folder => Path.Combine(folder, tool)).First(File.Exists);

    private static void MakeExecutable(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>"Builds" executables that print their arguments, with a link beside them as if to NuGet's cache.</summary>
    private const string Dotnet = """
        case $1 in
            --version) echo 10.0.401 ;;
            --list-runtimes) echo "Microsoft.NETCore.App 10.0.1 [/somewhere/shared/Microsoft.NETCore.App]" ;;
            restore) [ -z "${STUB_RESTORE_ERROR:-}" ] ;;
            build)
                sleep "${STUB_BUILD_SECONDS:-0}"
                [ -z "${STUB_BUILD_ERROR:-}" ] || { echo "$STUB_BUILD_ERROR"; exit 1; }
                name=${2##*/} name=${name%.csproj}
                made=artifacts/bin/$name/release/${name,,}
                [ "$name" != Denoise.Tests ] || made=artifacts/bin/$name/release/$name
                mkdir -p "${made%/*}"
                {
                    echo '#!/usr/bin/env bash'
                    echo 'echo "$PWD $DOTNET_ROOT"'
                    echo 'printf "<%s>" "$@"'
                    echo '[ -z "${STUB_RESULTS:-}" ] || echo "$STUB_RESULTS" >"${@: -1}"'
                    echo 'exit ${STUB_EXIT:-0}'
                } >"$made"
                chmod +x "$made"
                mkdir -p "$HOME/cache"
                touch "$HOME/cache/libtorch.so"
                ln -sf "$HOME/cache/libtorch.so" "${made%/*}/libtorch.so"
                ;;
        esac
        """;
}
