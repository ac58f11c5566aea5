using TorchSharp;
using static TorchSharp.torch;

namespace Denoise.Tests.Train;

/// <summary>TorchSharp's library for Linux, as eng/MakeVersionWeak.cs leaves it, loads on systems older than GCC 13.</summary>
public sealed class TorchSharpLibraryTests
{
    private const string TooNew = "GLIBCXX_3.4.32";
    private const int Weak = 2; // VER_FLG_WEAK

    [Theory]
    [InlineData("Train")]
    [InlineData("Denoise.Tests")]
    [InlineData("TorchSharpSample")]
    public void OnlyTheVersionThatOlderSystemsLackMayBeMissing(string project)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TorchSharp's libraries for other systems are used as they are.");
        var needed = NeededVersions(File.ReadAllBytes(Repository.Built(project, "libLibTorchSharp.so")));
        Assert.Contains(("GLIBCXX_3.4.30", 0), needed);
        Assert.All(needed, version => Assert.Equal(version.Name == TooNew ? Weak : 0, version.Flags));
        Assert.Contains(needed, version => version.Name == TooNew);
    }

    [Fact]
    public void NuGetsOwnFileIsAsItCame()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TorchSharp's libraries for other systems are used as they are.");
        string torch = new FileInfo(Repository.Built("Train", "libtorch_cpu.so")).ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        string packages = Path.GetFullPath(Path.Combine(torch, "../../../../../.."));
        string version = typeof(torch).Assembly.GetName().Version!.ToString(3);
        byte[] original = File.ReadAllBytes(Path.Combine(packages, "torchsharp", version, "runtimes/linux-x64/native/libLibTorchSharp.so"));
        byte[] copy = File.ReadAllBytes(Repository.Built("Train", "libLibTorchSharp.so"));
        Assert.Contains((TooNew, 0), NeededVersions(original));
        // One bit of one byte.
        Assert.Equal(original.Length, copy.Length);
        Assert.Single(Enumerable.Range(0, copy.Length), i => original[i] != copy[i]);
    }

    [Fact]
    public void TorchSharpMultipliesAndDifferentiates()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new[] { 1f, 2f, 3f, 4f }, [2, 2], requires_grad: true);
        Tensor y = mm(x, x);
        Assert.Equal([7f, 10f, 15f, 22f], y.data<float>().ToArray());
        y.sum().backward();
        // d sum(x x) / d x = 1 xᵀ + xᵀ 1
        Assert.Equal([7f, 11f, 9f, 13f], x.grad!.data<float>().ToArray());
    }

    /// <summary>Every symbol version that an ELF file of 64 bits asks for, with its flags, from .gnu.version_r.</summary>
    private static List<(string Name, int Flags)> NeededVersions(byte[] file)
    {
        const uint versionNeeds = 0x6ffffffe;
        Assert.Equal("\u007fELF\u0002\u0001"u8, file.AsSpan(0, 6));
        int headers = (int)Word(0x28), size = Half(0x3a), count = Half(0x3c);
        int section = Enumerable.Range(0, count).Select(i => headers + i * size).Single(at => Word(at + 4) == versionNeeds);
        int start = (int)Word(section + 24), names = (int)Word(headers + (int)Word(section + 40) * size + 24);
        var versions = new List<(string, int)>();
        for (int need = start, next = 1; next != 0; need += next)
        {
            int version = need + (int)Word(need + 8);
            for (int i = 0; i < Half(need + 2); i++, version += (int)Word(version + 12))
                versions.Add((Name(names + (int)Word(version + 8)), Half(version + 4)));
            next = (int)Word(need + 12);
        }
        return versions;

        uint Word(int at) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));
        ushort Half(int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));
        string Name(int at) => Encoding.ASCII.GetString(file, at, Array.IndexOf(file, (byte)0, at) - at);
    }
}
