using Denoise.Tests.Structure;

namespace Denoise.Tests.Infer;

/// <summary>The packages as `dotnet pack` makes them.</summary>
public sealed class PackageTests : FolderTest
{
    private const string Libvips = "NetVips.Native.";

    [Fact]
    public void TheLibrarysPackageHasItsDocumentationItsSymbolsAndOneDependency()
    {
        // Artifacts of its own: the builds that other tests run must not meet this one.
        ToolProcess.Result result = ToolProcess.Run("dotnet", Repository.File("."),
            "pack", "src/Infer/Denoise.Infer.csproj", "-c", "Release", "-v:q", "-tl:off",
            "-nodeReuse:false", "-p:UseSharedCompilation=false", "--artifacts-path", _folder["artifacts"], "-o", _folder["packages"]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        string package = Assert.Single(Directory.GetFiles(_folder["packages"], "*.nupkg"));
        using ZipArchive zip = ZipFile.OpenRead(package);
        var files = zip.Entries.Select(e => e.FullName)
            .Where(name => name.StartsWith("lib/", StringComparison.Ordinal) || !name.Contains('/'));
        Assert.Equal(["Denoise.Infer.nuspec", "README.md", "[Content_Types].xml",
            "lib/net10.0/Denoise.Infer.dll", "lib/net10.0/Denoise.Infer.xml",
            "lib/net8.0/Denoise.Infer.dll", "lib/net8.0/Denoise.Infer.xml"], files.Order(StringComparer.Ordinal));
        using Stream nuspec = zip.GetEntry("Denoise.Infer.nuspec")!.Open();
        XElement[] dependencies = [.. XDocument.Load(nuspec).Descendants().Where(e => e.Name.LocalName == "dependency")];
        // In the version that everything here was built with, wherever that came from.
        const string runtime = "Microsoft.ML.OnnxRuntime.Managed/";
        string managed = Assert.Single(DependencyTests.Libraries("Infer"), name => name.StartsWith(runtime, StringComparison.Ordinal));
        Assert.All(dependencies, d => Assert.Equal(managed, $"{d.Attribute("id")!.Value}/{d.Attribute("version")!.Value}"));
        Assert.Equal(2, dependencies.Length);

        using ZipArchive symbols = ZipFile.OpenRead(Path.ChangeExtension(package, ".snupkg"));
        Assert.Equal(2, symbols.Entries.Count(e => e.Name == "Denoise.Infer.pdb"));
    }

    /// <summary>ONNX Runtime brings the native libraries of these systems in one package, libvips in one for each.</summary>
    [Fact]
    public void AToolsPackageHasLibvipsForEverySystem()
    {
        ToolProcess.Result result = ToolProcess.Run("dotnet", Repository.File("src", "Pictures"),
            "msbuild", "-nologo", "-nodeReuse:false", "-p:_IsPacking=true", "-getItem:PackageReference");
        var packages = JsonDocument.Parse(result.Output).RootElement.GetProperty("Items").GetProperty("PackageReference")
            .EnumerateArray().Select(package => package.GetProperty("Identity").GetString()!);
        Assert.Equal(["linux-arm64", "linux-x64", "osx-arm64", "win-arm64", "win-x64"],
            packages.Where(name => name.StartsWith(Libvips, StringComparison.Ordinal)).Select(name => name[Libvips.Length..]));
    }
}
