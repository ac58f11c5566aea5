namespace Denoise.Tests.Packages;

/// <summary>The tools as .NET tools: packed, installed from a folder and used.</summary>
public sealed class ToolPackageTests : FolderTest
{
    private static readonly (string Project, string Package, string Command)[] Tools =
    [
        ("src/Train/Train.csproj", "Denoise.Train.Tool", "denoise-train"),
        ("src/Export/Tool/Export.csproj", "Denoise.Export.Tool", "denoise-export"),
        ("src/Infer/Tool/Infer.csproj", "Denoise.Infer.Tool", "denoise-infer"),
    ];

    [Fact]
    public void TheToolsDoWhatTheReadmeSays()
    {
        foreach (var (project, package, command) in Tools)
        {
            DotNet.Make(_folder, "pack", project, $"-p:ToolPackageRuntimeIdentifiers={DotNet.System}", "-o", _folder["packages"]);
            DotNet.Run(_folder.Path, "tool", "install", package, "--tool-path", _folder["tools"], "--source", _folder["packages"]);
            Assert.True(File.Exists(_folder[$"tools/{command}"]));
            DotNet.CheckSize(package, _folder[$"packages/{package}.{DotNet.System}.{DotNet.Version}.nupkg"]);
        }
        string readme = File.ReadAllText(Repository.File("README.md"));
        string[] commands = [.. Regex.Match(readme, "## Train, export, infer\n\n```sh\n(.*?)\n```", RegexOptions.Singleline).Groups[1].Value
            .Split('\n').Select(AsTool)];
        Assert.Equal(4, commands.Length);
        Assert.All([.. commands, "denoise-infer --input noisy/ --output colour/ --model photo-colour"], line =>
        {
            ToolProcess.Result result = ToolProcess.Run("bash", _folder.Path, "-c", $"PATH='{_folder["tools"]}':$PATH {line}");
            Assert.True(result.ExitCode == ExitCode.Done, $"{line}\n{result.Output}{result.Error}");
        });
        Assert.Equal(100, Directory.GetFiles(_folder["denoised"], "*.png").Length);
    }

    /// <summary>A verb of `./denoise` as a command of the tool that it belongs to.</summary>
    private static string AsTool(string line) => line
        .Replace("./denoise noisy", "denoise-train noisy", StringComparison.Ordinal)
        .Replace("./denoise ", "denoise-", StringComparison.Ordinal);
}
