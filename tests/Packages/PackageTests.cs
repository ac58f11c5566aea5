using Denoise.Tests.Structure;

namespace Denoise.Tests.Packages;

/// <summary>The libraries' packages, and an application that gets them from a folder.</summary>
public sealed class PackageTests(PackedLibraries packed) : FolderTest, IClassFixture<PackedLibraries>
{
    private const string Libvips = "NetVips.Native.";

    [Fact]
    public void TheLibrarysPackageHasItsDocumentationItsSymbolsAndOneDependency()
    {
        string package = packed.PathOf("Denoise.Infer");
        using ZipArchive zip = ZipFile.OpenRead(package);
        var files = zip.Entries.Select(e => e.FullName)
            .Where(name => name.StartsWith("lib/", StringComparison.Ordinal) || !name.Contains('/'));
        Assert.Equal(["Denoise.Infer.nuspec", "README.md", "[Content_Types].xml",
            "lib/net10.0/Denoise.Infer.dll", "lib/net10.0/Denoise.Infer.xml",
            "lib/net8.0/Denoise.Infer.dll", "lib/net8.0/Denoise.Infer.xml"], files.Order(StringComparer.Ordinal));
        XElement[] dependencies = [.. Metadata("Denoise.Infer").Where(e => e.Name.LocalName == "dependency")];
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

    [Fact]
    public void EachPackageSaysWhatItIsAndWhereItCameFromNowhere()
    {
        Assert.Equal(["Denoise.Export", "Denoise.Export.TorchSharp", "Denoise.Infer", "Denoise.Infer.DependencyInjection",
            "Denoise.Infer.ImageSharp", "Denoise.Models.Photo", "Denoise.Network"], packed.Names);
        Assert.All(packed.Names, package =>
        {
            Dictionary<string, string> said = Metadata(package).Where(e => !e.HasElements)
                .GroupBy(e => e.Name.LocalName).ToDictionary(group => group.Key, group => group.First().Value);
            Assert.Equal(("MIT", "README.md", "The Denoise authors"), (said["license"], said["readme"], said["authors"]));
            Assert.EndsWith(".", said["description"]);
            Assert.StartsWith("denoise ", said["tags"]);
            Assert.Empty(Metadata(package).Attributes("url"));
            Assert.StartsWith($"# {package}\n", ReadmeOf(package));
            DotNet.CheckSize(package, packed.PathOf(package));
        });
    }

    [Fact]
    public void TheLinesOfEachReadmeRunInAnEmptyProject()
    {
        Samples.Checkpoint("unet").Save(_folder["best.safetensors"]);
        string readme = File.ReadAllText(Repository.File("README.md")), install = File.ReadAllText(Repository.File("docs", "install.md"));
        Assert.Contains(DotNet.Lines(ReadmeOf("Denoise.Infer")), readme);
        Assert.Contains(DotNet.Lines(ReadmeOf("Denoise.Models.Photo")), install);
        File.WriteAllText(_folder["Application.csproj"], Project());
        File.WriteAllText(_folder["nuget.config"], $"""
            <configuration><packageSources><add key="packed" value="{packed.Folder}" /></packageSources></configuration>
            """);
        File.WriteAllText(_folder["Program.cs"], Program());
        DotNet.Run(_folder.Path, "build", "-c", "Release", "-r", DotNet.System, "--no-self-contained", "-o", _folder["out"], "-v:q",
            "-tl:off", "-nodeReuse:false", "-p:UseSharedCompilation=false");
        LinkTorch();
        ToolProcess.Result result = ToolProcess.Run(_folder["out/Application"], _folder.Path);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("network unet\nmodule mine\ngrey 1230\nservice 1\nimage changed\nphoto 3690\n", result.Output);
        Assert.True(File.Exists(_folder["mine.onnx"]));
    }

    private string Project() => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <ManagePackageVersionsCentrally>false</ManagePackageVersionsCentrally>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <NoWarn>NU1901;NU1902;NU1903;NU1904</NoWarn>
            <!-- Ours are of one version for ever, and must not be taken from an earlier run; all others are there. -->
            <RestorePackagesPath>{_folder["cache"]}</RestorePackagesPath>
            <RestoreFallbackFolders>{Cache()}</RestoreFallbackFolders>
          </PropertyGroup>
          <ItemGroup>
            {string.Concat(packed.Names.Select(name => $"<PackageReference Include=\"{name}\" Version=\"{DotNet.Version}\" />"))}
            <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="{Version("Microsoft.ML.OnnxRuntime")}" />
          </ItemGroup>
        </Project>
        """;

    private string Program() => $$"""
        using Denoise.Export;
        using Denoise.Infer;
        using Denoise.Models;
        using Denoise.Network;
        using Microsoft.Extensions.DependencyInjection;
        using SixLabors.ImageSharp;
        using SixLabors.ImageSharp.PixelFormats;
        using static TorchSharp.torch;

        const int height = 30, width = 41;
        {
            {{LinesOf("Denoise.Network")}}
            Console.WriteLine($"network {network.Architecture.Name}");
        }
        {
            {{LinesOf("Denoise.Export")}}
        }
        {
            using var model = nn.Conv2d(1, 1, 3, padding: 1);
            string path = "mine.onnx";
            {{LinesOf("Denoise.Export.TorchSharp")}}
            Console.WriteLine("module mine");
        }
        {
            float[] noisy = new float[height * width];
            {{LinesOf("Denoise.Infer")}}
            Console.WriteLine($"grey {denoised.Length}");
        }
        {
            var builder = new { Services = new ServiceCollection() };
            {{LinesOf("Denoise.Infer.DependencyInjection")}}
            Console.WriteLine($"service {builder.Services.Count}");
        }
        {
            using var image = new Image<L8>(width, height, new L8(128));
            {{LinesOf("Denoise.Infer.ImageSharp")}}
            Console.WriteLine(image[5, 5].PackedValue == 128 ? "image as it was" : "image changed");
        }
        {
            byte[] noisy = new byte[3 * height * width];
            {{LinesOf("Denoise.Models.Photo")}}
            Console.WriteLine($"photo {denoised.Length}");
        }
        """;

    /// <summary>TorchSharp's library asks for a newer system than some; here it has to be the copy that loads there (eng/README.md).
    /// libtorch itself need not be copied.</summary>
    private void LinkTorch()
    {
        foreach (string library in Directory.GetFiles(Path.GetDirectoryName(ToolProcess.Executable("Train"))!, "lib*"))
        {
            string link = Path.Combine(_folder["out"], Path.GetFileName(library));
            File.Delete(link);
            File.CreateSymbolicLink(link, library);
        }
    }

    private static string Cache() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string Version(string package) =>
        XDocument.Load(Repository.File("Directory.Packages.props")).Descendants("PackageVersion")
            .Single(e => e.Attribute("Include")!.Value == package).Attribute("Version")!.Value;

    private string LinesOf(string package) => DotNet.Lines(ReadmeOf(package));

    private string ReadmeOf(string package) => Text(package, "README.md");

    private IEnumerable<XElement> Metadata(string package) => XDocument.Parse(Text(package, $"{package}.nuspec")).Descendants();

    private string Text(string package, string entry)
    {
        using ZipArchive zip = ZipFile.OpenRead(packed.PathOf(package));
        using var reader = new StreamReader(zip.GetEntry(entry)!.Open());
        return reader.ReadToEnd();
    }
}
