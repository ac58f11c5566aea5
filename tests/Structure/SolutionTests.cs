namespace Denoise.Tests.Structure;

/// <summary><c>dotnet build Denoise.sln</c> builds all there is.</summary>
public sealed partial class SolutionTests
{
    private static readonly string Solution = File.ReadAllText(Repository.File("Denoise.sln"));

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        string[] folders = ["src", "tests", "samples", "bench"];
        var projects = folders.SelectMany(folder => Directory.GetFiles(Repository.File(folder), "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('/', '\\'));
        var entries = Entries().Select(entry => entry.Path).Where(path => path.EndsWith(".csproj", StringComparison.Ordinal));
        Assert.Equal(projects.Order(StringComparer.Ordinal), entries.Order(StringComparer.Ordinal));
    }

    /// <summary>MSBuild takes a folder of a project's name for a second project (MSB5004).</summary>
    [Fact]
    public void NoTwoEntriesHaveOneName() => Assert.Distinct(Entries().Select(entry => entry.Name));

    private static IEnumerable<(string Name, string Path)> Entries() =>
        Entry().Matches(Solution).Select(match => (match.Groups[1].Value, match.Groups[2].Value));

    [GeneratedRegex("""^Project\("[^"]+"\) = "([^"]+)", "([^"]+)",""", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
