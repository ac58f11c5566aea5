using System.Diagnostics;
using System.Globalization;

namespace Denoise.Tests.Launcher;

/// <summary>What one run of a command left: its exit status and what it wrote.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Errors);

/// <summary>
/// A copy of the launcher and its scripts in a folder of its own, on a machine made of stubs: PATH holds a few plain
/// tools and stand-ins for dotnet, npm, apt-get and id that write down how they were called.
/// </summary>
internal sealed class LauncherSandbox : IDisposable
{
    private static readonly string[] PlainTools =
    [
        "bash", "env", "awk", "cat", "chmod", "cksum", "cp", "cut", "dirname", "find", "flock", "getconf", "grep", "head", "mkdir", "mv", "paste",
        "readlink", "rm", "sed", "sleep", "tail", "timeout", "touch", "uname",
    ];

    private readonly TemporaryFolder _folder = new();

    public LauncherSandbox()
    {
        CopyScripts();
        Directory.CreateDirectory(_folder["bin"]);
        Directory.CreateDirectory(Feed);
        Directory.CreateDirectory(Work);
        foreach (string tool in PlainTools)
            File.CreateSymbolicLink(Path.Combine(_folder["bin"], tool), Locate(tool));
        Stub("dotnet", DotnetStub);
        HaveSystemLibraries($"libstdc++.so.6 (libc6,x86-64) => {MakeCppLibrary("GLIBCXX_3.4.33")}");
        Stub("id", "echo ${STUB_UID:-0}");
        foreach (string tool in new[] { "cmake", "c++", "make" })
            Stub(tool, "");
        Stub("npm", "mkdir -p node_modules; touch node_modules/.package-lock.json");
        Stub("apt-get", "");
    }

    /// <summary>The copy of the repository; its name has a space in it.</summary>
    public string Root => _folder["a copy"];

    /// <summary>The working folder of every run.</summary>
    public string Work => _folder["work here"];

    /// <summary>A file here named as a package is that package on NuGet.</summary>
    public string Feed => _folder["feed"];

    public string Launcher => Path.Combine(Root, "denoise");

    /// <summary>Set for every run.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>How the stubs were called since the last look, one line each.</summary>
    public List<string> TakeCalls()
    {
        string log = _folder["calls"];
        string[] calls = File.Exists(log) ? File.ReadAllLines(log) : [];
        File.Delete(log);
        return [.. calls];
    }

    public void Publish(params string[] packages)
    {
        foreach (string package in packages)
            File.WriteAllText(Path.Combine(Feed, package), "");
    }

    public void Remove(string tool) => File.Delete(Path.Combine(_folder["bin"], tool));

    /// <summary>Puts a command on PATH: writes down its call, then does what <paramref name="body"/> says in bash.</summary>
    public void Stub(string tool, string body)
    {
        string path = Path.Combine(_folder["bin"], tool);
        File.WriteAllText(path, $"#!/usr/bin/env bash\necho \"{tool} $*\" >>'{_folder["calls"]}'\n{body}\n");
        MakeExecutable(path);
    }

    /// <summary>What the loader's list says; the C++ library is in it at first, a new one.</summary>
    public void HaveSystemLibraries(params string[] lines) => Stub("ldconfig", string.Concat(lines.Select(line => $"echo '{line}'\n")));

    /// <summary>A C++ library that has every version up to the newest, as GCC's have them.</summary>
    public string MakeCppLibrary(string newest)
    {
        string path = _folder[$"{newest}/libstdc++.so.6"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        int last = int.Parse(newest.Split('.')[^1], CultureInfo.InvariantCulture);
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, last + 1).Select(version => $"\0GLIBCXX_3.4.{version}\0")));
        return path;
    }

    public Outcome Denoise(params string[] arguments) => Run(Launcher, arguments);

    public Outcome Provision(params string[] arguments) => Run(Path.Combine(Root, "eng", "provision.sh"), arguments);

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
        start.Environment["STUB_FEED"] = Feed;
        // A libtorch of the test's own, so that it does not matter what this machine has.
        start.Environment["LIBTORCH"] = MakeLibTorch();
        foreach (var (name, value) in Variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public void Dispose() => _folder.Dispose();

    private void CopyScripts()
    {
        string[] folders = ["src", "tests", "samples", "eng/Probe", "eng/npm", "eng/npm-gpu"];
        foreach (string folder in folders)
            Directory.CreateDirectory(Path.Combine(Root, folder));
        string[] files =
        [
            "denoise", "Directory.Build.props", "Directory.Packages.props", "global.json",
            .. Directory.GetFiles(Repository.File("eng"), "*.sh").Select(path => Path.Combine("eng", Path.GetFileName(path))),
            "eng/npm/package.json", "eng/npm/package-lock.json", "eng/npm-gpu/package.json", "eng/npm-gpu/package-lock.json",
        ];
        foreach (string file in files)
            File.Copy(Repository.File(file), Path.Combine(Root, file));
    }

    private string MakeLibTorch()
    {
        string header = _folder["libtorch/include/torch/csrc/api/include/torch/version.h"];
        Directory.CreateDirectory(Path.GetDirectoryName(header)!);
        File.WriteAllText(header, "#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 10\n#define TORCH_VERSION_PATCH 0\n");
        return _folder["libtorch"];
    }

    private static string Locate(string tool) =>
        new[] { "/usr/bin", "/bin", "/usr/sbin", "/sbin" }.Select(folder => Path.Combine(folder, tool)).First(File.Exists);

    private static void MakeExecutable(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Restores what is in the feed, and "builds" executables that print their arguments.</summary>
    private const string DotnetStub = """
        case $1 in
            --version) echo 10.0.401 ;;
            --list-runtimes) echo "Microsoft.NETCore.App 10.0.1 [/somewhere/shared/Microsoft.NETCore.App]" ;;
            restore)
                package=${3#-p:Package=}
                [ -z "${STUB_RESTORE_ERROR:-}" ] || { echo "error $STUB_RESTORE_ERROR"; exit 1; }
                [ -e "$STUB_FEED/$package" ] || { echo "error NU1101: Unable to find package $package."; exit 1; }
                ;;
            package)
                [ -z "${STUB_RESTORE_ERROR:-}" ] || { echo '"text": "no such host",'; echo '"problemType": "Error"'; exit; }
                [ "$3" != System.CommandLine ] && [ ! -e "$STUB_FEED/$3" ] || echo '"version": "2.0.0" "version": "0.107.0" "version": "1.31.0" "version": "3.1.12"'
                ;;
            build)
                sleep "${STUB_BUILD_SECONDS:-0}"
                [ -z "${STUB_BUILD_ERROR:-}" ] || { echo "$STUB_BUILD_ERROR"; exit 1; }
                name=${2##*/} name=${name%.csproj}
                made=artifacts/bin/$name/release/${name,,}
                [ "$name" != Denoise.Tests ] || made=artifacts/bin/$name/release/$name
                mkdir -p "${made%/*}"
                printf '#!/usr/bin/env bash\necho "$PWD $DOTNET_ROOT"\nprintf "<%%s>" "$@"\nexit ${STUB_EXIT:-0}\n' >"$made"
                chmod +x "$made"
                ;;
        esac
        """;
}
