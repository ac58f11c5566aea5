using System.Runtime.InteropServices;

namespace Denoise.Tests.Packages;

/// <summary>The SDK's own commands, as users give them.</summary>
internal static class DotNet
{
    /// <summary>This system as packages call it.</summary>
    internal static string System => RuntimeInformation.RuntimeIdentifier;

    /// <summary>Of all packages here.</summary>
    internal static string Version { get; } =
        XDocument.Load(Repository.File("Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>Runs a command in which all goes well.</summary>
    /// <returns>Its output and its messages.</returns>
    internal static string Run(string folder, params string[] arguments)
    {
        ToolProcess.Result result = ToolProcess.Run("dotnet", folder, arguments);
        Assert.True(result.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{result.Output}{result.Error}");
        return result.Output + result.Error;
    }

    /// <summary>Builds or packs a project or solution of the repository, with artifacts of its own: the builds that other tests run must
    /// not meet this one.</summary>
    internal static string Make(TemporaryFolder folder, string verb, string project, params string[] more) =>
        Run(Repository.Root, [verb, project, "-c", "Release", "-v:q", "-tl:off", "-m:1", "-nodeReuse:false",
            "-p:UseSharedCompilation=false", "--artifacts-path", folder["artifacts"], .. more]);

    /// <summary>The C# lines of a text in Markdown.</summary>
    internal static string Lines(string markdown) =>
        Regex.Match(markdown, "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

    /// <summary>Megabytes that docs/install.md states for a package.</summary>
    internal static double StatedSize(string package)
    {
        string row = File.ReadLines(Repository.File("docs", "install.md"))
            .Single(line => line.StartsWith($"| `{package}` |", StringComparison.Ordinal));
        return double.Parse(row.Split('|')[^2].Replace("MB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    /// <summary>What is stated holds to a tenth, or to 10 kB.</summary>
    internal static void CheckSize(string package, string file)
    {
        double stated = StatedSize(package), size = new FileInfo(file).Length / 1e6;
        Assert.True(Math.Abs(size - stated) < Math.Max(0.01, 0.1 * stated),
            $"{package} has {size:F3} MB, and docs/install.md says {stated}.");
    }
}
