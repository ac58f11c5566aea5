using Denoise.CommandLine;

namespace Denoise.Tests.CommandLine;

/// <summary>What native libraries need is read from their files.</summary>
public sealed class NeededLibrariesTests : FolderTest
{
    private const string Shared = "libonnxruntime_providers_shared.so";

    public NeededLibrariesTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there does a file list what it needs.");

    [Fact]
    public void AFileListsThem() => Assert.Equal(
        ["libstdc++.so.6", "libm.so.6", "libgcc_s.so.1", "libc.so.6"], NeededLibraries.Of(Repository.Built("Infer", Shared)));

    [Fact]
    public void NothingIsSaidWhereAllAreThere()
    {
        NeededLibraries.Check("it", Repository.Built("Infer", Shared), "libm.so.6");
        NeededLibraries.Check("it", _folder["no-such-library.so"], "libq.so.6");
    }

    [Fact]
    public void OneThatIsMissingIsNamed()
    {
        Assert.Equal("the provider needs libq.so.6, which is not in the loader's path", Complaint());
        File.WriteAllText(_folder["libq.so.6"], "");
        NeededLibraries.Check("the provider", Changed());
    }

    [Fact]
    public void SeveralAreNamedWithThoseThatItOpensItself() => Assert.Equal(
        "the provider needs libq.so.6, libcudnn.so.99 and libnone.so, which are not in the loader's path",
        Complaint("libcudnn.so.99", "libc.so.6", "libnone.so"));

    [Fact]
    public void TheCudaProviderNeedsCuda()
    {
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string provider = Path.Combine(packages, "microsoft.ml.onnxruntime.gpu.linux", "1.31.0", "runtimes", "linux-x64", "native",
            "libonnxruntime_providers_cuda.so");
        Assert.SkipUnless(File.Exists(provider), "The package for CUDA, half a gigabyte, is not in NuGet's cache.");
        Assert.Equal(["libcublasLt.so.13", "libcublas.so.13", "libcurand.so.10", "libcudart.so.13", "libcuda.so.1"],
            NeededLibraries.Of(provider).Where(name => name.StartsWith("libcu", StringComparison.Ordinal)));
    }

    /// <summary>A copy of a library that asks for libq instead of libm.</summary>
    private string Changed()
    {
        byte[] library = File.ReadAllBytes(Repository.Built("Infer", Shared));
        library[library.AsSpan().IndexOf("\0libm.so.6\0"u8) + 4] = (byte)'q';
        File.WriteAllBytes(_folder["changed.so"], library);
        return _folder["changed.so"];
    }

    private string Complaint(params string[] opened) =>
        Assert.Throws<NotSupportedException>(() => NeededLibraries.Check("the provider", Changed(), opened)).Message;
}
