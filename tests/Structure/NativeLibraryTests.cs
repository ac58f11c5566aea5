namespace Denoise.Tests.Structure;

/// <summary>Outputs have the native libraries of this system alone, and do not hold a copy of each.</summary>
public sealed class NativeLibraryTests
{
    private static readonly string[] Executables =
        ["Train", "Export", "Infer", "Serve", "Fuzz", "ConsoleSample", "WebSample", "TorchSharpSample", "Denoise.Tests"];

    [Theory]
    [MemberData(nameof(All))]
    public void NativeLibrariesAreLinks(string executable)
    {
        Assert.SkipWhen(OperatingSystem.IsMacOS(), "Copies use no space there.");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Hard links look like files.");
        string[] libraries = [.. Files(executable).Where(path => Path.GetFileName(path).Contains(".so", StringComparison.Ordinal))];
        Assert.NotEmpty(libraries);
        Assert.All(libraries, path => Assert.True(new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) is { Exists: true }, path));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void NothingIsOfAnotherSystem(string executable)
    {
        Assert.DoesNotContain(Files(executable), path => path.Contains("runtimes", StringComparison.Ordinal));
        string[] foreign = OperatingSystem.IsWindows() ? [".so", ".dylib"]
            : OperatingSystem.IsMacOS() ? [".so", "onnxruntime.dll"]
            : [".dylib", "onnxruntime.dll"];
        Assert.DoesNotContain(Files(executable), path => foreign.Any(path.EndsWith));
    }

    public static TheoryData<string> All() => [.. Executables];

    private static string[] Files(string executable) =>
        Directory.GetFiles(Path.GetDirectoryName(Repository.Built(executable, ""))!, "*", SearchOption.AllDirectories);
}
